/** SELECT with GROUP BY or aggregates. */
import type { MillraceError } from '../../contract/errors/index.js'
import type { ExpressionAst } from '../ast/expression.js'
import type { GroupItemAst, SelectAst } from '../ast/query.js'
import { bindCondition } from '../expr/bind.js'
import type { BoundExpr } from '../expr/bound.js'
import { InputScope } from '../expr/scope.js'
import { moveColumns } from '../logical/expression.js'
import type { LogicalPlan } from '../logical/plan.js'
import { aggregate, type LegacyWindow } from './aggregation.js'
import { bindItem } from './bind-item.js'
import { type ErrorList, fail, notBuilt } from './context.js'
import { finalPosition, GroupScope } from './group-scope.js'
import { asGroupWindow, type BoundLegacyWindow, bindGroupWindow } from './legacy-window.js'
import { filter, project, type Relation } from './relation.js'
import { aliasesOf, type OutputItem } from './select-items.js'

interface Groups {
  readonly keys: BoundExpr[]
  legacy?: BoundLegacyWindow & Pick<LegacyWindow, 'span'>
}

export function bindGroupedSelect(ast: SelectAst, items: readonly OutputItem[], relation: Relation, errors: ErrorList): LogicalPlan {
  const base = new InputScope(relation.inputs)
  const groups: Groups = { keys: [] }
  for (const item of ast.groupBy?.items ?? []) errors.attempt(() => bindGroupItem(item, ast, base, groups))
  // Without its keys every column would be reported once more.
  errors.throwIfAny()
  const { legacy, keys } = groups
  const legacyWindow = legacy === undefined ? undefined : { name: legacy.name, timeColumn: legacy.timeColumn, window: legacy.window }
  const scope = new GroupScope(relation, base, keys, legacyWindow)
  const bound = items.map((item) =>
    errors.attempt(() => (item.kind === 'column' ? scope.overKeys(item.column) : bindItem(item.ast, scope))),
  )
  const { having, qualify } = ast
  const condition = having === undefined ? undefined : errors.attempt(() => bindCondition(having, scope))
  if (qualify !== undefined) errors.attempt(() => notBuilt('QUALIFY', qualify.span))
  errors.throwIfAny()
  const grouped = aggregate({
    plan: relation.plan,
    keys,
    aggregates: scope.aggregates,
    span: ast.groupBy?.span ?? ast.span,
    ...(legacy === undefined ? {} : { legacyWindow: { ...legacy, properties: [...scope.properties] } }),
  })
  const place = (expr: BoundExpr) => moveColumns(expr, (column) => finalPosition(column.index, grouped))
  const filtered = condition === undefined ? grouped.plan : filter(grouped.plan, place(condition))
  return project(
    filtered,
    items.map(({ name }) => name),
    (bound as BoundExpr[]).map(place),
  )
}

function bindGroupItem(item: GroupItemAst, ast: SelectAst, base: InputScope, groups: Groups): void {
  if (item.kind === 'grouping-sets' && item.sets.every((set) => set.length === 0)) return
  if (item.kind !== 'expression') {
    const what = { 'grouping-sets': 'GROUPING SETS', rollup: 'ROLLUP', cube: 'CUBE' }[item.kind]
    notBuilt(what, item.span)
    return
  }
  const { expression } = item
  if (expression.kind === 'row') {
    for (const part of expression.items) bindGroupItem({ kind: 'expression', expression: part }, ast, base, groups)
    return
  }
  const window = asGroupWindow(expression)
  if (window === undefined) groups.keys.push(bindKey(expression, ast, base))
  else {
    if (groups.legacy !== undefined) fail('E0302', 'a query groups by one window at most', window.span)
    groups.legacy = { ...bindGroupWindow(window, window.name as BoundLegacyWindow['name'], base), span: window.span }
  }
}

/** Flink groups by expressions of the input: neither by an alias nor by a position of the SELECT list. */
function bindKey(expression: ExpressionAst, ast: SelectAst, base: InputScope): BoundExpr {
  if (expression.kind === 'number-literal') {
    return fail('E0302', 'Flink does not group by position', expression.span, { hint: 'repeat the expression of the SELECT list' })
  }
  try {
    return bindItem(expression, base)
  } catch (error) {
    const isAlias = expression.kind === 'name' && expression.parts.length === 1 && aliasesOf(ast).includes(expression.parts[0] as string)
    if (!isAlias || (error as MillraceError).code !== 'E0207') throw error
    return fail('E0207', `unknown column \`${expression.parts[0]}\``, expression.span, {
      label: 'an alias of the SELECT list',
      hint: 'Flink does not group by an alias: repeat the expression',
    })
  }
}
