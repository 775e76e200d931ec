/**
 * `future.max-skew`: a device whose clock runs years ahead must not drag the watermark (faults row 11). Rows further ahead than
 * allowed of the best time known are set aside.
 *
 * The best time known is the wall clock while it is synchronised. Otherwise it is event time carried forward by monotonic time:
 * the newest accepted event time plus what has passed since. The first row after a start is then taken on trust, since a
 * gateway without a clock cannot know how long it was off.
 */
import type { Clock } from '../contract/clock.js'

export class FutureGuard {
  readonly #clock: Clock
  readonly #skewMs: number
  #anchorEventMs = Number.NEGATIVE_INFINITY
  #anchorMonotonicMs = 0
  /** Rows up to here pass without a look at the clock; time only goes on, so an old limit is a safe one. */
  #knownLimitMs = Number.NEGATIVE_INFINITY
  #knownBySystemClock = false

  /** @param skewMs 0: off */
  constructor(clock: Clock, skewMs: number) {
    this.#clock = clock
    this.#skewMs = skewMs
  }

  /** Whether a row of this event time is too far ahead. An accepted one may become the new anchor. */
  refuses(rowtimeMs: number): boolean {
    if (this.#skewMs <= 0) return false
    if (this.#knownBySystemClock === this.#clock.synchronised && rowtimeMs <= this.#knownLimitMs) return false
    return this.#decide(rowtimeMs)
  }

  #decide(rowtimeMs: number): boolean {
    const monotonicMs = this.#clock.monotonicMs()
    this.#knownBySystemClock = this.#clock.synchronised
    const bestMs = this.#knownBySystemClock ? this.#clock.nowMs() : this.#anchorEventMs + (monotonicMs - this.#anchorMonotonicMs)
    if (bestMs !== Number.NEGATIVE_INFINITY && rowtimeMs > bestMs + this.#skewMs) {
      this.#knownLimitMs = bestMs + this.#skewMs
      return true
    }
    if (rowtimeMs > bestMs) {
      this.#anchorEventMs = rowtimeMs
      this.#anchorMonotonicMs = monotonicMs
    }
    this.#knownLimitMs = this.#knownBySystemClock ? bestMs + this.#skewMs : Math.max(bestMs, rowtimeMs)
    return false
  }
}
