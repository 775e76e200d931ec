/** Constant day-time intervals: sizes, slides and offsets of windows. */
import type { ExpressionAst } from '../ast/expression.js'
import { bindExpression } from '../expr/bind.js'
import { NO_COLUMNS } from '../expr/scope.js'
import { printType } from '../types/print.js'
import { fail } from './context.js'

/** Milliseconds of a constant such as `INTERVAL '1' MINUTE`. @throws MillraceError E0213 for anything else */
export function intervalMs(ast: ExpressionAst, what: string): number {
  const bound = bindExpression(ast, NO_COLUMNS)
  if (bound.type.kind !== 'INTERVAL_DAY_TIME') {
    return fail('E0213', `${what} is an interval of days to seconds, not ${printType(bound.type)}`, ast.span, {
      hint: "write INTERVAL '1' MINUTE",
    })
  }
  if (bound.kind !== 'literal' || typeof bound.value !== 'number') return fail('E0213', `${what} must be a constant`, ast.span)
  if (!Number.isInteger(bound.value)) return fail('E0213', `${what} must be whole milliseconds`, ast.span)
  return bound.value
}
