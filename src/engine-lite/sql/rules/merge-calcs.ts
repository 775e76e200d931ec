/**
 * Two calcs in a row become one: the upper expressions take those below in place of the columns they read. Not where that would
 * compute something twice, or where a value differs from call to call. Source: Calcite's CalcMergeRule, as Flink limits it.
 */
import type { BoundExpr } from '../expr/bound.js'
import { makeCall } from '../expr/make-call.js'
import { childrenOf, isDeterministic } from '../expr/traverse.js'
import { rewrite } from '../logical/expression.js'
import type { CalcPlan, LogicalPlan } from '../logical/plan.js'
import { bottomUp } from './rule.js'

export function mergeCalcs(plan: LogicalPlan): LogicalPlan {
  return bottomUp(plan, (node) => (node.kind === 'calc' ? mergeDown(node) : node))
}

/** Merges as far down as it goes: a merged calc may read less than the two did, and then take in the next. */
function mergeDown(upper: CalcPlan): CalcPlan {
  const lower = upper.input
  return lower.kind === 'calc' && mayInline(upper, lower) ? mergeDown(merge(upper, lower)) : upper
}

function merge(upper: CalcPlan, lower: CalcPlan): CalcPlan {
  const inline = (expr: BoundExpr) => rewrite(expr, (node) => (node.kind === 'column' ? lower.projections[node.index] : undefined))
  const conditions = [lower.condition, upper.condition === undefined ? undefined : inline(upper.condition)].filter(
    (one) => one !== undefined,
  )
  const condition = conditions.length === 2 ? makeCall('AND', conditions) : conditions[0]
  return {
    kind: 'calc',
    input: lower.input,
    projections: upper.projections.map(inline),
    schema: upper.schema,
    ...(condition === undefined ? {} : { condition }),
  }
}

function mayInline(upper: CalcPlan, lower: CalcPlan): boolean {
  const uses = new Map<number, number>()
  for (const expr of upper.projections) countColumns(expr, uses)
  if (upper.condition !== undefined) countColumns(upper.condition, uses)
  return lower.projections.every((expr, i) => {
    if (expr.kind === 'column' || expr.kind === 'literal') return true
    return isDeterministic(expr) && (uses.get(i) ?? 0) <= 1
  })
}

function countColumns(expr: BoundExpr, uses: Map<number, number>): void {
  if (expr.kind === 'column') uses.set(expr.index, (uses.get(expr.index) ?? 0) + 1)
  else for (const operand of childrenOf(expr)) countColumns(operand, uses)
}
