import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PaneGrid } from '../../../src/engine-lite/window/pane-grid.js'

const time = fc.integer({ min: -1_000_000, max: 1_000_000 })
const length = fc.integer({ min: 1, max: 500 })

describe('the grid of panes', () => {
  it('puts every time into the pane it names, and into exactly the windows between first and last', () => {
    fc.assert(
      fc.property(time, length, length, fc.integer({ min: -600, max: 600 }), (atMs, sizeMs, slideMs, offsetMs) => {
        const grid = new PaneGrid({ kind: 'hop', sizeMs, slideMs, offsetMs })
        const paneMs = grid.paneStart(atMs)
        expect(paneMs <= atMs && atMs < paneMs + grid.paneMs).toBe(true)
        const ends: number[] = []
        for (let endMs = grid.firstEnd(paneMs); endMs <= grid.lastEnd(paneMs); endMs += slideMs) ends.push(endMs)
        const naive: number[] = []
        for (let k = -3_000; k <= 3_000; k++) {
          const startMs = grid.lastStart(atMs) + k * slideMs
          if (startMs <= atMs && atMs < startMs + sizeMs) naive.push(startMs + sizeMs)
        }
        expect(ends).toEqual(naive)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    [{ kind: 'tumble', sizeMs: 0, offsetMs: 0 }, 'window size of 0 ms'],
    [{ kind: 'tumble', sizeMs: 1.5, offsetMs: 0 }, 'window size of 1.5 ms'],
    [{ kind: 'hop', sizeMs: 10, slideMs: -5, offsetMs: 0 }, 'window slide of -5 ms'],
    [{ kind: 'tumble', sizeMs: 10, offsetMs: Number.NaN }, 'window offset of NaN ms'],
  ] as const)('refuses %o, naming the value', (spec, message) => {
    expect(() => new PaneGrid(spec)).toThrow(message)
  })
})
