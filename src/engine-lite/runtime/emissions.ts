/** Deferred emissions, first come first served: the loop runs one slice a turn and admits no row while there is any. */
import { RingBuffer } from '../base/ring-buffer.js'

interface Emission {
  readonly slice: () => boolean
  readonly failed: (error: unknown) => void
}

export class Emissions {
  /** A plain field: the feeds of all sources look at it after every row. */
  count = 0
  readonly #waiting = new RingBuffer<Emission>(4)

  push(slice: () => boolean, failed: (error: unknown) => void): void {
    this.#waiting.push({ slice, failed })
    this.count++
  }

  /** One slice of the oldest. */
  run(): void {
    const emission = this.#waiting.peek()
    if (emission === undefined) return
    let done = true
    try {
      done = emission.slice()
    } catch (error) {
      emission.failed(error)
    }
    if (!done || this.#waiting.peek() !== emission) return
    this.#waiting.shift()
    this.count--
  }

  clear(): void {
    this.#waiting.clear()
    this.count = 0
  }
}
