import { describe, expect, it } from 'vitest'
import type { WindowSpec } from '../../../src/engine-lite/contract/window.js'
import type { KeySelector } from '../../../src/engine-lite/operator/key-selector.js'
import { statistics } from '../../../src/engine-lite/testing/aggregates.js'
import { OperatorHarness } from '../../../src/engine-lite/testing/operator-harness.js'
import { playTimeline, type Step, type TimelineOptions } from '../../../src/engine-lite/testing/timeline.js'
import { windowAggregate } from '../../../src/engine-lite/window/window-aggregate.js'
import type { LocalTime, WindowAggregateConfig } from '../../../src/engine-lite/window/window-config.js'

const byDevice: KeySelector = { arity: 1, keyOf: (row) => row[0] as string, valuesOf: (row) => [row[0]] }
const TUMBLE_10: WindowSpec = { kind: 'tumble', sizeMs: 10, offsetMs: 0 }
const HOP_10_5: WindowSpec = { kind: 'hop', sizeMs: 10, slideMs: 5, offsetMs: 0 }
const END = { watermark: Number.MAX_SAFE_INTEGER }

/** Rows are [device, time, value]; results [device, window start, window end, count, sum]. */
function config(window: WindowSpec, more: Partial<WindowAggregateConfig> = {}): WindowAggregateConfig {
  return { keys: byDevice, rowtime: 1, window, program: statistics(2, true), windowColumns: ['start', 'end'], ...more }
}

function play(settings: WindowAggregateConfig, steps: readonly Step[], options: TimelineOptions = {}): string[] {
  return playTimeline(() => windowAggregate(settings), steps, { empty: true, ...options })
}

function at(device: string, atMs: number | null, value: unknown = 1): Step {
  return { row: [device, atMs, value] }
}

const wm = (watermark: number): Step => ({ watermark })

describe('a tumbling window', () => {
  //  time    0 ───────── 10 ───────── 20
  //  d1      1   4   9   |  11
  //  closes              9            19
  it('closes when the watermark reaches its last millisecond, not one earlier', () => {
    expect(play(config(TUMBLE_10), [at('d1', 1), at('d1', 4), at('d1', 9), at('d1', 11), wm(8), wm(9), wm(19)])).toEqual([
      'watermark 8',
      "+I ['d1', 0, 10, 3, 3]",
      'watermark 9',
      "+I ['d1', 10, 20, 1, 1]",
      'watermark 19',
    ])
  })

  it('emits every window that a watermark jump ends, in the order of their ends, before the watermark', () => {
    expect(play(config(TUMBLE_10), [at('d1', 25), at('d2', 5), at('d1', 1), wm(100)])).toEqual([
      "+I ['d1', 0, 10, 1, 1]",
      "+I ['d2', 0, 10, 1, 1]",
      "+I ['d1', 20, 30, 1, 1]",
      'watermark 100',
    ])
  })

  it('emits nothing for windows without rows', () => {
    expect(play(config(TUMBLE_10), [wm(5), wm(50), at('d1', 55), wm(70)])).toEqual([
      'watermark 5',
      'watermark 50',
      "+I ['d1', 50, 60, 1, 1]",
      'watermark 70',
    ])
  })

  it('sends a row aside once its window is over, and takes one that is merely behind the watermark', () => {
    expect(play(config(TUMBLE_10), [at('d1', 15), wm(12), at('d1', 11), at('d1', 9), wm(19), at('d1', 19), END])).toEqual([
      'watermark 12',
      "late ['d1', 9, 1]",
      "+I ['d1', 10, 20, 2, 2]",
      'watermark 19',
      "late ['d1', 19, 1]",
      `watermark ${END.watermark}`,
    ])
  })

  it('aligns windows before 1970 and by a negative offset like all others', () => {
    const shifted = config({ kind: 'tumble', sizeMs: 10, offsetMs: -3 })
    expect(play(shifted, [at('d1', -4), at('d1', -3), at('d1', 6), at('d1', 7), END])).toEqual([
      "+I ['d1', -13, -3, 1, 1]",
      "+I ['d1', -3, 7, 2, 2]",
      "+I ['d1', 7, 17, 1, 1]",
      `watermark ${END.watermark}`,
    ])
  })

  it('adds window start, end and time where they are asked for', () => {
    const settings = config(TUMBLE_10, { windowColumns: ['time', 'end', 'start'] })
    expect(play(settings, [at('d1', 3), END])[0]).toBe("+I ['d1', 9, 10, 0, 1, 1]")
  })

  it('has one group where there are no keys', () => {
    expect(play(config(TUMBLE_10, { keys: null }), [at('d1', 1, 2), at('d2', 2, 3), END])[0]).toBe('+I [0, 10, 2, 5]')
  })

  it('treats NULL keys as one group', () => {
    expect(play(config(TUMBLE_10), [{ row: [null, 1, 2] }, { row: [null, 2, 3] }, END])[0]).toBe('+I [NULL, 0, 10, 2, 5]')
  })

  it('sets rows without event time aside', () => {
    expect(play(config(TUMBLE_10), [at('d1', null), END])).toEqual(['dead null-rowtime', `watermark ${END.watermark}`])
  })

  it('is not changed by a row that fails, even if it is the first of its key', () => {
    expect(play(config(TUMBLE_10), [at('d1', 1, 'x'), at('d2', 1, 5), at('d2', 2, 'x'), at('d2', 3, 7), END])).toEqual([
      'failed x is not a number',
      'failed x is not a number',
      "+I ['d2', 0, 10, 2, 12]",
      `watermark ${END.watermark}`,
    ])
  })

  it('refuses keys beyond the limit and goes on with the others', () => {
    const lines = play(config(TUMBLE_10), [at('d1', 1), at('d2', 1), at('d3', 1), at('d1', 2), END], { keysMax: 2 })
    expect(lines).toEqual(['dead key-limit', "+I ['d1', 0, 10, 2, 2]", "+I ['d2', 0, 10, 1, 1]", `watermark ${END.watermark}`])
  })

  it('forgets a key when no pane holds it, so that other keys find room', () => {
    const steps = Array.from({ length: 50 }, (_, i) => [at(`d${i}`, i * 10), wm(i * 10 + 9)]).flat()
    const lines = play(config(TUMBLE_10), steps, { keysMax: 2 })
    expect(lines.filter((line) => line.startsWith('+I'))).toHaveLength(50)
    expect(lines.filter((line) => line.startsWith('dead'))).toEqual([])
  })

  it('keeps a key that a younger pane still holds', () => {
    const harness = new OperatorHarness(windowAggregate(config(TUMBLE_10)))
    harness.row(['d1', 1, 1])
    harness.row(['d1', 11, 1])
    harness.watermark(9)
    expect(harness.held).toBe(2) // one key, one pane
    harness.watermark(19)
    expect(harness.held).toBe(0)
  })

  it('takes rows back and stays silent about keys whose rows are all gone', () => {
    const settings = config(TUMBLE_10, { countField: 0 })
    const steps: Step[] = [
      at('d1', 1, 4),
      at('d2', 1, 6),
      { row: ['d1', 1, 4], kind: 3 },
      { row: ['d2', 1, 6], kind: 1 },
      { row: ['d2', 1, 7], kind: 2 },
    ]
    expect(play(settings, [...steps, END])).toEqual(["+I ['d2', 0, 10, 1, 7]", `watermark ${END.watermark}`])
  })
})

describe('a hopping window', () => {
  //  time       0 ───── 5 ───── 10 ───── 15
  //  windows [-5 ······ 5) [0 ······ 10) [5 ······ 15)
  it('counts a row in every window it lies in, adding it once', () => {
    expect(play(config(HOP_10_5), [at('d1', 3), at('d1', 7), END])).toEqual([
      "+I ['d1', -5, 5, 1, 1]",
      "+I ['d1', 0, 10, 2, 2]",
      "+I ['d1', 5, 15, 1, 1]",
      `watermark ${END.watermark}`,
    ])
  })

  it('counts a late row in the windows that are still open, and sends it aside when the last one is over', () => {
    expect(play(config(HOP_10_5), [at('d1', 3), wm(4), at('d1', 2), wm(9), at('d1', 4), at('d1', 6), END])).toEqual([
      "+I ['d1', -5, 5, 1, 1]",
      'watermark 4',
      "+I ['d1', 0, 10, 2, 2]",
      'watermark 9',
      "late ['d1', 4, 1]",
      "+I ['d1', 5, 15, 1, 1]",
      `watermark ${END.watermark}`,
    ])
  })

  it('does not emit a window again for a key that came late into its pane', () => {
    expect(play(config(HOP_10_5), [at('d1', 1), wm(4), at('d2', 2), wm(9), END])).toEqual([
      "+I ['d1', -5, 5, 1, 1]",
      'watermark 4',
      "+I ['d1', 0, 10, 1, 1]",
      "+I ['d2', 0, 10, 1, 1]",
      'watermark 9',
      `watermark ${END.watermark}`,
    ])
  })

  it('merges minimum and maximum over panes', () => {
    const settings = config(HOP_10_5, { program: statistics(2) })
    expect(play(settings, [at('d1', 1, 5), at('d1', 6, -2), at('d1', 8, 9), END])).toEqual([
      "+I ['d1', -5, 5, 1, 5, 5, 5]",
      "+I ['d1', 0, 10, 3, 12, -2, 9]",
      "+I ['d1', 5, 15, 2, 7, -2, 9]",
      `watermark ${END.watermark}`,
    ])
  })

  it('uses panes of the greatest common divisor where the size is no multiple of the slide', () => {
    const settings = config({ kind: 'hop', sizeMs: 10, slideMs: 4, offsetMs: 0 })
    expect(play(settings, [at('d1', 5), END])).toEqual([
      "+I ['d1', -4, 6, 1, 1]",
      "+I ['d1', 0, 10, 1, 1]",
      "+I ['d1', 4, 14, 1, 1]",
      `watermark ${END.watermark}`,
    ])
  })

  it('lets rows in gaps vanish where the slide is larger than the size', () => {
    const settings = config({ kind: 'hop', sizeMs: 5, slideMs: 10, offsetMs: 0 })
    expect(play(settings, [at('d1', 4), at('d1', 5), at('d1', 9), at('d1', 10), END])).toEqual([
      "+I ['d1', 0, 5, 1, 1]",
      "+I ['d1', 10, 15, 1, 1]",
      `watermark ${END.watermark}`,
    ])
  })
})

describe('a long emission', () => {
  const devices = Array.from({ length: 40 }, (_, i) => at(`d${i}`, 1, i))

  it('comes in slices, the watermark last, and goes on after a restart where it stopped', () => {
    const lines = play(config(TUMBLE_10), [...devices, wm(9)], { emitKeysMax: 3 })
    expect(lines).toHaveLength(41)
    expect(new Set(lines).size).toBe(41)
    expect(lines.at(-1)).toBe('watermark 9')
  })

  it('says each key once per hop window, however it is cut', () => {
    const lines = play(config(HOP_10_5), [...devices, END], { emitKeysMax: 7 })
    expect(lines.filter((line) => line.startsWith('+I'))).toHaveLength(80)
    expect(new Set(lines).size).toBe(81)
  })
})

describe('a window over local time', () => {
  // A zone 3 ms ahead of UTC that repeats local 20…22 once: clocks go back 3 ms at UTC 20.
  const local: LocalTime = {
    localOf: (epochMs) => (epochMs < 20 ? epochMs + 3 : epochMs),
    epochOf: (localMs) => (localMs < 20 ? localMs - 3 : localMs),
    timerOf: (localMs) => (localMs < 20 ? localMs - 3 : localMs),
  }

  it('aligns bounds to local time and closes at the instant they have passed for good', () => {
    const settings = config(TUMBLE_10, { local, windowColumns: ['start', 'end', 'time'] })
    // UTC 6 and 7 are local 9 and 10; UTC 18 and 21 are both local 21.
    expect(play(settings, [at('d1', 6), at('d1', 7), at('d1', 18), at('d1', 21), wm(6), wm(28), wm(29)])).toEqual([
      "+I ['d1', 0, 10, 6, 1, 1]",
      'watermark 6',
      "+I ['d1', 10, 20, 16, 1, 1]",
      'watermark 28',
      "+I ['d1', 20, 30, 29, 2, 2]",
      'watermark 29',
    ])
  })
})
