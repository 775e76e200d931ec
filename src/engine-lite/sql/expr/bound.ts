/**
 * Expressions after binding: columns are positions of the input row, functions are chosen, every node has its type.
 * Code generation and the interpreter both read this tree, so it says everything about meaning and nothing about syntax.
 */
import type { Span } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import type { ResolvedFunction, ScalarFunction } from '../functions/definition.js'

interface BoundBase {
  readonly type: LogicalType
  /** Where it was written; absent for what the planner made. */
  readonly span?: Span
}

export type BoundExpr =
  | BoundColumn
  | BoundLiteral
  | BoundCall
  | (BoundBase & { readonly kind: 'cast'; readonly operand: BoundExpr; readonly safe: boolean })
  /** Whens are searched conditions; `otherwise` is a NULL literal where ELSE is missing. */
  | (BoundBase & {
      readonly kind: 'case'
      readonly whens: readonly { readonly when: BoundExpr; readonly then: BoundExpr }[]
      readonly otherwise: BoundExpr
    })

/** Position in the input row. */
export interface BoundColumn extends BoundBase {
  readonly kind: 'column'
  readonly index: number
  readonly name: string
}

/** An internal value (see contract/row.ts). */
export interface BoundLiteral extends BoundBase {
  readonly kind: 'literal'
  readonly value: unknown
  /** Computed from other constants while binding; absent for a literal as written. */
  readonly folded?: true
}

export interface BoundCall extends BoundBase {
  readonly kind: 'call'
  readonly fn: ScalarFunction
  readonly resolved: ResolvedFunction
  /** What the call means beside function and arguments, as text: the unit of EXTRACT, the items of IN. Empty where nothing is. */
  readonly variant: string
  readonly args: readonly BoundExpr[]
}

/** An aggregate call of a grouped query. `args` and `filter` are over the input row of the aggregation. */
export interface BoundAggregate {
  /** Upper-case name of the built-in aggregate: COUNT, SUM, AVG, MIN, MAX, … */
  readonly name: string
  readonly args: readonly BoundExpr[]
  readonly distinct: boolean
  readonly filter?: BoundExpr
  /** NULL arguments count like values (ARRAY_AGG without IGNORE NULLS); elsewhere they are skipped. */
  readonly keepsNulls?: true
  readonly type: LogicalType
  readonly span?: Span
}
