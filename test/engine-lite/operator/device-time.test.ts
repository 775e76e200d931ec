import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OperatorFactory, Output } from '../../../src/engine-lite/contract/operator.js'
import type { OperatorState } from '../../../src/engine-lite/contract/state.js'
import { DeviceTime } from '../../../src/engine-lite/operator/device-time.js'
import type { KeySelector } from '../../../src/engine-lite/operator/key-selector.js'
import { watermarkAssigner } from '../../../src/engine-lite/operator/watermark-assigner.js'
import { statistics } from '../../../src/engine-lite/testing/aggregates.js'
import { OperatorHarness } from '../../../src/engine-lite/testing/operator-harness.js'
import { playTimeline, type Step } from '../../../src/engine-lite/testing/timeline.js'
import { windowAggregate } from '../../../src/engine-lite/window/window-aggregate.js'

const byDevice: KeySelector = { arity: 1, keyOf: (row) => row[0] as string, valuesOf: (row) => [row[0]] }
const byDeviceAndSensor: KeySelector = { arity: 2, keyOf: (row) => `${row[0]}|${row[3]}`, valuesOf: (row) => [row[0], row[3]] }

/** Assigner and window as one operator, so that the harness can restart both at once. */
function chain(
  keys: KeySelector = byDevice,
  more: { readonly idleTimeoutMs?: number; readonly whenSilentMs?: number; readonly slideMs?: number } = {},
): OperatorFactory {
  const time = new DeviceTime()
  const device = { keys: byDevice, time }
  const { slideMs, ...silence } = more
  const assigner = watermarkAssigner({
    rowtime: 1,
    watermarkOf: (row) => row[1] as number,
    device,
    silentLimitMs: 10,
    silentGraceMs: 0,
    ...silence,
  })
  const window = windowAggregate({
    keys,
    rowtime: 1,
    window: slideMs === undefined ? { kind: 'tumble', sizeMs: 10, offsetMs: 0 } : { kind: 'hop', sizeMs: 10, slideMs, offsetMs: 0 },
    program: statistics(2, true),
    windowColumns: ['start'],
    device,
  })
  return (context, out) => {
    const between: { target: Output | null } = { target: null }
    // The runtime keeps the watermark of every operator; here the second one's is kept by hand.
    const saved = context.state.cell('watermark', Number.MIN_SAFE_INTEGER)
    const timers = { register() {}, cancel() {}, watermarkMs: saved.get() }
    const { state } = context
    const prefixed: OperatorState = {
      keys: (name) => state.keys(`window-${name}`),
      slots: (name, layout) => state.slots(`window-${name}`, layout),
      panes: (name, layout) => state.panes(`window-${name}`, layout),
      items: (name) => state.items(`window-${name}`),
      cell: (name, initial) => state.cell(`window-${name}`, initial),
    }
    const first = assigner(context, {
      emit: (row, kind) => between.target?.emit(row, kind),
      emitTo: (tag, row) => out.emitTo(tag, row),
      advance: (watermarkMs) => between.target?.advance(watermarkMs),
      status: (status) => out.status(status),
    })
    const second = window({ ...context, timers, state: prefixed }, out)
    between.target = {
      emit: (row, kind) => second.process(row, kind),
      emitTo: () => {},
      advance: (watermarkMs) => {
        timers.watermarkMs = watermarkMs
        saved.set(watermarkMs)
        second.advance(watermarkMs)
      },
      status: () => {},
    }
    return first
  }
}

const at = (device: string, atMs: number, value = 1, sensor = 's'): Step => ({ row: [device, atMs, value, sensor] })
const END = { watermark: Number.MAX_SAFE_INTEGER }
const rowsOf = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('watermark'))

describe('time per device', () => {
  it('closes the windows of a device by its own watermark', () => {
    expect(rowsOf(playTimeline(() => chain(), [at('a', 1), at('b', 2), at('a', 9), at('a', 12), at('b', 3), at('b', 10)]))).toEqual([
      "+I ['a', 0, 2, 2]",
      "+I ['b', 0, 2, 2]",
    ])
  })

  it('takes the backlog of a device that was offline, however far the others are', () => {
    const steps = [at('a', 1), at('a', 1_000), at('b', 5), at('b', 8), at('b', 21), END]
    expect(rowsOf(playTimeline(() => chain(), steps))).toEqual([
      "+I ['a', 0, 1, 1]",
      "+I ['b', 0, 2, 2]",
      "+I ['b', 20, 1, 1]",
      "+I ['a', 1000, 1, 1]",
    ])
  })

  it('gives every device what it would get if it were alone', () => {
    const row = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 60 }))
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.constantFrom(undefined, 5), (rows, slideMs) => {
        const more = slideMs === undefined ? {} : { slideMs }
        const of = (device: string, lines: readonly string[]) => rowsOf(lines).filter((line) => line.includes(`['${device}'`))
        const together = playTimeline(() => chain(byDevice, more), [...rows.map(([device, atMs]) => at(device, atMs)), END])
        for (const device of ['a', 'b', 'c']) {
          const own = rows.filter(([name]) => name === device).map(([, atMs]) => at(device, atMs))
          expect(of(device, together)).toEqual(
            of(
              device,
              playTimeline(() => chain(byDevice, more), [...own, END]),
            ),
          )
        }
      }),
      { numRuns: 60 },
    )
  })

  it('calls a row late by the watermark of its device alone', () => {
    expect(rowsOf(playTimeline(() => chain(), [at('a', 25), at('a', 19), at('a', 20), at('b', 19), END]))).toEqual([
      "late ['a', 19, 1, 's']",
      "+I ['b', 10, 1, 1]",
      "+I ['a', 20, 2, 2]",
    ])
  })

  it('closes all groups of the device at once', () => {
    const steps = [at('a', 1, 1, 'x'), at('a', 2, 1, 'y'), at('b', 3, 1, 'x'), at('a', 11, 1, 'x')]
    expect(rowsOf(playTimeline(() => chain(byDeviceAndSensor), steps))).toEqual(["+I ['a', 'x', 0, 1, 1]", "+I ['a', 'y', 0, 1, 1]"])
  })

  it('does not say a hop window again at the end of input', () => {
    const steps = [at('a', 1), at('a', 6), at('b', 1), END]
    expect(rowsOf(playTimeline(() => chain(byDevice, { slideMs: 5 }), steps)).sort()).toEqual(
      ["+I ['a', -5, 1, 1]", "+I ['a', 0, 2, 2]", "+I ['a', 5, 1, 1]", "+I ['b', -5, 1, 1]", "+I ['b', 0, 1, 1]"].sort(),
    )
  })

  it('hands on the minimum over devices, which never goes back', () => {
    const lines = playTimeline(
      () => chain(),
      [at('a', 5), at('b', 3), at('b', 7), at('a', 6), at('c', 1), at('a', 30), at('b', 30), at('c', 31)],
    )
    expect(lines.filter((line) => line.startsWith('watermark'))).toEqual(['watermark 5', 'watermark 6', 'watermark 30'])
  })

  it('hands on the minimum of any order of rows that a walk over all devices finds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 50 })), { maxLength: 60 }), (rows) => {
        const highest = new Map<string, number>()
        const expected: number[] = []
        for (const [device, atMs] of rows) {
          highest.set(device, Math.max(highest.get(device) ?? 0, atMs))
          const minimumMs = Math.min(...highest.values())
          if (minimumMs > (expected.at(-1) ?? Number.NEGATIVE_INFINITY)) expected.push(minimumMs)
        }
        const lines = playTimeline(
          () => chain(),
          rows.map(([device, atMs]) => at(device, atMs)),
        )
        expect(lines.filter((line) => line.startsWith('watermark')).map((line) => Number(line.slice(10)))).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })

  it('leaves an idle device out of the minimum', () => {
    const harness = new OperatorHarness(chain(byDevice, { idleTimeoutMs: 2_000 }))
    harness.row(['a', 5, 1, 's'])
    harness.row(['b', 9, 1, 's'])
    for (let i = 0; i < 4; i++) {
      harness.pass(1_000)
      harness.row(['b', 9, 1, 's'])
    }
    expect(harness.take().filter((line) => line.startsWith('watermark'))).toEqual(['watermark 5', 'watermark 9'])
  })

  it('closes no window because the process stood still', () => {
    const harness = new OperatorHarness(chain(byDevice, { whenSilentMs: 3_000 }))
    harness.row(['a', 5, 1, 's'])
    harness.clock.stall(60_000)
    harness.pass(1_500)
    expect(rowsOf(harness.take())).toEqual([])
  })

  it('closes the last window of a device that fell silent', () => {
    const harness = new OperatorHarness(chain(byDevice, { whenSilentMs: 2_000 }))
    harness.row(['a', 5, 1, 's'])
    harness.pass(5_000)
    expect(rowsOf(harness.take())).toEqual(["+I ['a', 0, 1, 1]"])
  })
})
