import { describe, expect, it } from 'vitest'
import { systemClock, systemRandom } from '../../../src/engine-lite/time/system-clock.js'

describe('the clock of the machine', () => {
  it('runs what is scheduled after at least the delay, and nothing that was cancelled', async () => {
    const clock = systemClock()
    const startMs = clock.monotonicMs()
    let cancelled = false
    const cancel = clock.schedule(1, () => {
      cancelled = true
    })
    cancel()
    await new Promise<void>((resolve) => clock.schedule(5, resolve))
    expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(4.5)
    expect(cancelled).toBe(false)
  })

  it('does not fire at once what is far away', async () => {
    const clock = systemClock()
    let fired = false
    const cancel = clock.schedule(1e12, () => {
      fired = true
    })
    await new Promise<void>((resolve) => clock.schedule(5, resolve))
    cancel()
    expect(fired).toBe(false)
  })

  it('runs soon what is soon, never from inside the call', async () => {
    const order: string[] = []
    const clock = systemClock()
    await new Promise<void>((resolve) => {
      clock.soon(() => {
        order.push('soon')
        resolve()
      })
      order.push('after the call')
    })
    expect(order).toEqual(['after the call', 'soon'])
  })

  it('asks whether the wall clock is believed each time', () => {
    let synchronised = false
    const clock = systemClock({ synchronised: () => synchronised })
    expect(clock.synchronised).toBe(false)
    synchronised = true
    expect(clock.synchronised).toBe(true)
    expect(systemClock().synchronised).toBe(true)
  })

  it('has chance between 0 and 1', () => {
    const value = systemRandom()
    expect(value >= 0 && value < 1).toBe(true)
  })
})
