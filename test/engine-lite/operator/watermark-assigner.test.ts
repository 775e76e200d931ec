import { describe, expect, it } from 'vitest'
import { watermarkAssigner } from '../../../src/engine-lite/operator/watermark-assigner.js'
import type { WatermarkConfig } from '../../../src/engine-lite/operator/watermark-config.js'
import { OperatorHarness } from '../../../src/engine-lite/testing/operator-harness.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { playTimeline, type Step } from '../../../src/engine-lite/testing/timeline.js'

/** Rows are [name, time]; the watermark is five behind. */
const config: WatermarkConfig = { rowtime: 1, watermarkOf: (row) => (row[1] as number) - 5 }
const play = (settings: Partial<WatermarkConfig>, steps: readonly Step[]) =>
  playTimeline(() => watermarkAssigner({ ...config, ...settings }), steps)
const row = (atMs: number | null, name = 'a'): Step => ({ row: [name, atMs] })

describe('the watermark assigner', () => {
  it('hands a row on before the watermark it causes, which is the value of the expression as it is', () => {
    expect(play({}, [row(10), row(12)])).toEqual(["+I ['a', 10]", 'watermark 5', "+I ['a', 12]", 'watermark 7'])
  })

  it('never goes back, also after a restart', () => {
    expect(play({}, [row(10), row(3), row(10), row(11)])).toEqual([
      "+I ['a', 10]",
      'watermark 5',
      "+I ['a', 3]",
      "+I ['a', 10]",
      "+I ['a', 11]",
      'watermark 6',
    ])
  })

  it('ignores a watermark that is NULL, and sets a row without event time aside', () => {
    const watermarkOf = (values: readonly unknown[]) => (values[0] === 'quiet' ? null : (values[1] as number))
    expect(play({ watermarkOf }, [row(10, 'quiet'), row(null), row(11)])).toEqual([
      "+I ['quiet', 10]",
      'dead null-rowtime',
      "+I ['a', 11]",
      'watermark 11',
    ])
  })

  it('keeps the kind of rows', () => {
    expect(play({}, [{ row: ['a', 10], kind: 3 }])[0]).toBe("-D ['a', 10]")
  })

  it('does not hand on a row whose expression fails', () => {
    const watermarkOf = () => {
      throw new RangeError('no')
    }
    expect(play({ watermarkOf }, [row(10)])).toEqual(['failed no'])
  })

  it('ignores watermarks from before, except the end of bounded input', () => {
    expect(play({}, [row(10), { watermark: 100 }, { watermark: Number.MAX_SAFE_INTEGER }])).toEqual([
      "+I ['a', 10]",
      'watermark 5',
      `watermark ${Number.MAX_SAFE_INTEGER}`,
    ])
  })
})

describe('idleness', () => {
  it('is declared after monotonic time without rows, and ended by the next row before it goes on', () => {
    const harness = new OperatorHarness(watermarkAssigner({ ...config, idleTimeoutMs: 1_000 }))
    harness.row(['a', 10])
    harness.pass(900)
    harness.row(['a', 11])
    harness.pass(900)
    expect(harness.take()).not.toContain('idle')
    harness.pass(300)
    harness.clock.stepWall(1_000_000)
    expect(harness.take()).toEqual(['idle'])
    harness.pass(10_000)
    expect(harness.take()).toEqual([])
    harness.row(['a', 12])
    expect(harness.take()).toEqual(['active', "+I ['a', 12]", 'watermark 7'])
  })

  it('comes never when it is off', () => {
    const harness = new OperatorHarness(watermarkAssigner(config))
    harness.row(['a', 10])
    harness.pass(10_000_000)
    expect(harness.take()).toEqual(["+I ['a', 10]", 'watermark 5'])
  })
})

describe('a source that falls silent', () => {
  const silent = { ...config, whenSilentMs: 1_000, silentLimitMs: 5_000, silentGraceMs: 0 }
  const lastWatermark = (lines: readonly string[]) =>
    Number(
      lines
        .filter((line) => line.startsWith('watermark'))
        .at(-1)
        ?.slice(10) ?? Number.NaN,
    )

  it('lets its watermark go on with monotonic time, up to the end of the last window and no further', () => {
    const harness = new OperatorHarness(watermarkAssigner(silent))
    harness.row(['a', 10_000])
    harness.pass(900)
    expect(harness.take()).toEqual(["+I ['a', 10000]", 'watermark 9995'])
    harness.pass(2_000)
    const reached = lastWatermark(harness.take())
    expect(reached).toBeGreaterThanOrEqual(9_995 + 1_000)
    expect(reached).toBeLessThanOrEqual(9_995 + 2_900)
    harness.pass(1_000_000)
    expect(lastWatermark(harness.take())).toBe(15_000)
    harness.row(['a', 12_000])
    harness.row(['a', 20_010])
    expect(harness.take()).toEqual(["+I ['a', 12000]", "+I ['a', 20010]", 'watermark 20005'])
  })

  it('counts only while it is connected, and anew after a reconnect', () => {
    const harness = new OperatorHarness(watermarkAssigner(silent))
    harness.row(['a', 10_000])
    harness.status('disconnected')
    harness.take()
    harness.pass(100_000)
    expect(harness.take()).toEqual([])
    harness.status('active')
    harness.pass(900)
    expect(harness.take()).toEqual([])
    harness.pass(1_000)
    expect(lastWatermark(harness.take())).toBeGreaterThan(9_995)
  })

  it('is given a grace at the start', () => {
    const harness = new OperatorHarness(watermarkAssigner({ ...silent, silentGraceMs: 60_000 }))
    harness.row(['a', 10_000])
    harness.take()
    harness.pass(60_000)
    expect(harness.take()).toEqual([])
    harness.pass(2_000)
    expect(lastWatermark(harness.take())).toBeGreaterThan(9_995)
  })

  it('goes on from its saved watermark after a restart, never back', () => {
    const harness = new OperatorHarness(watermarkAssigner(silent))
    harness.row(['a', 10_000])
    harness.pass(3_000)
    const before = lastWatermark(harness.take())
    harness.restore()
    harness.pass(1_100)
    expect(lastWatermark(harness.take())).toBeGreaterThan(before)
  })

  it('is not what a process sees that stood still itself', () => {
    const harness = new OperatorHarness(watermarkAssigner({ ...silent, idleTimeoutMs: 2_000 }))
    harness.row(['a', 10_000])
    harness.pass(500)
    harness.take()
    harness.clock.stall(60_000)
    harness.pass(300)
    expect(harness.take()).toEqual([])
    harness.row(['a', 10_001])
    expect(harness.take()).toEqual(["+I ['a', 10001]", 'watermark 9996'])
  })

  it('says nothing before the first row', () => {
    const harness = new OperatorHarness(watermarkAssigner(silent))
    harness.pass(100_000)
    expect(harness.take()).toEqual([])
  })
})

describe('rows from the future', () => {
  const DAY = 86_400_000
  const NOW = 1_700_000_000_000
  const guarded = (clock: SimulatedClock) => new OperatorHarness(watermarkAssigner({ ...config, futureMaxSkewMs: 60_000 }), { clock })

  it('are set aside by the synchronised wall clock and move nothing', () => {
    const harness = guarded(new SimulatedClock(NOW))
    harness.row(['a', NOW])
    harness.row(['a', NOW + 60_000])
    harness.row(['bad', NOW + 60_001])
    harness.row(['a', NOW + 1])
    expect(harness.take()).toEqual([
      `+I ['a', ${NOW}]`,
      `watermark ${NOW - 5}`,
      `+I ['a', ${NOW + 60_000}]`,
      `watermark ${NOW + 59_995}`,
      'dead future',
      `+I ['a', ${NOW + 1}]`,
    ])
    expect(harness.letters[0]?.text).toContain('2023-11-14T22:14:20.001Z')
  })

  it('pass once time has caught up', () => {
    const harness = guarded(new SimulatedClock(NOW))
    harness.row(['a', NOW + DAY])
    harness.pass(DAY)
    harness.row(['a', NOW + DAY])
    expect(harness.take()).toEqual(['dead future', `+I ['a', ${NOW + DAY}]`, `watermark ${NOW + DAY - 5}`])
  })

  it('are told by event time and monotonic time where the clock is not synchronised, whatever the wall clock says', () => {
    const clock = new SimulatedClock(0)
    clock.synchronised = false
    const harness = guarded(clock)
    harness.row(['a', NOW])
    clock.stepWall(56 * 365 * DAY)
    harness.row(['bad', NOW + DAY])
    harness.pass(DAY)
    harness.row(['a', NOW + DAY + 1])
    expect(harness.take()).toEqual([
      `+I ['a', ${NOW}]`,
      `watermark ${NOW - 5}`,
      'dead future',
      `+I ['a', ${NOW + DAY + 1}]`,
      `watermark ${NOW + DAY - 4}`,
    ])
  })

  it('are not refused after a restart that nobody knows the length of', () => {
    const clock = new SimulatedClock(0)
    clock.synchronised = false
    const harness = guarded(clock)
    harness.row(['a', NOW])
    harness.restore()
    harness.row(['a', NOW + DAY])
    expect(harness.take().filter((line) => line.startsWith('dead'))).toEqual([])
  })
})
