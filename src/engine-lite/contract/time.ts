/** Timers of keyed operators. Identity is (kind, key slot, namespace, time): registering twice is one firing (Flink: InternalTimerService). */

export type TimeKind = 'event' | 'processing'

export interface Timer {
  readonly kind: TimeKind
  readonly atMs: number
  readonly slot: number
  readonly namespace: string
}

export interface TimerService {
  /** Watermark of the operator in epoch ms; already set when a timer fires. */
  readonly watermarkMs: number
  register(timer: Timer): void
  cancel(timer: Timer): void
}
