/**
 * The logical plan: what a query means, over typed rows by position. Made by the binder, rewritten by the rules, read by the
 * physical planner and by EXPLAIN. Every node says its output columns; expressions are over the row of the node's input.
 *
 * A query over a table is built bottom-up as
 *
 * ```
 * scan → calc (computed columns, only where there are any) → watermark → [window-tvf | calc | aggregate | union …] → sink
 * ```
 *
 * | node | rows out |
 * |---|---|
 * | `scan` | physical and metadata columns of the table, in order of declaration |
 * | `watermark` | its input, unchanged; its time column drives event time |
 * | `calc` | one value per projection, only rows whose condition is TRUE |
 * | `window-tvf` | its input plus `window_start, window_end, window_time` |
 * | `window-aggregate` | keys, window columns, aggregates; always +I |
 * | `group-aggregate` | keys, aggregates; updates as more rows come |
 * | `union-all` | rows of all inputs as they come |
 * | `values` | constant rows, then the end of input |
 * | `sink` | nothing; its input has exactly the columns the table writes |
 *
 * Change kinds and keys of any node: {@link import('./changelog.js').changelogOf}, {@link import('./keys.js').upsertKeysOf}.
 */
import type { Span } from '../../contract/errors/index.js'
import type { SourceColumn } from '../../contract/source.js'
import type { Schema } from '../../contract/type.js'
import type { WindowSpec } from '../../contract/window.js'
import type { CatalogTable } from '../catalog/table.js'
import type { BoundAggregate, BoundExpr } from '../expr/bound.js'

export type LogicalPlan =
  | ScanPlan
  | WatermarkPlan
  | CalcPlan
  | WindowTvfPlan
  | WindowAggregatePlan
  | GroupAggregatePlan
  | UnionAllPlan
  | ValuesPlan
  | SinkPlan

interface PlanBase {
  /** Output columns, in order. */
  readonly schema: Schema
}

/** Rows of a table as its connector delivers them: its physical and metadata columns, in order of declaration. */
export interface ScanPlan extends PlanBase {
  readonly kind: 'scan'
  readonly table: CatalogTable
  /** The table's options with those of an OPTIONS hint over them. */
  readonly options: ReadonlyMap<string, string>
  /** As {@link schema}, with what the connector needs to know. All `used` until the rules ran; a source may leave unused ones null. */
  readonly columns: readonly SourceColumn[]
  /** What the source can emit beside +I, as its connector says. */
  readonly changes: 'append' | 'changelog' | 'upsert'
}

/** `WATERMARK FOR column AS expression`. Sees every row of its source: nothing may filter below it. */
export interface WatermarkPlan extends PlanBase {
  readonly kind: 'watermark'
  readonly input: LogicalPlan
  /** Position of the rowtime column in the input row. */
  readonly column: number
  /** The watermark a row brings (a timestamp of the same kind as the column); NULL is ignored. */
  readonly expression: BoundExpr
  /** The table, whose options say the rest: `watermark.per`, `scan.watermark.idle-timeout`, `watermark.when-silent`, `future.max-skew`. */
  readonly table: CatalogTable
  /** As {@link ScanPlan.options}. */
  readonly options: ReadonlyMap<string, string>
}

/** WHERE and SELECT in one. */
export interface CalcPlan extends PlanBase {
  readonly kind: 'calc'
  readonly input: LogicalPlan
  /** BOOLEAN; rows where it is FALSE or NULL are dropped. Evaluated before the projections. */
  readonly condition?: BoundExpr
  /** One per column of {@link schema}. */
  readonly projections: readonly BoundExpr[]
}

/**
 * What a window adds to a row: `start` and `end` are TIMESTAMP(3), in local time where the time column is TIMESTAMP_LTZ; `rowtime` is
 * the time of the result, `end` − 1 ms, of the type of the time column.
 */
export type WindowProperty = 'start' | 'end' | 'rowtime'

/** A window table function: every row once per window it lies in, late rows too. Output: input columns, then start, end, rowtime. */
export interface WindowTvfPlan extends PlanBase {
  readonly kind: 'window-tvf'
  readonly input: LogicalPlan
  readonly window: WindowSpec
  /** Position in the input row of the rowtime column. TIMESTAMP_LTZ: windows align to `table.local-time-zone`. */
  readonly timeColumn: number
  /** Where the function is written, for messages. */
  readonly span: Span
}

/**
 * GROUP BY over a window: `GROUP BY k, window_start, window_end` over a TVF, or `GROUP BY k, TUMBLE(ts, …)`. Emits +I when the watermark
 * passes a window's end. Output: key columns, {@link properties}, one column per aggregate, in this order.
 */
export interface WindowAggregatePlan extends PlanBase {
  readonly kind: 'window-aggregate'
  /** Rows before any window is assigned. */
  readonly input: LogicalPlan
  /** Positions in the input row; empty: one group per window. */
  readonly keys: readonly number[]
  readonly window: WindowSpec
  /** As {@link WindowTvfPlan.timeColumn}. */
  readonly timeColumn: number
  /** Those that the query uses, in output order. */
  readonly properties: readonly WindowProperty[]
  /** Arguments and filters are over the input row. */
  readonly aggregates: readonly BoundAggregate[]
  /** From `GROUP BY TUMBLE(ts, …)`, the form of old tutorials; its columns are plain timestamps for later windows but TUMBLE_ROWTIME. */
  readonly legacy: boolean
  /** Where the window is written, for messages. */
  readonly span: Span
}

/** GROUP BY without a window, and DISTINCT (no aggregates). Output: key columns, one column per aggregate. */
export interface GroupAggregatePlan extends PlanBase {
  readonly kind: 'group-aggregate'
  readonly input: LogicalPlan
  /** Positions in the input row; empty: one global group, which emits nothing until its first row. */
  readonly keys: readonly number[]
  readonly aggregates: readonly BoundAggregate[]
  /** Whether the consumer needs −U before +U. True until the rules ran, the safe choice. */
  readonly updateBefore: boolean
}

/** UNION ALL. Inputs have the types of {@link schema}. */
export interface UnionAllPlan extends PlanBase {
  readonly kind: 'union-all'
  readonly inputs: readonly LogicalPlan[]
}

/** VALUES, and SELECT without FROM (one row of no columns under a calc). The expressions use no columns. */
export interface ValuesPlan extends PlanBase {
  readonly kind: 'values'
  readonly rows: readonly (readonly BoundExpr[])[]
}

/** INSERT INTO. The input's columns are those the table writes, by position, casts included. */
export interface SinkPlan extends PlanBase {
  readonly kind: 'sink'
  readonly input: LogicalPlan
  readonly table: CatalogTable
  /** The table's options with those of an OPTIONS hint over them. */
  readonly options: ReadonlyMap<string, string>
  /** As the connector says; `upsert` takes +I, +U and −D by the primary key, `changelog` needs −U too, `append` only +I. */
  readonly mode: 'append' | 'changelog' | 'upsert'
  /** Positions of the PRIMARY KEY in the written row; empty without one. */
  readonly primaryKey: readonly number[]
  /** Positions that are NOT NULL in the table and nullable in the query: a NULL there fails the row (table.exec.sink.not-null-enforcer). */
  readonly notNull: readonly number[]
  /** Position of the one rowtime column in the written row, for the record's timestamp. */
  readonly rowtime?: number
}

/** The inputs of a node, in order. */
export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  if (plan.kind === 'union-all') return plan.inputs
  return 'input' in plan ? [plan.input] : []
}

/** The node with other inputs, as many as before; the same node where none is new. */
export function withInputs(plan: LogicalPlan, inputs: readonly LogicalPlan[]): LogicalPlan {
  const before = inputsOf(plan)
  if (before.every((input, i) => input === inputs[i])) return plan
  if (plan.kind === 'union-all') return { ...plan, inputs }
  const input = inputs[0]
  return 'input' in plan && input !== undefined ? { ...plan, input } : plan
}
