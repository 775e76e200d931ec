/** Compiled aggregation over slot columns: what a window or group operator runs, whatever the functions are. */

import type { Row } from './row.js'
import type { Columns, Field } from './state.js'

/**
 * All aggregates of one operator, fused: `layout` lists the accumulator fields of every function one after another, and each
 * function below works on the whole set. Field 0 may be shared (a row count). Nothing here allocates per row.
 */
export interface AggregateProgram {
  readonly layout: readonly Field[]
  /** Adds an input row to the slot. Throws before it changes anything. */
  add(columns: Columns, slot: number, row: Row): void
  /** Takes an input row back. Present when every function can. */
  readonly retract?: (columns: Columns, slot: number, row: Row) => void
  /** Folds another slot (of the same layout) into `slot`. Present when every function can. */
  readonly merge?: (columns: Columns, slot: number, from: Columns, fromSlot: number) => void
  /** Writes the results into `into` from position `at` on, one per aggregate. */
  result(columns: Columns, slot: number, into: Row, at: number): void
  /** Number of results. */
  readonly arity: number
  /** The generated source, for EXPLAIN CODE. */
  readonly source: string
}
