/** How a value of one type becomes one of another. */
import type { LogicalType } from '../../../contract/type.js'
import type { EvaluationContext } from '../definition.js'

/** Called with a non-NULL value. Throws R0101 where the value has no counterpart; null where it does not fit a DECIMAL. */
export type Convert = (value: never, context: EvaluationContext) => unknown

export interface Conversion {
  readonly convert: Convert
  /** False: `convert` looks at the value only. */
  readonly needsContext: boolean
  /** NULL may come out of a value. */
  readonly mayReturnNull: boolean
  /** JavaScript text for a variable, where inlining pays. */
  readonly inline?: (value: string, bind: (value: unknown) => string) => string
}

/** The conversion between two types of one family, or undefined where the pair is not this family's. */
export type ConversionRule = (from: LogicalType, to: LogicalType) => Conversion | undefined

/** A conversion that looks at the value only. */
export function pure(convert: (value: never) => unknown, inline?: Conversion['inline']): Conversion {
  const base = { convert, needsContext: false, mayReturnNull: false }
  return inline === undefined ? base : { ...base, inline }
}

/** As {@link pure}, for conversions that give NULL where the value does not fit. */
export function pureNullable(convert: (value: never) => unknown): Conversion {
  return { convert, needsContext: false, mayReturnNull: true }
}

/** A conversion that asks the context (time zone, clock). */
export function contextual(convert: Convert): Conversion {
  return { convert, needsContext: true, mayReturnNull: false }
}

/** The value as it is. */
export const IDENTITY: Conversion = pure(
  (value) => value,
  (value) => value,
)
