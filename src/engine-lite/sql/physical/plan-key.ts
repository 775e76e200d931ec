/** Text that two plans share only if they compute the same thing: finds common parts of several INSERTs. */
import { aggregateKey, expressionKey } from '../expr/expression-key.js'
import type { LogicalPlan } from '../logical/plan.js'

export function planKey(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan':
      return `scan(${plan.table.path} ${JSON.stringify([...plan.options].sort())})`
    case 'calc':
      return `calc(${plan.condition ? expressionKey(plan.condition) : ''};${plan.projections.map(expressionKey).join()};${planKey(plan.input)})`
    case 'watermark':
      return `watermark(${plan.table.path} ${plan.column} ${JSON.stringify([...plan.options].sort())};${planKey(plan.input)})`
    case 'window-tvf':
      return `tvf(${JSON.stringify(plan.window)} ${plan.timeColumn};${planKey(plan.input)})`
    case 'window-aggregate': {
      const shape = JSON.stringify([plan.window, plan.timeColumn, plan.keys, plan.properties])
      return `window(${shape};${plan.aggregates.map(aggregateKey).join()};${planKey(plan.input)})`
    }
    case 'group-aggregate':
      return `group(${JSON.stringify(plan.keys)};${plan.aggregates.map(aggregateKey).join()};${planKey(plan.input)})`
    case 'union-all':
      return `union(${plan.inputs.map(planKey).join()})`
    case 'values':
      return `values(${plan.rows.map((row) => row.map(expressionKey).join()).join(';')})`
    case 'sink':
      return `sink(${plan.table.path};${planKey(plan.input)})`
  }
}
