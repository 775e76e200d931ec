/**
 * A row: internal values by position. The static type of every position is known to the plan, so values carry no tags.
 *
 * | SQL type | internal value |
 * |---|---|
 * | BOOLEAN | boolean |
 * | TINYINT, SMALLINT, INTEGER | number |
 * | BIGINT; the unscaled value of a DECIMAL; epoch nanoseconds of TIMESTAMP(p > 3) | {@link Integral}: number while it is a safe integer, else bigint |
 * | FLOAT, DOUBLE | number (FLOAT rounded by Math.fround) |
 * | CHAR, VARCHAR | string |
 * | BINARY, VARBINARY | Uint8Array |
 * | DATE | number of days since 1970-01-01 |
 * | TIME | milliseconds of the day |
 * | TIMESTAMP(p ≤ 3), TIMESTAMP_LTZ(p ≤ 3) | epoch milliseconds as number (TIMESTAMP: as if its wall clock were UTC) |
 * | INTERVAL YEAR TO MONTH / DAY TO SECOND | months / milliseconds as number |
 * | ARRAY / MAP, MULTISET / ROW | array / Map / array |
 * | NULL | null, never undefined |
 */
export type Row = unknown[]

/** One normal form: a number while it is a safe integer (never −0), else a bigint, so that `===` and Map keys just work. */
export type Integral = number | bigint

/** Change kinds of a changelog, as in Flink's `RowKind`. */
export const INSERT = 0
export const UPDATE_BEFORE = 1
export const UPDATE_AFTER = 2
export const DELETE = 3
export type RowKind = 0 | 1 | 2 | 3

/** Flink's short names, indexed by {@link RowKind}. */
export const ROW_KIND_NAMES = ['+I', '-U', '+U', '-D'] as const

/** The largest watermark: end of a bounded input (Flink: Long.MAX_VALUE; here the largest safe integer). */
export const WATERMARK_MAX_MS = Number.MAX_SAFE_INTEGER
/** No watermark seen yet. */
export const WATERMARK_MIN_MS = Number.MIN_SAFE_INTEGER
