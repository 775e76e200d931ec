/** The constant percentages of a PERCENTILE call: one number, or an ARRAY of them. */
import { MillraceError } from '../../contract/errors/index.js'
import type { Integral } from '../../contract/row.js'
import type { LogicalType } from '../../contract/type.js'
import { doubleFromDecimal } from '../values/decimal.js'
import type { BoundExpr } from './bound.js'

/** Throws R0001 for an expression that is no constant; the binder has seen to that. */
export function percentagesOf(expr: BoundExpr): readonly number[] {
  if (expr.kind !== 'literal') throw new MillraceError('R0001', 'percentages that are no constants')
  const { type, value } = expr
  if (type.kind === 'ARRAY') return (value as readonly Integral[]).map((item) => numberOf(item, type.element))
  return [numberOf(value as Integral, type)]
}

function numberOf(value: Integral, type: LogicalType): number {
  return type.kind === 'DECIMAL' ? doubleFromDecimal(value, type.scale) : Number(value)
}
