/** What the planner says about the event time of a source: the WATERMARK clause and the options around it. */
import type { DeviceTime } from './device-time.js'
import type { KeySelector } from './key-selector.js'

/** Which device a row belongs to, and where the time of devices is told. */
export interface DeviceRows {
  /** The device's columns in the rows of this operator; the same values give the same key everywhere. */
  readonly keys: KeySelector
  /** One object for the assigner and all windows of a source. */
  readonly time: DeviceTime
}

/**
 * `rowtime` and `watermarkOf` come from `WATERMARK FOR rowtime AS expression`. The watermark is the value of the expression
 * as it is, for every row (Flink's on-event emission; there is no "− 1" in SQL). Everything else is off unless given.
 *
 * @example
 * // WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
 * const config: WatermarkConfig = { rowtime: 1, watermarkOf: (row) => (row[1] as number) - 5_000 }
 */
export interface WatermarkConfig {
  /** Position of the event time column (epoch ms) in the rows. */
  readonly rowtime: number
  /** The compiled expression, epoch ms. null: this row says nothing about time (ignored). */
  watermarkOf(row: readonly unknown[]): number | null
  /** `watermark.per = device`: every device has a watermark of its own, and its windows close by it (operator/device-time.ts). */
  readonly device?: DeviceRows
  /** `scan.watermark.idle-timeout`: without rows for this long (monotonic), the source no longer holds back others. 0 or left out: off. */
  readonly idleTimeoutMs?: number
  /** `watermark.when-silent`: after this long without rows, counted only while connected, the watermark goes on with monotonic time. */
  readonly whenSilentMs?: number
  /** How far past the largest event time seen the watermark goes in silence: the size of the largest window that reads it. */
  readonly silentLimitMs?: number
  /** Silence is counted from this long after a start or reconnect at the earliest. Default 10 s. */
  readonly silentGraceMs?: number
  /** `future.max-skew`: rows further ahead of the best time known are set aside (dead letter `future`). 0 or left out: off. */
  readonly futureMaxSkewMs?: number
}
