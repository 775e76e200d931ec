/**
 * Calcs compute only what something above reads, and scans say which of their columns are read at all, so that decoders skip the rest.
 * The row of a scan keeps its layout; what lies between a scan and its watermark stays whole, because several queries share it.
 */
import type { BoundColumn } from '../expr/bound.js'
import { columnsOf } from '../expr/traverse.js'
import { collectAggregateColumns, moveAggregate, moveColumns } from '../logical/expression.js'
import type { CalcPlan, GroupAggregatePlan, LogicalPlan, WatermarkPlan, WindowAggregatePlan, WindowTvfPlan } from '../logical/plan.js'

interface Pruned<P extends LogicalPlan = LogicalPlan> {
  readonly plan: P
  /** Where a column that was asked for is now. */
  position(column: number): number
}

const unmoved = (column: number) => column

export function pruneColumns(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === 'sink') return { ...plan, input: whole(plan.input) }
  return whole(plan)
}

/** The plan with all its columns, in their order. */
function whole(plan: LogicalPlan): LogicalPlan {
  return prune(plan, new Set(plan.schema.keys())).plan
}

function prune(plan: LogicalPlan, needed: ReadonlySet<number>): Pruned {
  switch (plan.kind) {
    case 'scan':
      return { plan: { ...plan, columns: plan.columns.map((column, i) => ({ ...column, used: needed.has(i) })) }, position: unmoved }
    case 'watermark':
      return pruneWatermark(plan, needed)
    case 'calc':
      return pruneCalc(plan, needed)
    case 'window-tvf':
      return pruneWindow(plan, needed)
    case 'window-aggregate':
    case 'group-aggregate':
      return pruneAggregate(plan)
    case 'union-all':
      return { plan: { ...plan, inputs: plan.inputs.map(whole) }, position: unmoved }
    case 'values':
    case 'sink':
      return { plan, position: unmoved }
  }
}

function pruneWatermark(plan: WatermarkPlan, needed: ReadonlySet<number>): Pruned {
  const all = new Set([...needed, plan.column])
  columnsOf(plan.expression, all)
  // The column that tells devices apart when each has a watermark of its own.
  const device = plan.schema.findIndex((column) => column.name === plan.options.get('watermark.device'))
  if (device >= 0) all.add(device)
  return { plan: { ...plan, input: keepLayout(plan.input, all) }, position: unmoved }
}

/** Marks what is read below a watermark without moving any column. */
function keepLayout(plan: LogicalPlan, needed: ReadonlySet<number>): LogicalPlan {
  if (plan.kind !== 'calc') return prune(plan, needed).plan
  const below = new Set<number>()
  plan.projections.forEach((expr, i) => {
    if (expr.kind !== 'column' || needed.has(i)) columnsOf(expr, below)
  })
  return { ...plan, input: keepLayout(plan.input, below) }
}

function pruneCalc(plan: CalcPlan, needed: ReadonlySet<number>): Pruned {
  const kept = plan.projections.map((_, i) => i).filter((i) => needed.has(i))
  const below = new Set<number>()
  for (const i of kept) columnsOf(plan.projections[i] as CalcPlan['projections'][number], below)
  if (plan.condition !== undefined) columnsOf(plan.condition, below)
  const input = prune(plan.input, below)
  const move = (column: BoundColumn) => input.position(column.index)
  const projections = kept.map((i) => moveColumns(plan.projections[i] as CalcPlan['projections'][number], move))
  const schema = kept.map((i) => plan.schema[i] as CalcPlan['schema'][number])
  const condition = plan.condition === undefined ? {} : { condition: moveColumns(plan.condition, move) }
  return { plan: { kind: 'calc', input: input.plan, projections, schema, ...condition }, position: (column) => kept.indexOf(column) }
}

function pruneWindow(plan: WindowTvfPlan, needed: ReadonlySet<number>): Pruned {
  const width = plan.input.schema.length
  const below = new Set([...needed].filter((column) => column < width))
  below.add(plan.timeColumn)
  const input = prune(plan.input, below)
  const newWidth = input.plan.schema.length
  return {
    plan: {
      ...plan,
      input: input.plan,
      timeColumn: input.position(plan.timeColumn),
      schema: [...input.plan.schema, ...plan.schema.slice(width)],
    },
    position: (column) => (column < width ? input.position(column) : newWidth + column - width),
  }
}

function pruneAggregate(plan: WindowAggregatePlan | GroupAggregatePlan): Pruned {
  const below = new Set(plan.keys)
  for (const aggregate of plan.aggregates) collectAggregateColumns(aggregate, below)
  if (plan.kind === 'window-aggregate') below.add(plan.timeColumn)
  const input = prune(plan.input, below)
  const keys = plan.keys.map((key) => input.position(key))
  const aggregates = plan.aggregates.map((aggregate) => moveAggregate(aggregate, (column) => input.position(column.index)))
  const parts = { input: input.plan, keys, aggregates }
  const pruned =
    plan.kind === 'group-aggregate' ? { ...plan, ...parts } : { ...plan, ...parts, timeColumn: input.position(plan.timeColumn) }
  return { plan: pruned, position: unmoved }
}
