import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Backoff } from '../../../src/sync/link/backoff.js'

describe('Backoff', () => {
  it('doubles the bound of the wait up to the maximum and starts over after success', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 1_000 }, () => 0.999_999)
    const waits = Array.from({ length: 6 }, () => backoff.nextMs())
    expect(waits).toEqual([99, 199, 399, 799, 999, 999])
    backoff.reset()
    expect(backoff.nextMs()).toBe(99)
  })

  it('spreads each wait from nothing to the bound, for ever', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999_999, noNaN: true }), fc.integer({ min: 0, max: 2_000 }), (chance, failures) => {
        const backoff = new Backoff({ baseMs: 500, maxMs: 60_000 }, () => chance)
        for (let i = 0; i < failures; i += 1) backoff.nextMs()
        const wait = backoff.nextMs()
        expect(wait).toBe(Math.floor(chance * Math.min(60_000, 500 * 2 ** Math.min(failures, 50))))
      }),
    )
  })
})
