/**
 * The one queue of the engine: what sources brought and the loop has not taken yet. Bounded in rows and bytes; at the mark the sources
 * are paused, at half of it they go on. What is on its way when they are paused is still taken, so the marks are soft by one chunk.
 */
import { RingBuffer } from '../base/ring-buffer.js'
import type { Arrival } from './host.js'

export interface QueueLimits {
  readonly queueRowsMax: number
  readonly queueBytesMax: number
}

export class IngestQueue {
  rows = 0
  bytes = 0
  /** Above the mark, and not yet down to half of it. */
  paused = false
  readonly #limits: QueueLimits
  readonly #arrivals = new RingBuffer<Arrival>()
  readonly #onPressure: (paused: boolean) => void

  constructor(limits: QueueLimits, onPressure: (paused: boolean) => void) {
    this.#limits = limits
    this.#onPressure = onPressure
  }

  get size(): number {
    return this.#arrivals.size
  }

  push(arrival: Arrival): void {
    this.#arrivals.push(arrival)
    if (arrival.delivery === null) return
    this.rows += arrival.delivery.rows.length
    this.bytes += arrival.delivery.bytes
    if (this.paused || (this.rows < this.#limits.queueRowsMax && this.bytes < this.#limits.queueBytesMax)) return
    this.paused = true
    this.#onPressure(true)
  }

  shift(): Arrival | undefined {
    const arrival = this.#arrivals.shift()
    if (arrival === undefined || arrival.delivery === null) return arrival
    this.rows -= arrival.delivery.rows.length
    this.bytes -= arrival.delivery.bytes
    if (this.paused && this.rows * 2 <= this.#limits.queueRowsMax && this.bytes * 2 <= this.#limits.queueBytesMax) {
      this.paused = false
      this.#onPressure(false)
    }
    return arrival
  }

  /** Forgets everything: the sources will bring it again. */
  clear(): void {
    this.#arrivals.clear()
    this.rows = 0
    this.bytes = 0
    this.paused = false
  }
}
