/**
 * Aggregations emit −U only where someone needs it: another aggregation takes it back, a filter may let only one half of an update
 * through, a query's reader and a changelog sink want both. A sink that goes by key does not. Source: Flink's SatisfyUpdateKindTraitVisitor.
 */
import { inputsOf, type LogicalPlan, withInputs } from '../logical/plan.js'

export function chooseUpdateBefore(plan: LogicalPlan): LogicalPlan {
  return choose(plan, true)
}

function choose(plan: LogicalPlan, needed: boolean): LogicalPlan {
  const below = neededBelow(plan, needed)
  const rewritten = withInputs(
    plan,
    inputsOf(plan).map((input) => choose(input, below)),
  )
  return rewritten.kind === 'group-aggregate' ? { ...rewritten, updateBefore: needed } : rewritten
}

function neededBelow(plan: LogicalPlan, needed: boolean): boolean {
  if (plan.kind === 'sink') return plan.mode !== 'upsert'
  if (plan.kind === 'calc') return needed || plan.condition !== undefined
  if (plan.kind === 'group-aggregate' || plan.kind === 'window-aggregate') return true
  return needed
}
