import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBlocked, planDrop } from '../../../src/sync/outbox/budget.js'

const stats = (destination: string, bytes: number, oldestAtMs: number) => ({ destination, rows: bytes === 0 ? 0 : 1, bytes, oldestAtMs })

describe('the budget of the outbox', () => {
  it('takes the oldest rows from where the oldest row lies, the newest from where most lies', () => {
    const all = [stats('a', 600, 50), stats('b', 300, 10), stats('c', 200, 90)]
    expect(planDrop(all, { bytesMax: 1_000, onFull: 'drop-oldest' })).toEqual({ destination: 'b', bytes: 110, which: 'oldest' })
    expect(planDrop(all, { bytesMax: 1_000, onFull: 'drop-newest' })).toEqual({ destination: 'a', bytes: 110, which: 'newest' })
    expect(planDrop(all, { bytesMax: 1_100, onFull: 'drop-oldest' })).toBeUndefined()
    expect(planDrop(all, { bytesMax: 1_000, onFull: 'block' })).toBeUndefined()
  })

  it('asks again until it is kept, never for more than a destination has', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 2_000 }), (sizes, bytesMax) => {
        const all = sizes.map((bytes, at) => stats(String(at), bytes, at))
        for (let calls = 0; ; calls += 1) {
          const order = planDrop(all, { bytesMax, onFull: 'drop-oldest' })
          if (order === undefined) break
          const at = Number(order.destination)
          expect(order.bytes).toBeLessThanOrEqual(all[at]!.bytes)
          all[at] = stats(order.destination, all[at]!.bytes - order.bytes, at)
          expect(calls).toBeLessThan(10)
        }
        expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(bytesMax)
      }),
    )
  })

  it('blocks above the budget and releases below nine tenths of it', () => {
    const policy = { bytesMax: 1_000, onFull: 'block' } as const
    expect(isBlocked([stats('a', 1_000, 0)], policy, false)).toBe(false)
    expect(isBlocked([stats('a', 1_001, 0)], policy, false)).toBe(true)
    expect(isBlocked([stats('a', 901, 0)], policy, true)).toBe(true)
    expect(isBlocked([stats('a', 900, 0)], policy, true)).toBe(false)
    expect(isBlocked([stats('a', 9_999, 0)], { ...policy, onFull: 'drop-oldest' }, false)).toBe(false)
  })
})
