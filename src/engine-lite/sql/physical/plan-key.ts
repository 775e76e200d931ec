/** Text that two plans share only if they compute the same thing: finds common parts of several INSERTs. */
import type { BoundAggregate, BoundCall, BoundExpr } from '../expr/bound.js'
import type { ResolvedFunction } from '../functions/definition.js'
import type { LogicalPlan } from '../logical/plan.js'
import { printType } from '../types/print.js'

export function planKey(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan':
      return `scan(${plan.table.path} ${JSON.stringify([...plan.options].sort())})`
    case 'calc':
      return `calc(${plan.condition ? expressionKey(plan.condition) : ''};${plan.projections.map((projection) => expressionKey(projection)).join()};${planKey(plan.input)})`
    case 'watermark':
      return `watermark(${plan.table.path} ${plan.column} ${JSON.stringify([...plan.options].sort())};${planKey(plan.input)})`
    case 'window-tvf':
      return `tvf(${JSON.stringify(plan.window)} ${plan.timeColumn};${planKey(plan.input)})`
    case 'window-aggregate': {
      const shape = JSON.stringify([plan.window, plan.timeColumn, plan.keys, plan.properties])
      return `window(${shape};${plan.aggregates.map((aggregate) => aggregateKey(aggregate)).join()};${planKey(plan.input)})`
    }
    case 'group-aggregate':
      return `group(${JSON.stringify(plan.keys)};${plan.aggregates.map((aggregate) => aggregateKey(aggregate)).join()};${planKey(plan.input)})`
    case 'union-all':
      return `union(${plan.inputs.map(planKey).join()})`
    case 'values':
      return `values(${plan.rows.map((row) => row.map((value) => expressionKey(value)).join()).join(';')})`
    case 'sink':
      return `sink(${plan.table.path};${planKey(plan.input)})`
  }
}

/** How a call is told from others of its name: by what it was resolved to, which holds what is no argument (the unit of EXTRACT). */
const resolvedCalls = new WeakMap<ResolvedFunction, number>()
let resolvedCount = 0

function identityOf(call: BoundCall): string {
  let id = resolvedCalls.get(call.resolved)
  if (id === undefined) {
    id = resolvedCount++
    resolvedCalls.set(call.resolved, id)
  }
  return `@${id}`
}

/** Equal for the same bound expression; two bindings of one text may differ. */
function expressionKey(expression: BoundExpr): string {
  return expressionText(expression, identityOf)
}

/** An expression as text, the same after every restart. */
function expressionText(expression: BoundExpr, tell: (call: BoundCall) => string = () => ''): string {
  const text = (part: BoundExpr) => expressionText(part, tell)
  switch (expression.kind) {
    case 'column':
      return `$${expression.index}`
    case 'literal':
      return `${valueKey(expression.value)}:${printType(expression.type)}`
    case 'cast':
      return `${expression.safe ? 'try_cast' : 'cast'}(${text(expression.operand)}:${printType(expression.type)})`
    case 'case': {
      const whens = expression.whens.map(({ when, then }) => `${text(when)}?${text(then)}`)
      return `case(${whens.join()}:${text(expression.otherwise)})`
    }
    case 'call':
      return `${expression.fn.name}${tell(expression)}(${expression.args.map(text).join()}):${printType(expression.type)}`
  }
}

function aggregateKey(aggregate: BoundAggregate, text = expressionKey): string {
  const filter = aggregate.filter === undefined ? '' : `|${text(aggregate.filter)}`
  const marks = `${aggregate.distinct ? '!' : ''}${aggregate.keepsNulls ? '?' : ''}`
  return `${aggregate.name}${marks}(${aggregate.args.map((arg) => text(arg)).join()}${filter})`
}

/** An aggregate call as text, the same after every restart: part of the signature of its state. */
export function aggregateSignature(aggregate: BoundAggregate): string {
  return aggregateKey(aggregate, expressionText)
}

function valueKey(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${valueKey(k)}=${valueKey(v)}`).join()}}`
  if (Array.isArray(value)) return `[${value.map(valueKey).join()}]`
  return JSON.stringify(value) ?? 'undefined'
}
