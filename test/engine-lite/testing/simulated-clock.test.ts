import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'

describe('a simulated clock', () => {
  it('runs alarms in order of time, ties in order of setting, at their time', () => {
    const clock = new SimulatedClock(1_000)
    const log: string[] = []
    clock.schedule(20, () => log.push(`b ${clock.monotonicMs()}`))
    clock.schedule(10, () => {
      log.push(`a ${clock.monotonicMs()}`)
      clock.schedule(5, () => log.push(`nested ${clock.nowMs()}`))
    })
    clock.schedule(20, () => log.push('c'))
    clock.advance(19)
    expect(log).toEqual(['a 10', 'nested 1015'])
    clock.advance(1)
    expect(log).toEqual(['a 10', 'nested 1015', 'b 20', 'c'])
  })

  it('does not run what was cancelled', () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    clock.schedule(5, () => log.push('no'))()
    clock.schedule(6, () => log.push('yes'))
    expect(clock.nextAlarmMs).toBe(6)
    clock.advance(10)
    expect(log).toEqual(['yes'])
    expect(clock.nextAlarmMs).toBeNull()
  })

  it('stands still with alarms due, and runs them when time goes on', () => {
    const clock = new SimulatedClock(0)
    const log: number[] = []
    clock.schedule(5, () => log.push(clock.monotonicMs()))
    clock.stall(100)
    expect(log).toEqual([])
    clock.advance(1)
    expect(log).toEqual([100])
    expect(clock.nowMs()).toBe(101)
  })

  it('steps the wall clock alone', () => {
    const clock = new SimulatedClock(1_000)
    clock.stepWall(-5_000)
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([-4_000, 0])
  })

  it('runs what waits for the next turn once per call, and what that adds later', () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    clock.soon(() => {
      log.push('first')
      clock.soon(() => log.push('second'))
    })
    expect(clock.runSoon()).toBe(1)
    expect(log).toEqual(['first'])
    clock.advance(0)
    expect(log).toEqual(['first', 'second'])
  })
})
