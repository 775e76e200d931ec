/** One logical node → one operator: compiles its expressions and gives the operator its configuration. */
import { parseDurationMs } from '../../base/duration.js'
import { compileKey } from '../../base/key.js'
import { MillraceError } from '../../contract/errors/index.js'
import type { OperatorContext, OperatorFactory } from '../../contract/operator.js'
import type { Row } from '../../contract/row.js'
import type { Schema } from '../../contract/type.js'
import { calc } from '../../operator/calc.js'
import { DeviceTime } from '../../operator/device-time.js'
import { groupAggregate } from '../../operator/group-aggregate.js'
import type { KeySelector } from '../../operator/key-selector.js'
import { watermarkAssigner } from '../../operator/watermark-assigner.js'
import type { DeviceRows } from '../../operator/watermark-config.js'
import { windowAggregate } from '../../window/window-aggregate.js'
import type { LocalTime } from '../../window/window-config.js'
import { windowTvf } from '../../window/window-tvf.js'
import { compileAggregates } from '../compile/aggregate.js'
import { compileCalc, compileExpression } from '../compile/calc.js'
import { aggregateKey } from '../expr/expression-key.js'
import { changelogOf } from '../logical/changelog.js'
import type { CalcPlan, GroupAggregatePlan, LogicalPlan, WatermarkPlan, WindowAggregatePlan, WindowTvfPlan } from '../logical/plan.js'
import { printType } from '../types/print.js'
import { evaluationContext, type PhysicalContext } from './evaluation.js'
import { localTime } from './local-time.js'

export interface PhysicalOperator {
  readonly create: OperatorFactory
  readonly name: string
  /** Layout of its state: a restart with another one is refused. */
  readonly signature: string
}

type OperatorPlan = CalcPlan | WatermarkPlan | WindowTvfPlan | WindowAggregatePlan | GroupAggregatePlan

export function operatorFor(plan: OperatorPlan, context: PhysicalContext): PhysicalOperator {
  switch (plan.kind) {
    case 'calc':
      return calcOperator(plan, context)
    case 'watermark':
      return watermarkOperator(plan, context)
    case 'window-tvf':
      return {
        name: `window ${plan.window.kind}`,
        signature: '',
        create: windowTvf({
          rowtime: plan.timeColumn,
          window: plan.window,
          windowColumns: ['start', 'end', 'time'],
          ...localOf(plan.input.schema, plan.timeColumn, context),
        }),
      }
    case 'window-aggregate':
      return windowAggregateOperator(plan, context)
    case 'group-aggregate':
      return groupAggregateOperator(plan, context)
  }
}

function calcOperator(plan: CalcPlan, context: PhysicalContext): PhysicalOperator {
  const { condition, projections } = plan
  const create: OperatorFactory = (operator, out) => {
    const evaluate = compileCalc({ ...(condition && { condition }), projections }, evaluationContext(operator, context))
    return calc(evaluate)(operator, out)
  }
  return { name: condition === undefined ? 'project' : 'filter, project', signature: '', create }
}

function watermarkOperator(plan: WatermarkPlan, context: PhysicalContext): PhysicalOperator {
  const { options, table } = plan
  const duration = (key: string) => parseDurationMs(options.get(key) ?? '0') ?? 0
  const device = deviceRows(plan, context)
  const watermarkOf = (operator: OperatorContext) => compileExpression(plan.expression, evaluationContext(operator, context))
  const create: OperatorFactory = (operator, out) =>
    watermarkAssigner({
      rowtime: plan.column,
      watermarkOf: watermarkOf(operator) as (row: readonly unknown[]) => number | null,
      ...(device && { device }),
      idleTimeoutMs: options.has('scan.watermark.idle-timeout') ? duration('scan.watermark.idle-timeout') : context.idleTimeoutMs,
      whenSilentMs: duration('watermark.when-silent'),
      silentLimitMs: context.largestWindowMs,
      futureMaxSkewMs: duration('future.max-skew'),
    })(operator, out)
  const column = plan.schema[plan.column]!
  return { name: `watermark ${table.name}.${column.name}`, signature: `watermark ${device ? 'per device' : 'per source'}`, create }
}

/** `'watermark.per' = 'device'`: the column named by `watermark.device` has a time of its own per value. */
function deviceRows(plan: WatermarkPlan, context: PhysicalContext): DeviceRows | undefined {
  if (plan.options.get('watermark.per') !== 'device') return undefined
  const name = plan.options.get('watermark.device')
  const index = plan.schema.findIndex((column) => column.name === name)
  if (index < 0) {
    throw new MillraceError('E0210', `'watermark.device' names no column of \`${plan.table.name}\``, {
      place: plan.table.place,
      detail: [`columns: ${plan.schema.map((column) => column.name).join(', ')}`],
      hint: `with 'watermark.per' = 'device' say which column is the device: 'watermark.device' = '…'`,
    })
  }
  const time = new DeviceTime()
  context.deviceTimes.set(plan.table.path, time)
  return { keys: keySelector([index], plan.schema), time }
}

function windowAggregateOperator(plan: WindowAggregatePlan, context: PhysicalContext): PhysicalOperator {
  const schema = plan.input.schema
  const device = windowDevice(plan, context)
  const local = localOf(schema, plan.timeColumn, context)
  const create: OperatorFactory = (operator, out) =>
    windowAggregate({
      keys: plan.keys.length === 0 ? null : keySelector(plan.keys, schema),
      rowtime: plan.timeColumn,
      window: plan.window,
      program: compileAggregates(plan.aggregates, evaluationContext(operator, context)),
      windowColumns: plan.properties.map((property) => (property === 'rowtime' ? 'time' : property)),
      ...local,
      ...(device && { device }),
    })(operator, out)
  const keys = plan.keys.map((key) => `${schema[key]!.name} ${printType(schema[key]!.type)}`)
  const signature = JSON.stringify([
    'window',
    plan.window,
    keys,
    plan.aggregates.map(aggregateKey),
    local.local ? context.environment.timeZone : 'UTC',
  ])
  return { name: `window ${plan.window.kind}`, signature, create }
}

/** Where the source keeps time per device, a window must be grouped by that device, or it could never tell when it is complete. */
function windowDevice(plan: WindowAggregatePlan, context: PhysicalContext): DeviceRows | undefined {
  const watermark = watermarkBelow(plan.input)
  if (watermark === undefined || watermark.options.get('watermark.per') !== 'device') return undefined
  const time = context.deviceTimes.get(watermark.table.path)
  // Its watermark was refused already.
  if (time === undefined) return undefined
  const name = watermark.options.get('watermark.device')
  const column = plan.keys.find((key) => columnOrigin(plan.input, key) === name)
  if (column === undefined) {
    throw new MillraceError('E0213', `this window does not group by the device column \`${name}\``, {
      place: { ...watermark.table.place, ...(plan.span && { span: plan.span }) },
      detail: [`\`${watermark.table.name}\` has 'watermark.per' = 'device'`],
      hint: `add \`${name}\` to GROUP BY, or set 'watermark.per' = 'source'`,
    })
  }
  return { keys: keySelector([column], plan.input.schema), time }
}

/** The watermark that a window's time comes from, where only filters and projections lie between. */
function watermarkBelow(plan: LogicalPlan): WatermarkPlan | undefined {
  if (plan.kind === 'watermark') return plan
  return plan.kind === 'calc' || plan.kind === 'window-tvf' ? watermarkBelow(plan.input) : undefined
}

/** Name of the source column that a column is passed through from. */
function columnOrigin(plan: LogicalPlan, index: number): string | undefined {
  if (plan.kind === 'watermark') return plan.schema[index]?.name
  if (plan.kind === 'window-tvf') return columnOrigin(plan.input, index)
  if (plan.kind !== 'calc') return undefined
  const projection = plan.projections[index]
  return projection?.kind === 'column' ? columnOrigin(plan.input, projection.index) : undefined
}

function groupAggregateOperator(plan: GroupAggregatePlan, context: PhysicalContext): PhysicalOperator {
  const schema = plan.input.schema
  const retracts = changelogOf(plan.input).mode === 'updating'
  const create: OperatorFactory = (operator, out) => {
    const program = compileAggregates(plan.aggregates, evaluationContext(operator, context), { retract: retracts })
    return groupAggregate({
      keys: plan.keys.length === 0 ? null : keySelector(plan.keys, schema),
      program,
      countField: retracts ? 0 : null,
      updateBefore: plan.updateBefore,
    })(operator, out)
  }
  const keys = plan.keys.map((key) => `${schema[key]!.name} ${printType(schema[key]!.type)}`)
  return { name: 'group aggregate', signature: JSON.stringify(['group', keys, plan.aggregates.map(aggregateKey), retracts]), create }
}

function keySelector(columns: readonly number[], schema: Schema): KeySelector {
  const types = columns.map((column) => schema[column]!.type)
  return { arity: columns.length, keyOf: compileKey(columns, types), valuesOf: (row: Row) => columns.map((column) => row[column]) }
}

function localOf(schema: Schema, timeColumn: number, context: PhysicalContext): { local?: LocalTime } {
  if (schema[timeColumn]!.type.kind !== 'TIMESTAMP_LTZ') return {}
  const local = localTime(context.environment.timeZone)
  return local === undefined ? {} : { local }
}
