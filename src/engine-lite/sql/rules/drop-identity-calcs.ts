/** A calc that hands on every row as it is goes. Positions stay, so only the root keeps one for the sake of its column names. */
import { type CalcPlan, inputsOf, type LogicalPlan, withInputs } from '../logical/plan.js'
import { sameType } from '../types/predicate.js'
import { bottomUp } from './rule.js'

export function dropIdentityCalcs(plan: LogicalPlan): LogicalPlan {
  const root = withInputs(
    plan,
    inputsOf(plan).map((input) => bottomUp(input, (node) => (node.kind === 'calc' && isIdentity(node) ? node.input : node))),
  )
  if (root.kind !== 'calc' || !isIdentity(root)) return root
  return root.schema.every((column, i) => column.name === root.input.schema[i]?.name) ? root.input : root
}

function isIdentity({ condition, input, projections }: CalcPlan): boolean {
  if (condition !== undefined || projections.length !== input.schema.length) return false
  return projections.every((expr, i) => {
    const below = input.schema[i]
    return expr.kind === 'column' && expr.index === i && below !== undefined && sameType(expr.type, below.type)
  })
}
