/**
 * Where windows and panes lie, as arithmetic. A pane is a slice of `gcd(size, slide)` ms: every window is a whole number of panes, so
 * a row is added once, whatever the number of windows it lies in. A tumbling window is one pane.
 *
 * Sources: Flink's TimeWindow.getWindowStartWithOffset (remainders of negative numbers are corrected) and SliceAssigners.
 * All times here are wall clock of the window: local time for TIMESTAMP_LTZ, else epoch ms.
 */
import { MillraceError } from '../contract/errors/index.js'
import type { WindowSpec } from '../contract/window.js'

export class PaneGrid {
  readonly sizeMs: number
  readonly slideMs: number
  readonly offsetMs: number
  readonly paneMs: number

  /** @throws MillraceError E0213 for sizes that are no positive whole milliseconds */
  constructor(spec: WindowSpec) {
    const slideMs = spec.kind === 'hop' ? spec.slideMs : spec.sizeMs
    for (const [name, value] of [
      ['size', spec.sizeMs],
      ['slide', slideMs],
    ] as const) {
      if (!Number.isSafeInteger(value) || value <= 0) {
        throw new MillraceError('E0213', `window ${name} of ${value} ms is not a positive whole number`)
      }
    }
    if (!Number.isSafeInteger(spec.offsetMs)) {
      throw new MillraceError('E0213', `window offset of ${spec.offsetMs} ms is not a whole number`)
    }
    this.sizeMs = spec.sizeMs
    this.slideMs = slideMs
    this.offsetMs = spec.offsetMs
    this.paneMs = greatestCommonDivisor(spec.sizeMs, slideMs)
  }

  /** Start of the pane that holds the time. */
  paneStart(atMs: number): number {
    return floorTo(atMs, this.paneMs, this.offsetMs)
  }

  /** End of the first window that holds the pane; beyond {@link lastEnd} where none does (a gap, slide > size). */
  firstEnd(paneStartMs: number): number {
    const earliestStartMs = paneStartMs + this.paneMs - this.sizeMs
    const flooredMs = floorTo(earliestStartMs, this.slideMs, this.offsetMs)
    return (flooredMs === earliestStartMs ? flooredMs : flooredMs + this.slideMs) + this.sizeMs
  }

  /** End of the last window that holds the pane. */
  lastEnd(paneStartMs: number): number {
    return floorTo(paneStartMs, this.slideMs, this.offsetMs) + this.sizeMs
  }

  /** Start of the last window that begins at or before the time. */
  lastStart(atMs: number): number {
    return floorTo(atMs, this.slideMs, this.offsetMs)
  }
}

/** The largest `offset + k · step` that is not above `value`. */
export function floorTo(value: number, step: number, offset: number): number {
  const remainder = (value - offset) % step
  return remainder < 0 ? value - remainder - step : value - remainder
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}
