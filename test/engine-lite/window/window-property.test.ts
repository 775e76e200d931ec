import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WindowSpec } from '../../../src/engine-lite/contract/window.js'
import { statistics } from '../../../src/engine-lite/testing/aggregates.js'
import { playTimeline, type Step } from '../../../src/engine-lite/testing/timeline.js'
import { windowAggregate } from '../../../src/engine-lite/window/window-aggregate.js'

type Input = { readonly device: string; readonly atMs: number; readonly value: number } | { readonly watermark: number }

const step: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      device: fc.constantFrom('a', 'b', 'c'),
      atMs: fc.integer({ min: 0, max: 60 }),
      value: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ watermark: fc.integer({ min: 0, max: 70 }) }) },
)
const spec: fc.Arbitrary<WindowSpec> = fc.oneof(
  fc.record({ kind: fc.constant('tumble' as const), sizeMs: fc.integer({ min: 1, max: 20 }), offsetMs: fc.integer({ min: -5, max: 5 }) }),
  fc.record({
    kind: fc.constant('hop' as const),
    sizeMs: fc.integer({ min: 1, max: 20 }),
    slideMs: fc.integer({ min: 1, max: 20 }),
    offsetMs: fc.integer({ min: -5, max: 5 }),
  }),
)

/** Keeps every row and says what each window holds when the watermark ends it: no panes, no slots, no slices. */
function naive(window: WindowSpec, inputs: readonly Input[]): string[] {
  const slideMs = window.kind === 'hop' ? window.slideMs : window.sizeMs
  const windows = new Map<number, Map<string, [number, number]>>()
  const lines: string[] = []
  let watermarkMs = Number.NEGATIVE_INFINITY
  for (const input of inputs) {
    if ('watermark' in input) {
      if (input.watermark <= watermarkMs) continue
      watermarkMs = input.watermark
      for (const endMs of [...windows.keys()].sort((a, b) => a - b)) {
        if (endMs - 1 > watermarkMs) continue
        for (const [device, [count, sum]] of windows.get(endMs) ?? [])
          lines.push(`+I ['${device}', ${endMs - window.sizeMs}, ${endMs}, ${count}, ${sum}]`)
        windows.delete(endMs)
      }
      lines.push(`watermark ${watermarkMs}`)
      continue
    }
    const { device, atMs, value } = input
    const ends: number[] = []
    for (let startMs = -200 * slideMs + window.offsetMs; startMs <= atMs; startMs += slideMs)
      if (atMs < startMs + window.sizeMs) ends.push(startMs + window.sizeMs)
    const open = ends.filter((endMs) => endMs - 1 > watermarkMs)
    // Late goes by pane, and a pane is as fine as the windows: all of its windows are those of the row.
    if (open.length === 0 && ends.length > 0) lines.push(`late ['${device}', ${atMs}, ${value}]`)
    for (const endMs of open) {
      const keys = windows.get(endMs) ?? new Map<string, [number, number]>()
      windows.set(endMs, keys)
      const [count, sum] = keys.get(device) ?? [0, 0]
      keys.set(device, [count + 1, sum + value])
    }
  }
  return lines
}

/** Order between keys of one window is free. */
function grouped(lines: readonly string[]): string[] {
  const result: string[] = []
  let rows: string[] = []
  for (const line of lines) {
    if (line.startsWith('+I')) {
      rows.push(line)
      continue
    }
    result.push(...rows.sort(), line)
    rows = []
  }
  return [...result, ...rows.sort()]
}

describe('windows', () => {
  it('say what a naive window says, in whatever way they are restarted', () => {
    fc.assert(
      fc.property(spec, fc.array(step, { maxLength: 40 }), (window, inputs) => {
        const rising: Input[] = []
        let highest = Number.NEGATIVE_INFINITY
        for (const input of [...inputs, { watermark: 1_000 }]) {
          if ('watermark' in input && input.watermark <= highest) continue
          if ('watermark' in input) highest = input.watermark
          rising.push(input)
        }
        const steps: Step[] = rising.map((input) => ('watermark' in input ? input : { row: [input.device, input.atMs, input.value] }))
        const byDevice = { arity: 1, keyOf: (row: readonly unknown[]) => row[0] as string, valuesOf: (row: readonly unknown[]) => [row[0]] }
        const create = () =>
          windowAggregate({ keys: byDevice, rowtime: 1, window, program: statistics(2, true), windowColumns: ['start', 'end'] })
        expect(grouped(playTimeline(create, steps, { empty: true }))).toEqual(grouped(naive(window, rising)))
      }),
      { numRuns: 300 },
    )
  })
})
