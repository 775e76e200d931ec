/** Puts an aggregation on a plan: a window aggregation where both bounds of a window are among the keys, else one that updates. */
import type { Span } from '../../contract/errors/index.js'
import type { Column } from '../../contract/type.js'
import type { WindowSpec } from '../../contract/window.js'
import type { BoundAggregate, BoundExpr } from '../expr/bound.js'
import { isAppend } from '../logical/changelog.js'
import { columnExpr, moveAggregate } from '../logical/expression.js'
import type { LogicalPlan, WindowProperty, WindowTvfPlan } from '../logical/plan.js'
import { printAggregate, printExpression } from '../logical/print-expression.js'
import { windowPropertiesOf } from '../logical/windows.js'
import { withAttribute } from '../types/make.js'
import { fail, notBuilt } from './context.js'
import { moveBelowWindow, pullUpWindow } from './pull-up-window.js'
import { allColumns, project } from './relation.js'
import { windowColumns } from './window-function.js'

export interface AggregationInput {
  readonly plan: LogicalPlan
  /** GROUP BY expressions over the plan's row, without a legacy window. */
  readonly keys: readonly BoundExpr[]
  readonly aggregates: readonly BoundAggregate[]
  /** `GROUP BY TUMBLE(ts, …)`. */
  readonly legacyWindow?: LegacyWindow
  readonly span: Span
}

export interface LegacyWindow {
  readonly window: WindowSpec
  readonly timeColumn: number
  /** The bounds that the query asks for. */
  readonly properties: readonly WindowProperty[]
  readonly span: Span
}

export interface Aggregation {
  readonly plan: LogicalPlan
  /** Position in {@link plan} of each key, in the order given. */
  readonly keyPositions: readonly number[]
  /** Position of the first aggregate. */
  readonly firstAggregate: number
  /** Positions of the bounds of a legacy window. */
  readonly properties: ReadonlyMap<WindowProperty, number>
}

export function aggregate(input: AggregationInput): Aggregation {
  if (input.legacyWindow !== undefined) return legacyWindowAggregate(input, input.legacyWindow)
  const properties = windowPropertiesOf(input.plan)
  const kinds = input.keys.map((key) => (key.kind === 'column' ? properties?.columns.get(key.index) : undefined))
  if (properties === undefined || !kinds.includes('start') || !kinds.includes('end')) return groupAggregate(input)
  if (properties.tvf === undefined) return notBuilt('an aggregation over the windows of another aggregation', input.span)
  return windowAggregate(input, properties.tvf, kinds)
}

function groupAggregate({ plan, keys, aggregates }: AggregationInput): Aggregation {
  const below = withKeyColumns(plan, keys)
  const schema = [...keyColumns(below.plan, below.positions), ...aggregateColumns(aggregates)]
  return {
    plan: { kind: 'group-aggregate', input: below.plan, keys: below.positions, aggregates, updateBefore: true, schema },
    keyPositions: keys.map((_, i) => i),
    firstAggregate: keys.length,
    properties: new Map(),
  }
}

function windowAggregate(input: AggregationInput, tvf: WindowTvfPlan, kinds: readonly (WindowProperty | undefined)[]): Aggregation {
  const pulled = pullUpWindow(input.plan, tvf)
  const move = (expr: BoundExpr) => moveBelowWindow(expr, pulled.positions, tvf.span)
  const keys = input.keys.filter((_, i) => kinds[i] === undefined).map(move)
  const aggregates = input.aggregates.map((call) =>
    moveAggregate(call, (column) => {
      const moved = move(column)
      return moved.kind === 'column' ? moved.index : -1
    }),
  )
  checkMergeable(aggregates, tvf.window)
  const properties = (['start', 'end', 'rowtime'] as const).filter((property) => kinds.includes(property))
  const built = buildWindowAggregate({ ...pulled, keys, aggregates, properties, window: tvf.window, span: tvf.span }, false)
  let plainKeys = 0
  const keyPositions = kinds.map((kind) => (kind === undefined ? plainKeys++ : (built.properties.get(kind) as number)))
  return { ...built, keyPositions }
}

function legacyWindowAggregate(input: AggregationInput, legacy: LegacyWindow): Aggregation {
  checkMergeable(input.aggregates, legacy.window)
  if (!isAppend(input.plan)) notBuilt('a window over a changelog', legacy.span)
  const built = buildWindowAggregate({ ...input, ...legacy, aggregates: input.aggregates }, true)
  return { ...built, keyPositions: input.keys.map((_, i) => i) }
}

interface WindowParts {
  readonly plan: LogicalPlan
  readonly keys: readonly BoundExpr[]
  readonly aggregates: readonly BoundAggregate[]
  readonly window: WindowSpec
  readonly timeColumn: number
  readonly properties: readonly WindowProperty[]
  readonly span: Span
}

function buildWindowAggregate(parts: WindowParts, legacy: boolean): Omit<Aggregation, 'keyPositions'> {
  const { aggregates, properties, timeColumn, window, span } = parts
  const below = withKeyColumns(parts.plan, parts.keys)
  const bounds = windowColumns(parts.plan.schema, timeColumn)
  const columnOf = { start: bounds[0], end: bounds[1], rowtime: bounds[2] } as Record<WindowProperty, Column>
  const keys = below.positions
  const schema = [...keyColumns(below.plan, keys), ...properties.map((property) => columnOf[property]), ...aggregateColumns(aggregates)]
  return {
    plan: { kind: 'window-aggregate', input: below.plan, keys, window, timeColumn, properties, aggregates, legacy, span, schema },
    firstAggregate: keys.length + properties.length,
    properties: new Map(properties.map((property, i) => [property, keys.length + i])),
  }
}

/** Positions of the keys; keys that are no columns are computed behind the columns of the plan. */
function withKeyColumns(plan: LogicalPlan, keys: readonly BoundExpr[]): { plan: LogicalPlan; positions: number[] } {
  const names = plan.schema.map((column) => column.name)
  const projections = allColumns(plan.schema)
  const positions = keys.map((key) => {
    if (key.kind === 'column') return key.index
    names.push(printExpression(key))
    return projections.push(key) - 1
  })
  return { plan: projections.length === plan.schema.length ? plan : project(plan, names, projections), positions }
}

/** A time attribute is a plain value once it is grouped by. */
function keyColumns(plan: LogicalPlan, positions: readonly number[]): Column[] {
  return positions.map((position) => {
    const { name, type } = columnExpr(plan.schema, position)
    return { name, type: withAttribute(type, undefined) }
  })
}

function aggregateColumns(aggregates: readonly BoundAggregate[]): Column[] {
  return aggregates.map((call) => ({ name: printAggregate(call), type: call.type }))
}

/** A HOP window is put together from panes, and these two cannot be (Flink refuses them, too). */
function checkMergeable(aggregates: readonly BoundAggregate[], window: WindowSpec): void {
  if (window.kind !== 'hop') return
  for (const { name, span } of aggregates) {
    if ((name === 'FIRST_VALUE' || name === 'LAST_VALUE') && span !== undefined) {
      fail('E0302', `${name} cannot be computed in a HOP window`, span, { hint: 'use a TUMBLE window, or MIN and MAX' })
    }
  }
}
