/** SELECT … FROM … WHERE … without grouping; hands over to the grouped form where the query is one. */
import type { Span } from '../../contract/errors/index.js'
import type { CallAst } from '../ast/expression.js'
import type { SelectAst } from '../ast/query.js'
import { bindCondition } from '../expr/bind.js'
import type { BoundExpr } from '../expr/bound.js'
import { InputScope } from '../expr/scope.js'
import type { LogicalPlan } from '../logical/plan.js'
import { aggregate } from './aggregation.js'
import { bindItem } from './bind-item.js'
import { type ErrorList, fail, gather, notBuilt, type QueryScope } from './context.js'
import { callsAggregate } from './find-aggregate.js'
import { type BindQuery, bindFrom } from './from.js'
import { bindGroupedSelect } from './grouped-select.js'
import { asAuxiliary, asGroupWindow } from './legacy-window.js'
import { allColumns, filter, project, type Relation } from './relation.js'
import { expandItem, type OutputItem } from './select-items.js'

export function bindSelect(ast: SelectAst, scope: QueryScope, bindQuery: BindQuery): LogicalPlan {
  const { source } = scope.context
  return gather(source, (errors) => {
    for (const hint of ast.hints) errors.attempt(() => notBuilt(`the hint ${hint.name}`, hint.span))
    const from = ast.from === undefined ? oneEmptyRow() : bindFrom(ast.from, scope, bindQuery)
    const { where } = ast
    const condition = where === undefined ? undefined : errors.attempt(() => bindCondition(where, new PlainScope(from.inputs)))
    const relation: Relation = condition === undefined ? from : { ...from, plan: filter(from.plan, condition) }
    const items = ast.items.flatMap((item, i) => errors.attempt(() => expandItem(item, from.inputs, i)) ?? [])
    const bound = isGrouped(ast, items) ? bindGroupedSelect(ast, items, relation, errors) : bindPlain(ast, items, relation, errors)
    return ast.distinct ? distinct(bound, ast.span) : bound
  })
}

/** A row without columns, for SELECT without FROM. */
function oneEmptyRow(): Relation {
  return { plan: { kind: 'values', rows: [[]], schema: [] }, inputs: [] }
}

function isGrouped(ast: SelectAst, items: readonly OutputItem[]): boolean {
  if (ast.groupBy !== undefined) return true
  if (ast.having !== undefined && callsAggregate(ast.having)) return true
  return items.some((item) => item.kind === 'expression' && callsAggregate(item.ast))
}

function bindPlain(ast: SelectAst, items: readonly OutputItem[], relation: Relation, errors: ErrorList): LogicalPlan {
  const scope = new PlainScope(relation.inputs)
  const projections = items.map((item) => errors.attempt(() => (item.kind === 'column' ? item.column : bindItem(item.ast, scope))))
  const { having, qualify } = ast
  if (having !== undefined) errors.attempt(() => fail('E0208', 'HAVING needs GROUP BY or an aggregate', having.span, { hint: 'use WHERE' }))
  if (qualify !== undefined) errors.attempt(() => notBuilt('QUALIFY', qualify.span))
  errors.throwIfAny()
  return project(
    relation.plan,
    items.map(({ name }) => name),
    projections as BoundExpr[],
  )
}

/** Names of the inputs; functions of group windows only mean something above GROUP BY. */
class PlainScope extends InputScope {
  special(call: CallAst): undefined {
    if (asGroupWindow(call) !== undefined) fail('E0213', `${call.name} stands in GROUP BY or in TABLE(…)`, call.span)
    const auxiliary = asAuxiliary(call)
    if (auxiliary !== undefined) fail('E0213', `${call.name} needs ${auxiliary.window} with the same arguments in GROUP BY`, call.span)
    return undefined
  }
}

/** Each row once: groups of all columns without aggregates. */
export function distinct(plan: LogicalPlan, span: Span): LogicalPlan {
  const grouped = aggregate({ plan, keys: allColumns(plan.schema), aggregates: [], span })
  const columns = allColumns(grouped.plan.schema)
  return project(
    grouped.plan,
    plan.schema.map((column) => column.name),
    grouped.keyPositions.map((position) => columns[position] as BoundExpr),
  )
}
