/** One value of a row: SELECT items, group keys, VALUES. */
import type { ExpressionAst } from '../ast/expression.js'
import { bindExpression } from '../expr/bind.js'
import type { BoundExpr } from '../expr/bound.js'
import type { Scope } from '../expr/scope.js'
import { fail } from './context.js'

/** @throws MillraceError E0205 for a NULL without a type, which Flink refuses */
export function bindItem(ast: ExpressionAst, scope: Scope): BoundExpr {
  const bound = bindExpression(ast, scope)
  if (bound.type.kind === 'NULL') fail('E0205', 'NULL has no type here', ast.span, { hint: 'write CAST(NULL AS STRING), or another type' })
  return bound
}
