/** A calc that hands on every row as it is goes. Positions stay, so only the root keeps one for the sake of its column names. */
import type { CalcPlan, LogicalPlan } from '../logical/plan.js'
import { sameType } from '../types/predicate.js'
import { bottomUp } from './rule.js'

export function dropIdentityCalcs(plan: LogicalPlan): LogicalPlan {
  const dropped = bottomUp(plan, (node) => (node !== plan && node.kind === 'calc' && isIdentity(node) ? node.input : node))
  const sameNames = dropped.kind === 'calc' && dropped.schema.every((column, i) => column.name === dropped.input.schema[i]?.name)
  return sameNames && isIdentity(dropped) ? dropped.input : dropped
}

function isIdentity({ condition, input, projections }: CalcPlan): boolean {
  if (condition !== undefined || projections.length !== input.schema.length) return false
  return projections.every((expr, i) => {
    const below = input.schema[i]
    return expr.kind === 'column' && expr.index === i && below !== undefined && sameType(expr.type, below.type)
  })
}
