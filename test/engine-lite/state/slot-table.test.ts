import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field } from '../../../src/engine-lite/contract/state.js'
import { SlotStateTable } from '../../../src/engine-lite/state/slot-table.js'
import { load, sealed, slices, TableHistory } from './tables.js'

const LAYOUT: readonly Field[] = [
  { name: 'count', storage: 'f64', initial: 0 },
  { name: 'min', storage: 'f64', initial: Number.POSITIVE_INFINITY },
  { name: 'last', storage: 'value', initial: null },
  { name: 'seen', storage: 'value', initial: [] },
]

const make = () => new SlotStateTable(LAYOUT)
const valuesOf = (table: SlotStateTable, slot: number) => table.columns.map((column) => column[slot])

describe('a slot table', () => {
  it('holds initial values where a slot was added, and nothing elsewhere', () => {
    const table = make()
    table.add(3)
    expect([table.has(3), table.has(2), table.has(1_000_000), table.count]).toEqual([true, false, false, 1])
    expect(valuesOf(table, 3)).toEqual([0, Number.POSITIVE_INFINITY, null, []])
  })

  it('resets every field when a slot is added again', () => {
    const table = make()
    table.add(0)
    for (const column of table.columns) column[0] = column instanceof Float64Array ? 7 : 'old'
    table.remove(0)
    table.add(0)
    expect(valuesOf(table, 0)).toEqual([0, Number.POSITIVE_INFINITY, null, []])
  })

  it('gives every slot a container of its own', () => {
    const table = make()
    table.add(0)
    table.add(1)
    const lists = table.columns[3] as unknown[][]
    lists[0]?.push('x')
    expect(lists.slice(0, 2)).toEqual([['x'], []])
  })

  it('seals touched slots only', () => {
    const table = make()
    for (let slot = 0; slot < 1000; slot++) table.add(slot)
    const all = sealed(table)?.length ?? 0
    table.touch(500)
    const one = sealed(table)?.length ?? 0
    expect(one).toBeLessThan(40)
    expect(all).toBeGreaterThan(900 * 10)
    expect(sealed(table)).toBeUndefined()
  })

  it('keeps numbers exactly: −0, NaN, infinities, fractions, large and negative integers', () => {
    const numbers = [0, -0, 1, -1, 21.53, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 49, -(2 ** 50), 2 ** 53 + 2, 5e-324]
    const table = make()
    numbers.forEach((value, slot) => {
      table.add(slot)
      ;(table.columns[0] as Float64Array)[slot] = value
    })
    const restored = make()
    load(restored, [sealed(table)])
    numbers.forEach((value, slot) => {
      expect(Object.is(restored.columns[0]?.[slot], value), String(value)).toBe(true)
    })
  })

  it('is restored from slices however small, in one go or with gaps between slots', () => {
    const table = make()
    for (let slot = 0; slot < 5000; slot += 7) {
      table.add(slot)
      ;(table.columns[0] as Float64Array)[slot] = slot
    }
    for (const bytesMax of [1, 100, 10_000, 10_000_000]) {
      const restored = make()
      load(restored, slices(table, bytesMax))
      expect(restored.count).toBe(table.count)
      for (let slot = 0; slot < 5000; slot++) {
        expect(restored.has(slot)).toBe(slot % 7 === 0)
        if (slot % 7 === 0) expect(restored.columns[0]?.[slot]).toBe(slot)
      }
    }
  })

  it('refuses the section of another kind of table', () => {
    expect(() => load(make(), [Uint8Array.of(1, 0, 0)])).toThrow(expect.objectContaining({ code: 'R0201' }))
  })

  it('equals a plain map after any history of frames, snapshots and restarts', () => {
    const slot = fc.integer({ min: 0, max: 200 })
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('add' as const, 'remove' as const), slot, value: fc.constant(0) }),
      fc.record({ do: fc.constant('change' as const), slot, value: fc.double() }),
      fc.record({
        do: fc.constantFrom('frame' as const, 'begin' as const, 'restart' as const),
        slot: fc.constant(0),
        value: fc.constant(0),
      }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.integer({ min: 1, max: 200 }), (steps, bytesMax) => {
        const history = new TableHistory(make, bytesMax)
        let durable = new Map<number, unknown[]>()
        let model = new Map<number, unknown[]>()
        for (const { do: action, slot, value } of steps) {
          const { table } = history
          if (action === 'add') {
            table.add(slot)
            model.set(slot, [0, Number.POSITIVE_INFINITY, null, []])
          } else if (action === 'remove') {
            table.remove(slot)
            model.delete(slot)
          } else if (action === 'change' && model.has(slot)) {
            const changed = [value, -value, `text ${value}`, [value]]
            changed.forEach((field, i) => {
              ;(table.columns[i] as unknown[])[slot] = field
            })
            table.touch(slot)
            model.set(slot, changed)
          } else if (action === 'restart') {
            history.restart()
            model = new Map(durable)
          } else if (action !== 'change') {
            history.frame(action === 'begin')
            durable = new Map(model)
          }
          expect(history.table.count).toBe(model.size)
          for (const [held, fields] of model) expect(valuesOf(history.table, held)).toEqual(fields)
        }
      }),
      { numRuns: 300 },
    )
  })
})
