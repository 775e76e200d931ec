/** Casts in the typed tree: implicit ones of the binder and written ones. Constants are converted at once. */
import { MillraceError, type Span } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import { conversion, tryConversion } from '../functions/cast/conversion.js'
import { isExplicitCast } from '../types/cast-rules.js'
import { withAttribute, withNullability } from '../types/make.js'
import { sameShape } from '../types/predicate.js'
import { printType } from '../types/print.js'
import type { BoundExpr } from './bound.js'

/**
 * The expression as a value of the type, keeping the expression's own nullability. Nothing is added where the types differ only in
 * nullability or in the time attribute.
 */
export function castTo(expr: BoundExpr, type: LogicalType): BoundExpr {
  const target = withNullability(withAttribute(type, undefined), expr.type.nullable)
  if (sameShape(expr.type, target)) return expr
  return makeCast(expr, target, false, expr.span)
}

/** CAST or TRY_CAST as written. Throws E0205 where the types do not go together. */
export function writtenCast(operand: BoundExpr, type: LogicalType, safe: boolean, span: Span): BoundExpr {
  if (!isExplicitCast(operand.type, type)) {
    throw new MillraceError('E0205', `${printType(operand.type)} cannot be cast to ${printType(withNullability(type, true))}`, {
      place: { span },
    })
  }
  const target = withNullability(withAttribute(type, undefined), safe ? true : operand.type.nullable)
  return makeCast(operand, target, safe, span)
}

function makeCast(operand: BoundExpr, type: LogicalType, safe: boolean, span: Span | undefined): BoundExpr {
  const place = span === undefined ? {} : { span }
  const convert =
    place.span === undefined ? findConversion(operand, type, safe) : locate(() => findConversion(operand, type, safe), place.span)
  if (operand.kind === 'literal' && !convert.needsContext) {
    const folded = foldLiteral(operand.value, convert.convert as (value: unknown) => unknown)
    if (folded !== undefined && (folded.value !== null || type.nullable)) return { kind: 'literal', value: folded.value, type, ...place }
  }
  return { kind: 'cast', operand, type, safe, ...place }
}

function findConversion(operand: BoundExpr, type: LogicalType, safe: boolean) {
  return safe ? tryConversion(operand.type, type) : conversion(operand.type, type)
}

function locate<T>(run: () => T, span: Span): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof MillraceError) || error.place !== undefined) throw error
    throw new MillraceError(error.code, error.message, { place: { span }, detail: error.detail, cause: error })
  }
}

/** The converted constant; undefined where converting fails, which is left to the row. */
function foldLiteral(value: unknown, convert: (value: unknown) => unknown): { value: unknown } | undefined {
  if (value === null) return { value: null }
  try {
    return { value: convert(value) }
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'R0101') return undefined
    throw error
  }
}
