/**
 * EXPLAIN: the operators of a plan as a tree, the sink or query on top. Each line ends with the change kinds that leave the operator
 * (I insert, UB and UA the halves of an update, D delete); keys, watermark and state stand below it.
 *
 * ```
 * Sink(table=[minutely], columns=[device, n], mode=[append]) [I]
 * +- Calc(select=[device, $agg0 AS n]) [I]
 *    +- WindowAggregate(keys=[device], window=[TUMBLE(time=[ts], size=[1 min])], bounds=[start, end], select=[COUNT(*)]) [I]
 *       |  state: ≈ 104 B per key (2 panes), freed when the watermark passes the window's end
 *       +- Watermark(rowtime=[ts], watermark=[ts - 5 s]) [I]
 *          +- Scan(table=[telemetry], columns=[device, ts]) [I]
 * ```
 */
import type { WindowSpec } from '../../contract/window.js'
import { printChangelog } from '../logical/changelog.js'
import { upsertKeysOf } from '../logical/keys.js'
import { inputsOf, type LogicalPlan } from '../logical/plan.js'
import { printAggregate, printExpression, printMs } from '../logical/print-expression.js'
import { printType } from '../types/print.js'
import { stateOf } from './state-estimate.js'

/** The tree of a plan, several lines. */
export function explain(plan: LogicalPlan): string {
  return lines(plan, true, true).join('\n')
}

/** The same without change kinds, keys and state: what fixtures of rules compare. */
export function printPlan(plan: LogicalPlan): string {
  return lines(plan, true, false).join('\n')
}

/** @param updateBefore whether the consumer of the node sees −U */
function lines(plan: LogicalPlan, updateBefore: boolean, full: boolean): string[] {
  const inputs = inputsOf(plan)
  const own = plan.kind === 'group-aggregate' ? plan.updateBefore : updateBefore
  const changes = full && plan.kind !== 'sink' ? ` [${printChangelog(plan, own)}]` : ''
  const mark = inputs.length === 0 ? '   ' : '|  '
  const result = [`${describe(plan)}${changes}`, ...(full ? notes(plan).map((note) => `${mark}${note}`) : [])]
  inputs.forEach((input, i) => {
    const last = i === inputs.length - 1
    const [first, ...rest] = lines(input, seesUpdateBefore(plan, own), full)
    result.push(`+- ${first}`, ...rest.map((line) => `${last ? '   ' : '|  '}${line}`))
  })
  return result
}

function seesUpdateBefore(plan: LogicalPlan, updateBefore: boolean): boolean {
  if (plan.kind === 'sink') return plan.mode !== 'upsert'
  return plan.kind === 'group-aggregate' || plan.kind === 'window-aggregate'
    ? true
    : updateBefore || (plan.kind === 'calc' && plan.condition !== undefined)
}

function notes(plan: LogicalPlan): string[] {
  const state = stateOf(plan)
  const keys = plan.kind === 'group-aggregate' || plan.kind === 'window-aggregate' ? upsertKeysOf(plan) : []
  const key = keys[0]?.map((column) => plan.schema[column]?.name).join(', ')
  return [...(key === undefined || key === '' ? [] : [`key: ${key}`]), ...(state === undefined ? [] : [`state: ${state}`])]
}

function describe(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan': {
      const columns = plan.columns.filter(({ used }) => used).map(({ name }) => name)
      return `Scan(table=[${plan.table.name}], columns=[${columns.join(', ')}])`
    }
    case 'watermark':
      return `Watermark(rowtime=[${nameOf(plan, plan.column)}], watermark=[${printExpression(plan.expression)}])`
    case 'calc': {
      const select = plan.projections.map((expr, i) => named(printExpression(expr), plan.schema[i]?.name ?? ''))
      const where = plan.condition === undefined ? '' : `, where=[${printExpression(plan.condition)}]`
      return `Calc(select=[${select.join(', ')}]${where})`
    }
    case 'window-tvf':
      return `Window(window=[${printWindow(plan.window, nameOf(plan.input, plan.timeColumn))}])`
    case 'window-aggregate':
    case 'group-aggregate':
      return describeAggregate(plan)
    case 'union-all':
      return `UnionAll(columns=[${plan.schema.map(({ name }) => name).join(', ')}])`
    case 'values':
      return `Values(rows=[${plan.rows.map((row) => `(${row.map(printExpression).join(', ')})`).join(', ')}])`
    case 'sink':
      return `Sink(table=[${plan.table.name}], columns=[${plan.input.schema.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')}], mode=[${plan.mode}])`
  }
}

function describeAggregate(plan: Extract<LogicalPlan, { kind: 'window-aggregate' | 'group-aggregate' }>): string {
  const keys = `keys=[${plan.keys.map((key) => nameOf(plan.input, key)).join(', ')}]`
  const select = `select=[${plan.aggregates.map(printAggregate).join(', ')}]`
  if (plan.kind === 'group-aggregate') return `GroupAggregate(${keys}, ${select}, updates=[${plan.updateBefore ? 'UB,UA' : 'UA'}])`
  const window = `window=[${printWindow(plan.window, nameOf(plan.input, plan.timeColumn))}]`
  return `WindowAggregate(${keys}, ${window}, bounds=[${plan.properties.join(', ')}], ${select})`
}

function printWindow(window: WindowSpec, time: string): string {
  const slide = window.kind === 'hop' ? `, slide=[${printMs(window.slideMs)}]` : ''
  const offset = window.offsetMs === 0 ? '' : `, offset=[${printMs(window.offsetMs)}]`
  return `${window.kind.toUpperCase()}(time=[${time}], size=[${printMs(window.sizeMs)}]${slide}${offset})`
}

function nameOf(plan: LogicalPlan, column: number): string {
  return plan.schema[column]?.name ?? `$${column}`
}

function named(text: string, name: string): string {
  return text === name ? text : `${text} AS ${name}`
}
