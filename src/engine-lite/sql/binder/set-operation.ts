/** UNION [ALL]: inputs are brought to common types, names come from the first. */
import type { QueryAst } from '../ast/query.js'
import { castTo } from '../expr/cast-to.js'
import type { LogicalPlan } from '../logical/plan.js'
import { commonType } from '../types/common.js'
import { sameType } from '../types/predicate.js'
import { printSchema, printType } from '../types/print.js'
import { fail, gather, notBuilt, type QueryScope } from './context.js'
import type { BindQuery } from './from.js'
import { allColumns, project } from './relation.js'
import { distinct } from './select.js'

type SetOperationAst = Extract<QueryAst, { kind: 'set-operation' }>

export function bindSetOperation(ast: SetOperationAst, scope: QueryScope, bindQuery: BindQuery): LogicalPlan {
  return gather(scope.context.source, (errors) => {
    const plans = operandsOf(ast).map((operand) => errors.attempt(() => bindQuery(operand, scope)))
    if (ast.operator !== 'UNION') errors.attempt(() => notBuilt(ast.operator, ast.span))
    errors.throwIfAny()
    const union = unionAll(plans as LogicalPlan[], ast)
    return ast.all ? union : distinct(union, ast.span)
  })
}

/** Nested unions of the same kind side by side; a distinct one swallows those below it. */
function operandsOf(ast: SetOperationAst): QueryAst[] {
  const { left, operator } = ast
  const flat = operator === 'UNION' && left.kind === 'set-operation' && left.operator === 'UNION' && (left.all || !ast.all)
  return [...(flat ? operandsOf(left) : [left]), ast.right]
}

function unionAll(plans: readonly LogicalPlan[], ast: SetOperationAst): LogicalPlan {
  const first = plans[0] as LogicalPlan
  const other = plans.find((plan) => plan.schema.length !== first.schema.length)
  if (other !== undefined) {
    fail('E0205', `the sides of a UNION have ${first.schema.length} and ${other.schema.length} columns`, ast.span, {
      detail: [`left: ${printSchema(first.schema)}`, `right: ${printSchema(other.schema)}`],
    })
  }
  const schema = first.schema.map(({ name }, i) => {
    const types = plans.map((plan) => (plan.schema[i] as { type: LogicalPlan['schema'][number]['type'] }).type)
    const type = commonType(types)
    if (type !== undefined) return { name, type }
    return fail('E0205', `column ${i + 1} of the UNION has no common type: ${types.map(printType).join(', ')}`, ast.span, {
      hint: 'write a CAST',
    })
  })
  return { kind: 'union-all', inputs: plans.map((plan) => withTypes(plan, schema)), schema }
}

/** The plan with casts to these types; nullability may stay narrower. */
function withTypes(plan: LogicalPlan, schema: LogicalPlan['schema']): LogicalPlan {
  const casts = allColumns(plan.schema).map((column, i) => castTo(column, (schema[i] as LogicalPlan['schema'][number]).type))
  if (casts.every((expr, i) => expr.kind === 'column' && sameType(expr.type, (plan.schema[i] as { type: typeof expr.type }).type)))
    return plan
  return project(
    plan,
    schema.map((column) => column.name),
    casts,
  )
}
