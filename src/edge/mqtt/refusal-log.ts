/** Says in the log which connections were ended for what they sent, a bounded number a minute: the counters have them all. */
import type { Clock } from '../../engine-lite/contract/clock.js'
import type { Logger } from '../../engine-lite/contract/metric.js'

const MINUTE_MS = 60_000
const PER_MINUTE_MAX = 10

export class RefusalLog {
  readonly #log: Logger
  readonly #clock: Clock
  #minuteMs = Number.NEGATIVE_INFINITY
  #said = 0
  #unsaid = 0

  constructor(log: Logger, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  say(clientId: string, address: string | undefined, reason: string): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#minuteMs >= MINUTE_MS) {
      if (this.#unsaid > 0) this.#log.warn({ connections: this.#unsaid }, 'more MQTT connections were ended for what they sent')
      this.#minuteMs = nowMs
      this.#said = 0
      this.#unsaid = 0
    }
    if (this.#said < PER_MINUTE_MAX) {
      this.#said++
      this.#log.warn({ clientId, address, reason }, 'MQTT connection ended')
    } else this.#unsaid++
  }
}
