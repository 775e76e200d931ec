/**
 * Silence of a source, in monotonic time: after `idleTimeoutMs` without rows it is idle; after `whenSilentMs` without rows, while
 * connected and past the grace, its watermark goes on by itself.
 *
 * Rows only set a flag. A tick looks at it, so that a row costs no look at the clock; silence is therefore noticed up to
 * one tick late, never early. A tick that comes late itself means that the whole process stood still (SIGSTOP, a long pause): rows may be
 * waiting in the sockets, so that time counts as no silence.
 */
import type { OperatorContext, StreamStatus } from '../contract/operator.js'
import type { WatermarkConfig } from './watermark-config.js'

export interface SilenceListener {
  idle(): void
  /** Called at every tick while silent, with the ms that passed since the last row (or since counting began). */
  silent(forMs: number): void
}

const TICK_MS_MIN = 10
const TICK_MS_MAX = 1_000
const GRACE_MS = 10_000

export class Silence {
  /** Set by the operator for every row. */
  rowSeen = false
  /** True from `idle()` until the operator clears it with the next row. */
  isIdle = false
  readonly #context: OperatorContext
  readonly #listener: SilenceListener
  readonly #idleTimeoutMs: number
  readonly #whenSilentMs: number
  readonly #graceMs: number
  readonly #tickMs: number
  #connected = true
  #lastRowMs: number
  #countFromMs: number
  #lastTickMs: number

  constructor(context: OperatorContext, config: WatermarkConfig, listener: SilenceListener) {
    this.#context = context
    this.#listener = listener
    this.#idleTimeoutMs = config.idleTimeoutMs ?? 0
    this.#whenSilentMs = config.whenSilentMs ?? 0
    this.#graceMs = config.silentGraceMs ?? GRACE_MS
    const shortestMs = Math.min(this.#idleTimeoutMs || Number.POSITIVE_INFINITY, this.#whenSilentMs || Number.POSITIVE_INFINITY)
    this.#tickMs = Math.min(TICK_MS_MAX, Math.max(TICK_MS_MIN, shortestMs / 10))
    const nowMs = context.clock.monotonicMs()
    this.#lastRowMs = nowMs
    this.#lastTickMs = nowMs
    this.#countFromMs = nowMs + this.#graceMs
    if (shortestMs !== Number.POSITIVE_INFINITY) this.#arm()
  }

  /** A source that is not connected is not silent; after a reconnect counting starts anew. */
  status(status: StreamStatus): void {
    const connected = status !== 'disconnected'
    if (connected && !this.#connected) this.#countFromMs = this.#context.clock.monotonicMs() + this.#graceMs
    this.#connected = connected
  }

  #arm(): void {
    this.#context.wake(this.#tickMs, () => {
      this.#tick(this.#context.clock.monotonicMs())
      this.#arm()
    })
  }

  #tick(nowMs: number): void {
    const stalledMs = nowMs - this.#lastTickMs - this.#tickMs
    this.#lastTickMs = nowMs
    if (stalledMs > this.#tickMs) {
      this.#lastRowMs += stalledMs
      this.#countFromMs += stalledMs
    }
    if (this.rowSeen) {
      this.rowSeen = false
      this.#lastRowMs = nowMs
      return
    }
    if (this.#idleTimeoutMs > 0 && !this.isIdle && nowMs - this.#lastRowMs >= this.#idleTimeoutMs) {
      this.isIdle = true
      this.#listener.idle()
    }
    if (this.#whenSilentMs === 0 || !this.#connected) return
    const silentForMs = nowMs - Math.max(this.#lastRowMs, this.#countFromMs)
    if (silentForMs >= this.#whenSilentMs) this.#listener.silent(silentForMs)
  }
}
