import { describe, expect, it } from 'vitest'
import type { OperatorFactory } from '../../../src/engine-lite/contract/operator.js'
import { type HarnessOptions, OperatorHarness } from '../../../src/engine-lite/testing/operator-harness.js'
import { playTimeline, type Step } from '../../../src/engine-lite/testing/timeline.js'

/** Rows are [slot, time, namespace, what]: registers or cancels an event timer, or registers a processing timer `time` ms from now. */
const scheduler: OperatorFactory = (context, out) => ({
  process([slot, atMs, namespace, what]) {
    const timer = { kind: 'event' as const, slot: slot as number, atMs: atMs as number, namespace: namespace as string }
    if (what === 'cancel') context.timers.cancel(timer)
    else if (what === 'clock') context.timers.register({ ...timer, kind: 'processing', atMs: context.clock.nowMs() + (atMs as number) })
    else context.timers.register(timer)
  },
  onTimer(timer) {
    out.emit([timer.kind, timer.slot, timer.namespace, timer.kind === 'event' ? timer.atMs : 0, context.timers.watermarkMs], 0)
    if (timer.namespace === 'again' && timer.atMs < 50) context.timers.register({ ...timer, atMs: timer.atMs + 10 })
  },
  advance: (watermarkMs) => out.advance(watermarkMs),
})

const at = (slot: number, atMs: number, namespace = '', what = ''): Step => ({ row: [slot, atMs, namespace, what] })
const play = (steps: readonly Step[], options: HarnessOptions = {}) => playTimeline(() => scheduler, steps, options)

describe('event timers', () => {
  it('fire in order of time when the watermark has reached them, after it was set and before it goes on', () => {
    expect(play([at(1, 20), at(1, 10), at(2, 30), { watermark: 9 }, { watermark: 20 }])).toEqual([
      'watermark 9',
      "+I ['event', 1, '', 10, 20]",
      "+I ['event', 1, '', 20, 20]",
      'watermark 20',
    ])
  })

  it('registered twice fire once; another key, namespace or time is another timer', () => {
    expect(play([at(1, 10), at(1, 10), at(2, 10), at(1, 10, 'x'), { watermark: 10 }])).toEqual([
      "+I ['event', 1, '', 10, 10]",
      "+I ['event', 1, 'x', 10, 10]",
      "+I ['event', 2, '', 10, 10]",
      'watermark 10',
    ])
  })

  it('do not fire when they are cancelled, and can be registered again', () => {
    expect(
      play([at(1, 10), at(1, 10, '', 'cancel'), at(2, 10), { watermark: 5 }, at(2, 10, '', 'cancel'), at(2, 10), { watermark: 10 }]),
    ).toEqual(['watermark 5', "+I ['event', 2, '', 10, 10]", 'watermark 10'])
  })

  it('armed again while firing fire within the same watermark', () => {
    expect(play([at(1, 10, 'again'), { watermark: 35 }])).toEqual([
      "+I ['event', 1, 'again', 10, 35]",
      "+I ['event', 1, 'again', 20, 35]",
      "+I ['event', 1, 'again', 30, 35]",
      'watermark 35',
    ])
  })

  it('that are over when they are registered wait for the next watermark', () => {
    expect(play([{ watermark: 50 }, at(1, 10), { watermark: 51 }])).toEqual(['watermark 50', "+I ['event', 1, '', 10, 51]", 'watermark 51'])
  })
})

describe('processing timers', () => {
  it('fire by the clock, also after a restart', () => {
    const harness = new OperatorHarness(scheduler)
    harness.row([1, 100, '', 'clock'])
    harness.restore()
    harness.pass(99)
    expect(harness.take()).toEqual([])
    harness.pass(1)
    expect(harness.take()).toEqual([`+I ['processing', 1, '', 0, ${Number.MIN_SAFE_INTEGER}]`])
    expect(harness.held).toBe(0)
  })
})
