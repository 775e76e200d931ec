/** Does an expression call an aggregate function (not counting OVER and sub-queries)? Decides whether a SELECT is grouped. */
import type { ExpressionAst } from '../ast/expression.js'
import { isAggregate } from '../functions/aggregates.js'

export function callsAggregate(ast: ExpressionAst): boolean {
  if (ast.kind === 'call' && ast.modifiers.over === undefined && isAggregate(ast.name.toUpperCase())) return true
  return childrenOf(ast).some(callsAggregate)
}

/** The expressions directly inside, sub-queries left out. */
export function childrenOf(ast: ExpressionAst): readonly ExpressionAst[] {
  switch (ast.kind) {
    case 'unary':
    case 'is':
    case 'cast':
    case 'field':
    case 'in-query':
      return [ast.operand]
    case 'binary':
      return [ast.left, ast.right]
    case 'between':
      return [ast.operand, ast.low, ast.high]
    case 'in-list':
      return [ast.operand, ...ast.items]
    case 'like':
      return [ast.operand, ast.pattern, ...(ast.escape === undefined ? [] : [ast.escape])]
    case 'case':
      return [
        ...(ast.operand === undefined ? [] : [ast.operand]),
        ...ast.whens.flatMap(({ when, then }) => [when, then]),
        ...(ast.otherwise === undefined ? [] : [ast.otherwise]),
      ]
    case 'call':
      return ast.args
    case 'array':
    case 'map':
    case 'row':
      return ast.items
    case 'element':
      return [ast.container, ast.index]
    case 'overlaps':
      return [...ast.left, ...ast.right]
    default:
      return []
  }
}
