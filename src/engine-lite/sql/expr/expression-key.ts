/**
 * Meaning as text: equal for expressions that compute the same, the same after every restart. GROUP BY finds its items in SELECT by it, common
 * parts of plans are found by it, and it is part of the signature of saved state.
 */
import { printType } from '../types/print.js'
import type { BoundAggregate, BoundExpr } from './bound.js'

/** A call that differs every time (RAND) equals only itself, by its place in the text. */
export function expressionKey(expr: BoundExpr): string {
  switch (expr.kind) {
    case 'column':
      return `$${expr.index}`
    case 'literal':
      return `${valueKey(expr.value)}:${printType(expr.type)}`
    case 'cast':
      return `${expr.safe ? 'try_cast' : 'cast'}(${expressionKey(expr.operand)}:${printType(expr.type)})`
    case 'case': {
      const whens = expr.whens.map(({ when, then }) => `${expressionKey(when)}?${expressionKey(then)}`)
      return `case(${whens.join()}:${expressionKey(expr.otherwise)})`
    }
    case 'call': {
      const once = expr.fn.deterministic ? '' : JSON.stringify(expr.span ?? null)
      return `${expr.fn.name}${once}[${expr.variant}](${expr.args.map(expressionKey).join()}):${printType(expr.type)}`
    }
  }
}

export function aggregateKey(aggregate: BoundAggregate): string {
  const marks = `${aggregate.distinct ? '!' : ''}${aggregate.keepsNulls ? '?' : ''}`
  const filter = aggregate.filter === undefined ? '' : `|${expressionKey(aggregate.filter)}`
  return `${aggregate.name}${marks}(${aggregate.args.map(expressionKey).join()}${filter}):${printType(aggregate.type)}`
}

/** An internal value as text: different values, different texts. */
export function valueKey(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${valueKey(k)}=${valueKey(v)}`).join()}}`
  if (Array.isArray(value)) return `[${value.map(valueKey).join()}]`
  return JSON.stringify(value) ?? 'undefined'
}
