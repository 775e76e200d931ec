import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyStateTable } from '../../../src/engine-lite/state/key-table.js'
import { load, sealed, slices, TableHistory } from './tables.js'

describe('a key table', () => {
  it('gives every key a slot of its own, densely, and finds it again', () => {
    const keys = new KeyStateTable(100)
    expect(['a', 'b', 'a', 1, 1n, null, true, ''].map((key) => keys.slotOf(key, [key]))).toEqual([0, 1, 0, 2, 3, 4, 5, 6])
    expect(keys.find('b')).toBe(1)
    expect(keys.find('c')).toBe(-1)
    expect(keys.count).toBe(7)
    expect(keys.slotLimit).toBe(7)
  })

  it('keeps the columns it was given, whatever the caller does with them after', () => {
    const keys = new KeyStateTable(100)
    const values: unknown[] = ['x', 1]
    const slot = keys.slotOf('1:x1;', values)
    values[0] = 'y'
    expect(keys.valuesOf(slot)).toEqual(['x', 1])
    expect(() => keys.valuesOf(9)).toThrow(RangeError)
  })

  it('says −1 beyond its limit and goes on serving the keys it has', () => {
    const keys = new KeyStateTable(2)
    expect(['a', 'b', 'c', 'a'].map((key) => keys.slotOf(key, [key]))).toEqual([0, 1, -1, 0])
    keys.free(0)
    expect(keys.slotOf('c', ['c'])).toBe(2)
  })

  it('gives a freed slot away only after the frame with its free is durable', () => {
    const keys = new KeyStateTable(100)
    keys.slotOf('a', ['a'])
    sealed(keys)
    keys.committed()
    keys.free(0)
    expect(keys.slotOf('b', ['b'])).toBe(1)
    sealed(keys)
    expect(keys.slotOf('c', ['c'])).toBe(2)
    keys.committed()
    expect(keys.slotOf('d', ['d'])).toBe(0)
  })

  it('never gives one slot to two keys when a key comes and goes within one frame', () => {
    const keys = new KeyStateTable(100)
    keys.free(keys.slotOf('a', ['a']))
    expect(keys.slotOf('a', ['a'])).toBe(1)
    const restored = new KeyStateTable(100)
    load(restored, [sealed(keys)])
    expect([restored.find('a'), restored.count]).toEqual([1, 1])
    expect(restored.slotOf('b', ['b'])).toBe(0)
  })

  it('seals nothing when nothing changed', () => {
    const keys = new KeyStateTable(100)
    expect(sealed(keys)).toBeUndefined()
    keys.slotOf('a', ['a'])
    sealed(keys)
    keys.slotOf('a', ['a'])
    expect(sealed(keys)).toBeUndefined()
  })

  it('grows far beyond its first size', () => {
    const keys = new KeyStateTable(100_000)
    for (let i = 0; i < 10_000; i++) keys.slotOf(`device-${i}`, [`device-${i}`])
    const restored = new KeyStateTable(100_000)
    load(restored, slices(keys, 4096))
    expect(restored.count).toBe(10_000)
    expect(restored.valuesOf(9_999)).toEqual(['device-9999'])
    expect(restored.find('device-77')).toBe(77)
  })

  it('survives frames that are read twice', () => {
    const keys = new KeyStateTable(100)
    keys.slotOf('a', ['a'])
    keys.slotOf('b', ['b'])
    const first = sealed(keys)
    keys.free(0)
    keys.slotOf('a', ['a'])
    const second = sealed(keys)
    const restored = new KeyStateTable(100)
    load(restored, [first, second, first, second])
    expect([restored.find('a'), restored.find('b'), restored.count]).toEqual([2, 1, 2])
  })

  it('equals a plain map after any history of frames, snapshots and restarts', () => {
    const key = fc.integer({ min: 0, max: 12 })
    const step = fc.oneof(
      fc.record({ do: fc.constant('assign' as const), key }),
      fc.record({ do: fc.constant('free' as const), key }),
      fc.record({ do: fc.constant('frame' as const), key: fc.nat(1) }),
      fc.record({ do: fc.constant('restart' as const), key: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (steps, bytesMax) => {
        const history = new TableHistory(() => new KeyStateTable(1000), bytesMax)
        let durable = new Map<number, number>()
        let model = new Map<number, number>()
        for (const { do: action, key } of steps) {
          const { table } = history
          if (action === 'assign') {
            const slot = table.slotOf(key, [key, 'x'])
            expect(model.get(key) ?? slot).toBe(slot)
            expect([...model].every(([other, taken]) => other === key || taken !== slot)).toBe(true)
            model.set(key, slot)
          } else if (action === 'free') {
            const slot = model.get(key)
            if (slot !== undefined) table.free(slot)
            model.delete(key)
          } else if (action === 'frame') {
            history.frame(key === 1)
            durable = new Map(model)
          } else {
            history.restart()
            model = new Map(durable)
          }
          expect(history.table.count).toBe(model.size)
          for (const [held, slot] of model) {
            expect(history.table.find(held)).toBe(slot)
            expect(history.table.valuesOf(slot)).toEqual([held, 'x'])
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
