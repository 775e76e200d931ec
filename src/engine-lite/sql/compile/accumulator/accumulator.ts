/**
 * Code of one aggregate function over its state columns. Each method returns JavaScript statements or an expression, built from names that
 * the surrounding program declares: `f3[slot]` is field 3 of the slot, `g3[from]` field 3 of the slot that is merged in.
 */
import type { Field } from '../../../contract/state.js'
import type { LogicalType } from '../../../contract/type.js'

/** What an accumulator needs of the program around it. */
export interface AccumulatorHost {
  /** Adds a field and returns its number. */
  field(name: string, storage: Field['storage'], initial: unknown): number
  /** A name for a constant or helper. */
  bind(value: unknown): string
  /** Number of the field that counts the values added: of use in every method, and already the old value in `add`. */
  readonly count: number
  /** True where rows may be taken back. */
  readonly retracts: boolean
}

export interface Accumulator {
  /** Statements that add the non-NULL value `value`. The count is raised afterwards. */
  add(value: string): string
  /** Statements that take the value back. The count is lowered afterwards. Absent where the function cannot. */
  readonly retract?: (value: string) => string
  /** Statements that fold field values of `g…[from]` in; both counts are still the old ones, that of `from` is not 0. */
  readonly merge?: () => string
  /** The result as an expression. */
  result(): string
}

/** Makes the accumulator of a function for an argument type and the aggregate's result type. */
export type AccumulatorFactory = (host: AccumulatorHost, arg: LogicalType, result: LogicalType) => Accumulator

/** The field in the slot. */
export function own(field: number): string {
  return `f${field}[slot]`
}

/** The field in the slot that is merged in. */
export function other(field: number): string {
  return `g${field}[from]`
}

/** The expression, or NULL while nothing was added. */
export function orNull(host: AccumulatorHost, expression: string): string {
  return `${own(host.count)} > 0 ? ${expression} : null`
}
