/** ORDER BY, LIMIT, OFFSET: what a stream can do of it is not built; the rest Flink refuses, too. */
import { MillraceError } from '../../contract/errors/index.js'
import type { ExpressionAst } from '../ast/expression.js'
import type { QueryAst } from '../ast/query.js'
import { bindExpression } from '../expr/bind.js'
import type { BoundExpr } from '../expr/bound.js'
import { InputScope, type ScopeInput, tableScope } from '../expr/scope.js'
import type { LogicalPlan } from '../logical/plan.js'
import { fail, notBuilt } from './context.js'

/** @param inputs columns of FROM, by which a query may be sorted beside those it selects */
export function bindOrdered(ast: Extract<QueryAst, { kind: 'ordered' }>, plan: LogicalPlan, inputs: () => readonly ScopeInput[]): never {
  const { limit, offset, orderBy } = ast
  const items = orderBy.map(({ expression }) => (expression.kind === 'number-literal' ? undefined : bindKey(expression, plan, inputs)))
  if (limit !== undefined) return notBuilt(orderBy.length === 0 ? 'LIMIT' : 'ORDER BY with LIMIT', limit.span)
  if (offset !== undefined) return notBuilt('OFFSET', offset.span)
  const first = orderBy[0]
  const type = items[0]?.type
  const isTime = (type?.kind === 'TIMESTAMP' || type?.kind === 'TIMESTAMP_LTZ') && type.attribute !== undefined
  if (first === undefined || (isTime && !first.descending)) return notBuilt('ORDER BY', first?.span ?? ast.span)
  return fail('E0302', 'a stream is sorted by an ascending time attribute first', first.span, {
    hint: 'or add LIMIT for the first rows of another order',
  })
}

function bindKey(ast: ExpressionAst, plan: LogicalPlan, inputs: () => readonly ScopeInput[]): BoundExpr {
  try {
    return bindExpression(ast, tableScope(plan.schema))
  } catch (error) {
    const below = error instanceof MillraceError && error.code === 'E0207' ? inputs() : []
    if (below.length === 0) throw error
    return bindExpression(ast, new InputScope(below))
  }
}
