/** Text that two plans share if and only if they compute the same thing: finds common parts of several INSERTs. */
import type { BoundAggregate, BoundExpr } from '../expr/bound.js'
import type { LogicalPlan } from '../logical/plan.js'
import { printType } from '../types/print.js'

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

/** Meaning of an expression as text. A call that differs every time (RAND) equals only itself, so its place is part of the text. */
export function expressionKey(expression: BoundExpr): string {
  switch (expression.kind) {
    case 'column':
      return `$${expression.index}`
    case 'literal':
      return `${valueKey(expression.value)}:${printType(expression.type)}`
    case 'cast':
      return `${expression.safe ? 'try_cast' : 'cast'}(${expressionKey(expression.operand)}:${printType(expression.type)})`
    case 'case': {
      const whens = expression.whens.map(({ when, then }) => `${expressionKey(when)}?${expressionKey(then)}`)
      return `case(${whens.join()}:${expressionKey(expression.otherwise)})`
    }
    case 'call': {
      const once = expression.fn.deterministic ? '' : `@${JSON.stringify(expression.span ?? null)}`
      return `${expression.fn.name}${once}(${expression.args.map(expressionKey).join()}):${printType(expression.type)}`
    }
  }
}

/** Meaning of an aggregate call as text; also part of the signature of its state. */
export function aggregateKey(aggregate: BoundAggregate): string {
  const filter = aggregate.filter === undefined ? '' : `|${expressionKey(aggregate.filter)}`
  return `${aggregate.name}${aggregate.distinct ? '!' : ''}(${aggregate.args.map(expressionKey).join()}${filter})`
}

function valueKey(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${valueKey(k)}=${valueKey(v)}`).join()}}`
  if (Array.isArray(value)) return `[${value.map(valueKey).join()}]`
  return JSON.stringify(value) ?? 'undefined'
}
