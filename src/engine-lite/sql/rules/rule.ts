/** A rewriting of plans that keeps their meaning. */
import { inputsOf, type LogicalPlan, withInputs } from '../logical/plan.js'

export type PlanRule = (plan: LogicalPlan) => LogicalPlan

/** Applies `change` to every node, inputs first. */
export function bottomUp(plan: LogicalPlan, change: (node: LogicalPlan) => LogicalPlan): LogicalPlan {
  return change(
    withInputs(
      plan,
      inputsOf(plan).map((input) => bottomUp(input, change)),
    ),
  )
}
