/** Evaluates a bound tree node by node: the second opinion that tests compare generated code with. */
import { MillraceError } from '../../contract/errors/index.js'
import type { Row } from '../../contract/row.js'
import type { BoundCall, BoundExpr } from '../expr/bound.js'
import { conversion, tryConversion } from '../functions/cast/conversion.js'
import type { EvaluationContext } from '../functions/definition.js'

/** The value of an expression for a row. Throws R0101 where generated code does. */
export function interpret(expr: BoundExpr, row: Row, context: EvaluationContext): unknown {
  switch (expr.kind) {
    case 'column':
      return row[expr.index]
    case 'literal':
      return expr.value
    case 'cast': {
      const operand = interpret(expr.operand, row, context)
      if (operand === null) return null
      const { convert } = (expr.safe ? tryConversion : conversion)(expr.operand.type, expr.type)
      return checked((convert as (value: unknown, context: EvaluationContext) => unknown)(operand, context), expr)
    }
    case 'case': {
      for (const { when, then } of expr.whens) {
        if (interpret(when, row, context) === true) return interpret(then, row, context)
      }
      return interpret(expr.otherwise, row, context)
    }
    case 'call':
      return expr.fn.nulls === 'lazy' ? interpretLazy(expr, row, context) : interpretCall(expr, row, context)
  }
}

function interpretCall(expr: BoundCall, row: Row, context: EvaluationContext): unknown {
  const values = expr.args.map((arg) => interpret(arg, row, context))
  if (expr.fn.nulls === 'strict' && values.includes(null)) return null
  return checked(expr.resolved.evaluate(values, context), expr)
}

function interpretLazy(expr: BoundCall, row: Row, context: EvaluationContext): unknown {
  if (expr.fn.name === 'AND' || expr.fn.name === 'OR') {
    const decisive = expr.fn.name === 'OR'
    const left = interpret(expr.args[0]!, row, context)
    if (left === decisive) return decisive
    return expr.resolved.evaluate([left, interpret(expr.args[1]!, row, context)], context)
  }
  for (const arg of expr.args) {
    const value = interpret(arg, row, context)
    if (value !== null) return value
  }
  return null
}

function checked(value: unknown, expr: BoundExpr): unknown {
  if (value === null && !expr.type.nullable) throw new MillraceError('R0101', 'a NOT NULL expression has no value')
  return value
}
