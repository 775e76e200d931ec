/** The parts of a filter that do not read the window's bounds go below the window function, which may copy every row several times. */
import type { BoundExpr } from '../expr/bound.js'
import { makeCall } from '../expr/make-call.js'
import { columnsOf } from '../expr/traverse.js'
import { columnExpr } from '../logical/expression.js'
import type { CalcPlan, LogicalPlan, WindowTvfPlan } from '../logical/plan.js'
import { bottomUp } from './rule.js'

export function pushFilterBelowWindow(plan: LogicalPlan): LogicalPlan {
  return bottomUp(plan, (node) => (node.kind === 'calc' && node.input.kind === 'window-tvf' ? push(node, node.input) : node))
}

function push(calc: CalcPlan, tvf: WindowTvfPlan): LogicalPlan {
  if (calc.condition === undefined) return calc
  const width = tvf.input.schema.length
  const parts = conjuncts(calc.condition)
  const below = parts.filter((part) => readsOnlyBelow(part, width))
  if (below.length === 0) return calc
  const above = parts.filter((part) => !below.includes(part))
  const filtered: CalcPlan = {
    kind: 'calc',
    input: tvf.input,
    condition: conjunction(below),
    projections: tvf.input.schema.map((_, i) => columnExpr(tvf.input.schema, i)),
    schema: tvf.input.schema,
  }
  const { condition: _, ...rest } = calc
  const input = { ...tvf, input: filtered }
  return above.length === 0 ? { ...rest, input } : { ...rest, input, condition: conjunction(above) }
}

function readsOnlyBelow(expr: BoundExpr, width: number): boolean {
  const columns = new Set<number>()
  columnsOf(expr, columns)
  return [...columns].every((column) => column < width)
}

/** The operands of nested ANDs. */
function conjuncts(expr: BoundExpr): BoundExpr[] {
  return expr.kind === 'call' && expr.fn.name === 'AND' ? expr.args.flatMap(conjuncts) : [expr]
}

function conjunction(parts: readonly BoundExpr[]): BoundExpr {
  return parts.slice(1).reduce((left, right) => makeCall('AND', [left, right]), parts[0] as BoundExpr)
}
