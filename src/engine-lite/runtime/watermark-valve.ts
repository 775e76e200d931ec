/**
 * Joins the watermarks and statuses of several inputs into one. Source: Flink's StatusWatermarkValve.
 *
 * - The result is the minimum over inputs that are active and aligned; it never goes back.
 * - An input that turns active again counts only once its watermark has caught up with the result.
 * - When the last active input turns idle, the largest watermark there is comes out, but not the end of an input that has finished
 *   beside idle ones (FLINK-38477 pushes that one and silences joins).
 */
import type { StreamStatus } from '../contract/operator.js'
import { WATERMARK_MAX_MS, WATERMARK_MIN_MS } from '../contract/row.js'

export interface ValveOutput {
  advance(watermarkMs: number): void
  status(status: StreamStatus): void
}

interface Channel {
  watermarkMs: number
  idle: boolean
  aligned: boolean
}

export class WatermarkValve {
  readonly #channels: Channel[] = []
  readonly #out: ValveOutput
  #resultMs: number
  #idle = false

  /** @param channels recovered watermark of every input @param resultMs recovered result */
  constructor(channels: readonly number[], resultMs: number, out: ValveOutput) {
    this.#out = out
    this.#resultMs = resultMs
    for (const watermarkMs of channels) this.#channels.push({ watermarkMs, idle: false, aligned: watermarkMs >= resultMs })
  }

  /** Watermark of an input, to be saved. */
  watermarkOf(channel: number): number {
    return this.#channels[channel]?.watermarkMs ?? WATERMARK_MIN_MS
  }

  advance(index: number, watermarkMs: number): void {
    const channel = this.#channels[index] as Channel
    if (channel.idle || watermarkMs <= channel.watermarkMs) return
    channel.watermarkMs = watermarkMs
    if (!channel.aligned && watermarkMs >= this.#resultMs) channel.aligned = true
    this.#raise(this.#minimum())
  }

  status(index: number, status: StreamStatus): void {
    const channel = this.#channels[index] as Channel
    const idle = status === 'idle'
    if (channel.idle === idle) return
    channel.idle = idle
    if (idle) this.#turnIdle(channel)
    else this.#turnActive(channel)
  }

  #turnIdle(channel: Channel): void {
    channel.aligned = false
    if (this.#channels.every((each) => each.idle || each.watermarkMs === WATERMARK_MAX_MS)) {
      if (channel.watermarkMs === this.#resultMs || this.#resultMs === WATERMARK_MIN_MS) this.#raise(this.#largestUnfinished())
      this.#idle = true
      this.#out.status('idle')
    } else {
      this.#raise(this.#minimum())
    }
  }

  #turnActive(channel: Channel): void {
    channel.aligned = channel.watermarkMs >= this.#resultMs
    if (!this.#idle) return
    this.#idle = false
    this.#out.status('active')
  }

  #minimum(): number {
    let minimumMs = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#channels.length; i++) {
      const channel = this.#channels[i] as Channel
      if (channel.aligned && !channel.idle && channel.watermarkMs < minimumMs) minimumMs = channel.watermarkMs
    }
    // Inputs that have ended do not close windows while others are merely idle.
    if (minimumMs === WATERMARK_MAX_MS && this.#channels.some((channel) => channel.watermarkMs !== WATERMARK_MAX_MS)) return this.#resultMs
    return minimumMs
  }

  #largestUnfinished(): number {
    let largestMs = WATERMARK_MIN_MS
    for (const { watermarkMs } of this.#channels) {
      if (watermarkMs !== WATERMARK_MAX_MS && watermarkMs > largestMs) largestMs = watermarkMs
    }
    return largestMs
  }

  #raise(watermarkMs: number): void {
    if (watermarkMs === Number.POSITIVE_INFINITY || watermarkMs <= this.#resultMs) return
    this.#resultMs = watermarkMs
    this.#out.advance(watermarkMs)
  }
}
