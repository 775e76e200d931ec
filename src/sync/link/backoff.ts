/** Waiting longer after each failure, with full jitter, so that a fleet does not come back all at once. */
import type { Random } from '../../engine-lite/contract/clock.js'

export interface BackoffOptions {
  /** Upper bound of the first wait, ms. */
  readonly baseMs: number
  /** Upper bound of any wait, ms. */
  readonly maxMs: number
}

/**
 * Full jitter: the n-th wait is uniform in [0, min(max, base × 2ⁿ)]. Durations only: whoever waits does so on the clock's monotonic time.
 *
 * @example
 * const backoff = new Backoff({ baseMs: 500, maxMs: 60_000 }, random)
 * clock.schedule(backoff.nextMs(), again)
 */
export class Backoff {
  private failures = 0

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: Random,
  ) {}

  /** The next wait in whole ms. */
  nextMs(): number {
    // 2 ** 1024 would be Infinity, and Infinity × 0 is no number.
    const growth = 2 ** Math.min(this.failures, 50)
    this.failures += 1
    return Math.floor(this.random() * Math.min(this.options.maxMs, this.options.baseMs * growth))
  }

  /** Something worked: start over. */
  reset(): void {
    this.failures = 0
  }

  /** Failures in a row so far. */
  get failureCount(): number {
    return this.failures
  }
}
