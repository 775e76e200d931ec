/** Bound expressions as SQL-like text for EXPLAIN: column names, operators between their operands, functions by name. */
import type { BoundAggregate, BoundExpr } from '../expr/bound.js'
import { printType } from '../types/print.js'
import { valuePrinter } from '../values/print-value.js'

const INFIX = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '||',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'AND',
  'OR',
  'LIKE',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
])
/** Where a constant of one of these types is printed in quotes after its type. */
const QUOTED = new Set(['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_LTZ'])

export function printExpression(expr: BoundExpr): string {
  switch (expr.kind) {
    case 'column':
      return expr.name
    case 'literal':
      return printLiteral(expr)
    case 'cast':
      return `${expr.safe ? 'TRY_CAST' : 'CAST'}(${printExpression(expr.operand)} AS ${printType({ ...expr.type, nullable: true })})`
    case 'case': {
      const whens = expr.whens.map(({ when, then }) => `WHEN ${printExpression(when)} THEN ${printExpression(then)}`)
      return `CASE ${whens.join(' ')} ELSE ${printExpression(expr.otherwise)} END`
    }
    case 'call':
      return printCall(expr.fn.name, expr.args)
  }
}

function printCall(name: string, args: readonly BoundExpr[]): string {
  const [first, second] = args
  if (INFIX.has(name) && first !== undefined && second !== undefined && args.length === 2)
    return `${operand(first)} ${name} ${operand(second)}`
  if (name.startsWith('IS ') && first !== undefined && args.length === 1) return `${operand(first)} ${name}`
  if (name === 'NOT' && first !== undefined) return `NOT ${operand(first)}`
  if (name === 'NEGATE' && first !== undefined) return `-${operand(first)}`
  return `${name}(${args.map(printExpression).join(', ')})`
}

/** Operators inside operators stand in parentheses. */
function operand(expr: BoundExpr): string {
  const text = printExpression(expr)
  return expr.kind === 'call' && (INFIX.has(expr.fn.name) || expr.fn.name.startsWith('IS ')) ? `(${text})` : text
}

function printLiteral({ type, value }: Extract<BoundExpr, { kind: 'literal' }>): string {
  if (value === null) return 'NULL'
  if (type.kind === 'INTERVAL_DAY_TIME') return `${printMs(Number(value))}`
  const printer = valuePrinter(type)
  const text = printer.needsZone ? String(value) : printer.print(value, undefined)
  if (type.kind === 'CHAR' || type.kind === 'VARCHAR') return `'${text.replaceAll("'", "''")}'`
  return QUOTED.has(type.kind) ? `${type.kind} '${text}'` : text
}

/** `COUNT(DISTINCT a) FILTER (WHERE c)`. */
export function printAggregate(aggregate: BoundAggregate): string {
  const args = aggregate.args.length === 0 ? '*' : aggregate.args.map(printExpression).join(', ')
  const filter = aggregate.filter === undefined ? '' : ` FILTER (WHERE ${printExpression(aggregate.filter)})`
  return `${aggregate.name}(${aggregate.distinct ? 'DISTINCT ' : ''}${args})${filter}`
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** `5 s`, `1 min 30 s`, `250 ms`. */
export function printMs(ms: number): string {
  if (ms === 0) return '0 s'
  const parts: string[] = []
  let rest = Math.abs(ms)
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count} ${unit}`)
    rest -= count * size
  }
  if (rest > 0) parts.push(`${rest} ms`)
  return `${ms < 0 ? '-' : ''}${parts.join(' ')}`
}
