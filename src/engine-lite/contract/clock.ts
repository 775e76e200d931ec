/** Time as the engine sees it: injected, so that tests and the simulator own it. */

export type Cancel = () => void

export interface Clock {
  /** Wall clock, epoch milliseconds. May step; never decides order, idleness, expiry or back-off. */
  nowMs(): number
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number
  /** Runs once after at least `delayMs`, from the event loop, never from inside this call. */
  schedule(delayMs: number, run: () => void): Cancel
  /** Runs as soon as pending I/O was looked at (setImmediate). */
  soon(run: () => void): void
  /** Whether the wall clock is believed (synchronised); the future guard uses event time otherwise. */
  readonly synchronised: boolean
}

/** Uniform in [0, 1). Injected wherever chance is wanted. */
export type Random = () => number
