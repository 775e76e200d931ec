/** Windows as the planner describes them. */
import type { AggregateProgram } from '../contract/aggregate.js'
import type { WindowSpec } from '../contract/window.js'
import type { KeySelector } from '../operator/key-selector.js'
import type { DeviceRows } from '../operator/watermark-config.js'

/** Columns a window adds. `time` is the rowtime of the result: the last instant of the window. */
export type WindowColumn = 'start' | 'end' | 'time'

/**
 * Local time for windows over TIMESTAMP_LTZ, which are aligned to `table.local-time-zone`: window bounds are local wall clock
 * (as if it were UTC), watermarks stay epoch ms. Source: Flink's TimeWindowUtil.
 */
export interface LocalTime {
  /** Wall clock of an instant, as ms (toUtcTimestampMills). */
  localOf(epochMs: number): number
  /** Instant of a wall clock (toEpochMills): the window_time column. */
  epochOf(localMs: number): number
  /** Instant at which a wall clock has passed for good (toEpochMillsForTimer): in an overlap the later one. */
  timerOf(localMs: number): number
}

/**
 * `GROUP BY keys, window_start, window_end` over TUMBLE or HOP. Result rows are +I and laid out as
 * [key columns …, `windowColumns` …, aggregates …].
 *
 * @example
 * { keys: byDevice, rowtime: 1, window: { kind: 'tumble', sizeMs: 60_000, offsetMs: 0 }, program, windowColumns: ['start', 'end'] }
 */
export interface WindowAggregateConfig {
  /** null: one global group. */
  readonly keys: KeySelector | null
  /** Position of the event time column (epoch ms) in the input rows. */
  readonly rowtime: number
  readonly window: WindowSpec
  /** Needs `merge` where the window is made of several panes (HOP). */
  readonly program: AggregateProgram
  readonly windowColumns: readonly WindowColumn[]
  /** Set for TIMESTAMP_LTZ: bounds are local time. */
  readonly local?: LocalTime
  /** Set where the source has `watermark.per = device` and the query groups by it: windows close by the device's watermark alone. */
  readonly device?: DeviceRows
  /** Field of `program.layout` that counts rows; needed where the input takes rows back. A key whose count is 0 gives no result. */
  readonly countField?: number | null
}

/** The window TVF without aggregation: input columns followed by `windowColumns`; one row per window, late rows pass. */
export interface WindowTvfConfig {
  readonly rowtime: number
  readonly window: WindowSpec
  readonly windowColumns: readonly WindowColumn[]
  readonly local?: LocalTime
}
