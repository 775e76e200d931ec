/**
 * Whether a value can be NULL at run time, which is a little more than its type says: a DECIMAL that overflows is NULL although its
 * expression is NOT NULL. Such a NULL takes part in what follows like any other; only a result column that is NOT NULL fails (Flink's
 * behaviour: the row is checked where it leaves).
 */
import type { BoundExpr } from '../expr/bound.js'
import { conversion } from '../functions/cast/conversion.js'

const known = new WeakMap<BoundExpr, boolean>()

/** True where generated code must expect NULL. */
export function mayBeNull(expr: BoundExpr): boolean {
  if (expr.type.nullable) return true
  let result = known.get(expr)
  if (result === undefined) {
    result = derive(expr)
    known.set(expr, result)
  }
  return result
}

function derive(expr: BoundExpr): boolean {
  switch (expr.kind) {
    case 'column':
      return false
    case 'literal':
      return expr.value === null
    case 'cast':
      return expr.safe || mayBeNull(expr.operand) || conversion(expr.operand.type, expr.type).mayReturnNull
    case 'case':
      return mayBeNull(expr.otherwise) || expr.whens.some(({ then }) => mayBeNull(then))
    case 'call':
      if (expr.resolved.mayReturnNull === true) return true
      if (expr.fn.name === 'COALESCE' || expr.fn.name === 'IFNULL') return expr.args.every(mayBeNull)
      return expr.fn.nulls !== 'custom' && expr.args.some(mayBeNull)
  }
}
