/** May this query's changes go into that sink? Source: Flink's FlinkChangelogModeInferenceProgram and StreamPhysicalSink. */
import type { Span } from '../../contract/errors/index.js'
import type { BoundExpr } from '../expr/bound.js'
import { childrenOf, isDeterministic } from '../expr/traverse.js'
import { changelogOf } from '../logical/changelog.js'
import { upsertKeysOf } from '../logical/keys.js'
import { inputsOf, type LogicalPlan, type SinkPlan } from '../logical/plan.js'
import { fail, notBuilt } from './context.js'

/** @throws MillraceError E0303 for an append-only sink, E0301 where the sink would have to order changes of another key */
export function checkChanges(sink: SinkPlan, span: Span): void {
  const { mode, updates } = changelogOf(sink.input)
  if (mode === 'append') return
  if (sink.mode === 'append' || (sink.mode === 'upsert' && sink.primaryKey.length === 0)) refuseUpdates(sink, span)
  if (sink.mode === 'upsert' && updates && !keysFit(sink)) {
    notBuilt('a sink whose PRIMARY KEY is not the key of the query', span, `group by exactly ${sink.table.primaryKey.join(', ')}`)
  }
}

function refuseUpdates(sink: SinkPlan, span: Span): never {
  const needsKey = sink.mode === 'upsert'
  return fail('E0303', `the query updates its results, and \`${sink.table.name}\` takes only new rows`, span, {
    detail: reasons(sink.input),
    hint: needsKey
      ? 'declare a PRIMARY KEY … NOT ENFORCED in the table'
      : 'group by a window, or use a sink that takes updates, such as upsert-kafka with a PRIMARY KEY',
  })
}

/** Which parts of the plan update. */
function reasons(plan: LogicalPlan): string[] {
  if (plan.kind === 'scan') return plan.changes === 'append' ? [] : [`\`${plan.table.name}\` is a changelog`]
  const below = inputsOf(plan).flatMap(reasons)
  if (plan.kind !== 'group-aggregate') return below
  const keys = plan.keys.map((key) => plan.input.schema[key]?.name).join(', ')
  return [
    keys === '' ? 'an aggregate without GROUP BY updates with every row' : `GROUP BY ${keys} without a window updates its groups`,
    ...below,
  ]
}

/**
 * The changes of one key reach the sink in order only if its PRIMARY KEY holds the query's key and beside it only what never changes
 * within that key: constants.
 */
function keysFit(sink: SinkPlan): boolean {
  const primary = sink.primaryKey
  return upsertKeysOf(sink.input).some((key) => {
    if (!key.every((column) => primary.includes(column))) return false
    return primary.every((column) => key.includes(column) || isConstant(sink.input, column))
  })
}

function isConstant(plan: LogicalPlan, column: number): boolean {
  const expr = plan.kind === 'calc' ? plan.projections[column] : undefined
  return plan.kind === 'calc' && expr !== undefined && isConstantExpr(expr, plan.input)
}

function isConstantExpr(expr: BoundExpr, input: LogicalPlan): boolean {
  if (expr.kind === 'column') return isConstant(input, expr.index)
  return isDeterministic(expr) && childrenOf(expr).every((operand) => isConstantExpr(operand, input))
}
