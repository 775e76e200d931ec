/** An unbounded GROUP BY as the planner describes it. */
import type { AggregateProgram } from '../contract/aggregate.js'
import type { Row } from '../contract/row.js'
import type { KeySelector } from './key-selector.js'

/** Result rows are [key columns …, aggregates …]. */
export interface GroupAggregateConfig {
  /** null: one global group. Emits nothing until the first row, as in Flink. */
  readonly keys: KeySelector | null
  readonly program: AggregateProgram
  /** Field of `program.layout` that counts rows; needed where the input takes rows back, null where it never does. */
  readonly countField: number | null
  /** Whether the consumer wants −U before +U. */
  readonly updateBefore: boolean
  /** Equality of two result rows; an equal result is not emitted again. Left out: by internal values. */
  equal?(before: Row, after: Row): boolean
}
