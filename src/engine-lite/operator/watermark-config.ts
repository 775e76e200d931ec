/** What the planner says about the event time of a source: the WATERMARK clause and the options around it. */
import type { KeySelector } from './key-selector.js'

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
  /**
   * `device`: every key of `deviceKeys` has a watermark of its own, and windows in per-key time close by it (operator/key-time.ts).
   * Default `source`.
   */
  readonly per?: 'source' | 'device'
  /** Needed for `per: 'device'`: which rows belong to one device. */
  readonly deviceKeys?: KeySelector
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
