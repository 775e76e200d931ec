/** Settings that would change a statement's results in a way that is not built: the statement is refused rather than wrong. */
import { MillraceError } from '../../contract/errors/index.js'
import { inputsOf, type LogicalPlan } from '../logical/plan.js'
import type { Settings } from './settings.js'

/** @throws MillraceError E0301 naming the setting */
export function refuseUnbuiltSettings(settings: Settings, plan: LogicalPlan): void {
  const refuse = (key: string) => {
    throw new MillraceError('E0301', `'${key}' = '${settings.get(key)}' is valid in Flink and not built yet for this statement`, {
      hint: `RESET '${key}'`,
    })
  }
  if (settings.get('execution.runtime-mode').toLowerCase() === 'batch') refuse('execution.runtime-mode')
  if (plan.kind === 'sink') {
    for (const key of ['table.exec.sink.type-length-enforcer', 'table.exec.sink.nested-constraint-enforcer']) {
      if (settings.get(key).toLowerCase() !== 'ignore') refuse(key)
    }
  }
  if (anyNode(plan, (node) => node.kind === 'group-aggregate')) {
    if (settings.durationMs('table.exec.state.ttl') > 0) refuse('table.exec.state.ttl')
    const splits = settings.get('table.optimizer.distinct-agg.split.enabled') === 'true'
    const isDistinct = (node: LogicalPlan) => node.kind === 'group-aggregate' && node.aggregates.some(({ distinct }) => distinct)
    if (splits && anyNode(plan, isDistinct)) refuse('table.optimizer.distinct-agg.split.enabled')
  }
}

function anyNode(plan: LogicalPlan, test: (node: LogicalPlan) => boolean): boolean {
  return test(plan) || inputsOf(plan).some((input) => anyNode(input, test))
}
