/** ORDER BY, LIMIT, OFFSET: what a stream can do of it is not built; the rest Flink refuses, too. */
import type { QueryAst } from '../ast/query.js'
import { bindExpression } from '../expr/bind.js'
import { tableScope } from '../expr/scope.js'
import type { LogicalPlan } from '../logical/plan.js'
import { fail, notBuilt } from './context.js'

export function bindOrdered(ast: Extract<QueryAst, { kind: 'ordered' }>, plan: LogicalPlan): never {
  const { limit, offset, orderBy } = ast
  const scope = tableScope(plan.schema)
  const items = orderBy.map((item) => (item.expression.kind === 'number-literal' ? undefined : bindExpression(item.expression, scope)))
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
