import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ItemStateTable } from '../../../src/engine-lite/state/item-table.js'
import { load, sealed, slices, TableHistory } from './tables.js'

describe('an item table', () => {
  it('keeps items by slot, in the order they were first set', () => {
    const table = new ItemStateTable<string>()
    table.set(1, 'b', 'x')
    table.set(1, 'a', 'y')
    table.set(2, 'a', 'z')
    table.set(1, 'b', 'changed')
    expect([...table.entries(1)]).toEqual([
      ['b', 'changed'],
      ['a', 'y'],
    ])
    expect([table.get(2, 'a'), table.get(2, 'b'), table.count(1), table.count(3)]).toEqual(['z', undefined, 2, 0])
    table.delete(1, 'b')
    table.set(1, 'b', 'again')
    expect([...table.entries(1)].map(([item]) => item)).toEqual(['a', 'b'])
    table.clear(1)
    expect([...table.entries(1)]).toEqual([])
  })

  it('logs item by item, not whole lists', () => {
    const table = new ItemStateTable<number>()
    for (let i = 0; i < 1000; i++) table.set(0, i, i)
    sealed(table)
    table.set(0, 500, -1)
    expect(sealed(table)?.length).toBeLessThan(16)
    table.delete(0, 500)
    expect(sealed(table)?.length).toBeLessThan(16)
    table.clear(0)
    expect(sealed(table)?.length).toBeLessThan(16)
  })

  it('logs nothing for items that came and went within one frame', () => {
    const table = new ItemStateTable<number>()
    for (let i = 0; i < 100; i++) table.set(0, i, i)
    for (let i = 0; i < 100; i++) table.delete(0, i)
    table.set(1, 'a', 1)
    table.clear(1)
    expect(sealed(table)).toBeUndefined()
  })

  it('keeps the order when a slice brings an old item after a delta brought a new one', () => {
    const table = new ItemStateTable<number>()
    table.set(0, 'old', 1)
    sealed(table)
    table.set(0, 'new', 2)
    const delta = sealed(table)
    const restored = new ItemStateTable<number>()
    load(restored, [delta, ...slices(table, 1)])
    expect([...restored.entries(0)].map(([item]) => item)).toEqual(['old', 'new'])
    restored.set(0, 'newest', 3)
    expect([...restored.entries(0)].map(([item]) => item)).toEqual(['old', 'new', 'newest'])
  })

  it('tells items apart by type as well', () => {
    const table = new ItemStateTable<string>()
    for (const item of [1, '1', 1n, null, 'null', true, 'true']) table.set(0, item, typeof item)
    const restored = new ItemStateTable<string>()
    load(restored, [sealed(table)])
    expect([...restored.entries(0)]).toEqual([...table.entries(0)])
    expect(restored.count(0)).toBe(7)
  })

  it('equals a plain map of maps after any history of frames, snapshots and restarts', () => {
    const step = fc.record({
      do: fc.constantFrom('set', 'set', 'set', 'delete', 'clear', 'frame', 'begin', 'restart'),
      slot: fc.integer({ min: 0, max: 2 }),
      item: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom('a', 'b', null)),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 1, max: 40 }), (steps, bytesMax) => {
        const history = new TableHistory(() => new ItemStateTable<number>(), bytesMax)
        type Model = Map<number, Map<unknown, number>>
        const copy = (slots: Model): Model => new Map([...slots].map(([slot, items]) => [slot, new Map(items)]))
        let durable: Model = new Map()
        let model: Model = new Map()
        let n = 0
        for (const { do: action, slot, item } of steps) {
          const { table } = history
          n++
          if (action === 'set') {
            table.set(slot, item, n)
            const items = model.get(slot) ?? new Map<unknown, number>()
            model.set(slot, items.set(item, n))
          } else if (action === 'delete') {
            table.delete(slot, item)
            model.get(slot)?.delete(item)
          } else if (action === 'clear') {
            table.clear(slot)
            model.delete(slot)
          } else if (action === 'restart') {
            history.restart()
            model = copy(durable)
          } else {
            history.frame(action === 'begin')
            durable = copy(model)
          }
          for (let s = 0; s < 3; s++) {
            expect([...history.table.entries(s)]).toEqual([...(model.get(s) ?? [])])
            expect(history.table.count(s)).toBe(model.get(s)?.size ?? 0)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
