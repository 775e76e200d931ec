/** Evaluates a bound tree node by node: the second opinion that tests compare generated code with. */
import type { Row } from '../../contract/row.js'
import type { BoundCall, BoundExpr } from '../expr/bound.js'
import { childrenOf } from '../expr/traverse.js'
import { conversion, tryConversion } from '../functions/cast/conversion.js'
import type { EvaluationContext } from '../functions/definition.js'
import { missingColumn, missingValue } from './missing-value.js'

/** The value of an expression for a row. Throws R0101 where generated code does. */
export function interpret(expr: BoundExpr, row: Row, context: EvaluationContext): unknown {
  if (expr.kind === 'column') return row[expr.index]
  checkColumns(expr, row)
  const value = evaluate(expr, row, context)
  if (value === null && !expr.type.nullable) missingValue(expr)()
  return value
}

/** NULL in a NOT NULL column fails the row before anything is computed. */
function checkColumns(expr: BoundExpr, row: Row): void {
  if (expr.kind === 'column' && !expr.type.nullable && row[expr.index] === null) missingColumn(expr)()
  for (const child of childrenOf(expr)) checkColumns(child, row)
}

function evaluate(expr: BoundExpr, row: Row, context: EvaluationContext): unknown {
  switch (expr.kind) {
    case 'column':
      return row[expr.index]
    case 'literal':
      return expr.value
    case 'cast': {
      const operand = evaluate(expr.operand, row, context)
      if (operand === null) return null
      const { convert } = (expr.safe ? tryConversion : conversion)(expr.operand.type, expr.type)
      return (convert as (value: unknown, context: EvaluationContext) => unknown)(operand, context)
    }
    case 'case': {
      for (const { when, then } of expr.whens) {
        if (evaluate(when, row, context) === true) return evaluate(then, row, context)
      }
      return evaluate(expr.otherwise, row, context)
    }
    case 'call':
      return expr.fn.nulls === 'lazy' ? evaluateLazy(expr, row, context) : evaluateCall(expr, row, context)
  }
}

function evaluateCall(expr: BoundCall, row: Row, context: EvaluationContext): unknown {
  const values = expr.args.map((arg) => evaluate(arg, row, context))
  if (expr.fn.nulls === 'strict' && values.includes(null)) return null
  return expr.resolved.evaluate(values, context)
}

function evaluateLazy(expr: BoundCall, row: Row, context: EvaluationContext): unknown {
  if (expr.fn.name === 'AND' || expr.fn.name === 'OR') {
    const decisive = expr.fn.name === 'OR'
    const left = evaluate(expr.args[0]!, row, context)
    if (left === decisive) return decisive
    return expr.resolved.evaluate([left, evaluate(expr.args[1]!, row, context)], context)
  }
  for (const arg of expr.args) {
    const value = evaluate(arg, row, context)
    if (value !== null) return value
  }
  return null
}
