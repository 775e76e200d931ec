/** A token bucket per address against floods of connections. Time is monotonic; addresses remembered are bounded. */
import type { Clock } from '../../engine-lite/contract/clock.js'

const ADDRESSES_MAX = 4096
/** A burst is this many seconds' worth. */
const BURST_SECONDS = 10

export class ConnectLimiter {
  readonly #perSecond: number
  readonly #clock: Clock
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>()

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
  }

  /** Whether a connection from the address is let in now. Loopback always is. */
  admit(address: string): boolean {
    if (isLoopback(address)) return true
    const nowMs = this.#clock.monotonicMs()
    const burst = this.#perSecond * BURST_SECONDS
    let bucket = this.#buckets.get(address)
    if (bucket === undefined) {
      this.#makeRoom()
      bucket = { tokens: burst, atMs: nowMs }
    } else this.#buckets.delete(address)
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * this.#perSecond)
    bucket.atMs = nowMs
    // last seen last, so that the oldest is forgotten first
    this.#buckets.set(address, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  #makeRoom(): void {
    if (this.#buckets.size < ADDRESSES_MAX) return
    for (const address of this.#buckets.keys()) {
      this.#buckets.delete(address)
      return
    }
  }
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address === 'localhost' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
}
