/**
 * Takes a window function out from under filters and projections, so that the aggregation above assigns windows itself.
 * Source: Flink's PullUpWindowTableFunctionIntoWindowAggregateRule.
 */
import type { Span } from '../../contract/errors/index.js'
import type { BoundColumn, BoundExpr } from '../expr/bound.js'
import { columnExpr, moveColumns } from '../logical/expression.js'
import type { LogicalPlan, WindowTvfPlan } from '../logical/plan.js'
import { notBuilt } from './context.js'
import { project } from './relation.js'

export interface PulledUp {
  /** The plan without the function. */
  readonly plan: LogicalPlan
  /** Position in {@link plan} of each column of the plan before; undefined for the window's own columns. */
  readonly positions: readonly (number | undefined)[]
  /** Position in {@link plan} of the time column. */
  readonly timeColumn: number
}

export function pullUpWindow(plan: LogicalPlan, tvf: WindowTvfPlan): PulledUp {
  if (plan === tvf) {
    const positions = tvf.schema.map((_, i) => (i < tvf.input.schema.length ? i : undefined))
    return { plan: tvf.input, positions, timeColumn: tvf.timeColumn }
  }
  if (plan.kind !== 'calc') return notBuilt('a window aggregation over this input', tvf.span)
  const below = pullUpWindow(plan.input, tvf)
  const move = (expr: BoundExpr) => moveBelowWindow(expr, below.positions, tvf.span)
  const names: string[] = []
  const projections: BoundExpr[] = []
  const positions = plan.projections.map((expr, i): number | undefined => {
    if (expr.kind === 'column' && below.positions[expr.index] === undefined) return undefined
    names.push((plan.schema[i] as { name: string }).name)
    return projections.push(move(expr)) - 1
  })
  let timeColumn = projections.findIndex((expr) => expr.kind === 'column' && expr.index === below.timeColumn)
  if (timeColumn < 0) {
    const time = columnExpr(below.plan.schema, below.timeColumn)
    names.push(time.name)
    timeColumn = projections.push(time) - 1
  }
  const condition = plan.condition === undefined ? undefined : move(plan.condition)
  return { plan: project(below.plan, names, projections, condition), positions, timeColumn }
}

/** The expression over rows without window columns. @throws MillraceError E0301 where it reads one */
export function moveBelowWindow(expr: BoundExpr, positions: readonly (number | undefined)[], span: Span): BoundExpr {
  return moveColumns(expr, (column: BoundColumn) => {
    return (
      positions[column.index] ??
      notBuilt(`\`${column.name}\` inside a filter, expression or aggregate below the window aggregation`, column.span ?? span)
    )
  })
}
