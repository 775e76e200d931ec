/**
 * The logical plan: what a query computes, with every name resolved. Each node's `schema` is its output; expressions are bound over the
 * schema of its input. Rules map plans to plans; the physical planner turns the final one into a graph of operators.
 */
import type { Span } from '../../contract/errors/index.js'
import type { SourceColumn } from '../../contract/source.js'
import type { Schema } from '../../contract/type.js'
import type { WindowSpec } from '../../contract/window.js'
import type { CatalogTable } from '../catalog/table.js'
import type { BoundAggregate, BoundExpr } from '../expr/bound.js'

export type LogicalPlan =
  | ScanPlan
  | CalcPlan
  | WatermarkPlan
  | WindowTvfPlan
  | WindowAggregatePlan
  | GroupAggregatePlan
  | UnionAllPlan
  | ValuesPlan

interface PlanBase {
  readonly schema: Schema
  readonly span?: Span
}

/** Reads a table: its physical and metadata columns in declared order. Rules clear `used` where nothing reads a column. */
export interface ScanPlan extends PlanBase {
  readonly kind: 'scan'
  readonly table: CatalogTable
  readonly columns: readonly SourceColumn[]
  /** The table's options after an OPTIONS hint. */
  readonly options: ReadonlyMap<string, string>
}

/** Filter, then project. Over a scan it also adds the table's computed columns. */
export interface CalcPlan extends PlanBase {
  readonly kind: 'calc'
  readonly input: LogicalPlan
  readonly condition?: BoundExpr
  readonly projections: readonly BoundExpr[]
}

/** Assigns event time; sits above the scan (and the calc of computed columns) of a table with a WATERMARK. Schema as its input. */
export interface WatermarkPlan extends PlanBase {
  readonly kind: 'watermark'
  readonly input: LogicalPlan
  readonly column: number
  readonly expression: BoundExpr
  readonly table: CatalogTable
  /** Options of the table after hints: `scan.watermark.*`, `watermark.*`, `future.max-skew`. */
  readonly options: ReadonlyMap<string, string>
}

/** Adds window_start, window_end TIMESTAMP(3) and window_time (rowtime) to each row, once per window it lies in. */
export interface WindowTvfPlan extends PlanBase {
  readonly kind: 'window-tvf'
  readonly input: LogicalPlan
  readonly window: WindowSpec
  readonly timeColumn: number
}

/** `rowtime`: window end − 1 ms, stays a time attribute. */
export type WindowProperty = 'start' | 'end' | 'rowtime'

/**
 * Event-time window aggregation, append-only: one row per key and window when the watermark passes its end.
 * Schema: key columns, then window properties, then aggregates (the layout of the operator).
 */
export interface WindowAggregatePlan extends PlanBase {
  readonly kind: 'window-aggregate'
  readonly input: LogicalPlan
  readonly window: WindowSpec
  /** Rowtime column of the input. */
  readonly timeColumn: number
  /** Input columns that form the key, besides the window. May be empty. */
  readonly keys: readonly number[]
  readonly aggregates: readonly BoundAggregate[]
  readonly properties: readonly WindowProperty[]
}

/** Unbounded aggregation with a changelog. Schema: key columns, then aggregates. Without aggregates: DISTINCT. */
export interface GroupAggregatePlan extends PlanBase {
  readonly kind: 'group-aggregate'
  readonly input: LogicalPlan
  readonly keys: readonly number[]
  readonly aggregates: readonly BoundAggregate[]
}

/** Inputs have equal types (casts are calcs below). */
export interface UnionAllPlan extends PlanBase {
  readonly kind: 'union-all'
  readonly inputs: readonly LogicalPlan[]
}

/** Constant rows of internal values: `VALUES …`, or one empty row for a SELECT without FROM. */
export interface ValuesPlan extends PlanBase {
  readonly kind: 'values'
  readonly rows: readonly (readonly unknown[])[]
}

/** `INSERT INTO table query`: the input has the table's persisted columns in order, cast to their types. */
export interface SinkPlan {
  readonly kind: 'sink'
  readonly table: CatalogTable
  readonly options: ReadonlyMap<string, string>
  readonly input: LogicalPlan
  readonly span?: Span
}

/**
 * What flows on an edge. `append`: only +I. `updating`: +I −U +U −D. `uniqueKeys`: sets of columns that identify a row of the
 * materialised result, used to check a sink's primary key.
 */
export interface ChangelogInfo {
  readonly mode: 'append' | 'updating'
  readonly uniqueKeys: readonly (readonly number[])[]
}
