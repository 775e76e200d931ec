/** A condition that is the constant TRUE goes. (One that is FALSE stays: its rows still move the watermark.) */
import type { LogicalPlan } from '../logical/plan.js'
import { bottomUp } from './rule.js'

export function dropTrueFilters(plan: LogicalPlan): LogicalPlan {
  return bottomUp(plan, (node) => {
    if (node.kind !== 'calc' || node.condition?.kind !== 'literal' || node.condition.value !== true) return node
    const { condition: _, ...rest } = node
    return rest
  })
}
