/** When a failed pipeline is started again. Source: Flink's restart strategies (flink-semantics 2.9). */
import type { Random } from '../contract/clock.js'
import type { RestartStrategy } from './engine-options.js'

export class RestartPolicy {
  /** Restarts so far. */
  restarts = 0
  readonly #strategy: RestartStrategy
  readonly #random: Random
  #attempts = 0
  #nextMs = 0
  #lastFailureMs = Number.NEGATIVE_INFINITY

  constructor(strategy: RestartStrategy, random: Random) {
    this.#strategy = strategy
    this.#random = random
  }

  /** Delay before the restart, or null where there shall be none. @param nowMs monotonic */
  failed(nowMs: number): number | null {
    const strategy = this.#strategy
    if (strategy.kind === 'none') return null
    if (strategy.kind === 'fixed-delay') {
      if (this.#attempts >= strategy.attempts) return null
      this.#attempts++
      this.restarts++
      return strategy.delayMs
    }
    if (nowMs - this.#lastFailureMs >= strategy.resetAfterMs) this.#nextMs = strategy.initialMs
    this.#lastFailureMs = nowMs
    const delayMs = this.#nextMs
    this.#nextMs = Math.min(strategy.maxMs, delayMs * strategy.multiplier)
    this.restarts++
    return delayMs * (1 + strategy.jitter * (2 * this.#random() - 1))
  }
}
