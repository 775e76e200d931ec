/** Rewriting and comparing bound expressions. */
import type { BoundAggregate, BoundColumn, BoundExpr } from '../expr/bound.js'
import { caseBranch } from '../expr/case-branch.js'
import { printType } from '../types/print.js'

/** The operands of a node, in order. */
export function operandsOf(expr: BoundExpr): readonly BoundExpr[] {
  switch (expr.kind) {
    case 'column':
    case 'literal':
      return []
    case 'cast':
      return [expr.operand]
    case 'call':
      return expr.args
    case 'case':
      return [...expr.whens.flatMap(({ when, then }) => [when, then]), expr.otherwise]
  }
}

/** The expression with `replace` applied from the top: where it gives a node, that one stands, else the operands are looked at. */
export function rewrite(expr: BoundExpr, replace: (node: BoundExpr) => BoundExpr | undefined): BoundExpr {
  const replaced = replace(expr)
  if (replaced !== undefined) return replaced
  switch (expr.kind) {
    case 'column':
    case 'literal':
      return expr
    case 'cast':
      return { ...expr, operand: rewrite(expr.operand, replace) }
    case 'call':
      return { ...expr, args: expr.args.map((arg) => rewrite(arg, replace)) }
    case 'case':
      return {
        ...expr,
        whens: expr.whens.map(({ when, then }) => caseBranch(rewrite(when, replace), rewrite(then, replace))),
        otherwise: rewrite(expr.otherwise, replace),
      }
  }
}

/** The expression over another row: `position` says where each column is now. */
export function moveColumns(expr: BoundExpr, position: (column: BoundColumn) => number): BoundExpr {
  return rewrite(expr, (node) => (node.kind === 'column' ? { ...node, index: position(node) } : undefined))
}

/** The aggregate over another input row. */
export function moveAggregate(aggregate: BoundAggregate, position: (column: BoundColumn) => number): BoundAggregate {
  const args = aggregate.args.map((arg) => moveColumns(arg, position))
  return aggregate.filter === undefined ? { ...aggregate, args } : { ...aggregate, args, filter: moveColumns(aggregate.filter, position) }
}

/** Adds the positions of all columns that an expression reads. */
export function collectColumns(expr: BoundExpr, into: Set<number>): void {
  if (expr.kind === 'column') into.add(expr.index)
  else for (const operand of operandsOf(expr)) collectColumns(operand, into)
}

export function collectAggregateColumns(aggregate: BoundAggregate, into: Set<number>): void {
  for (const arg of aggregate.args) collectColumns(arg, into)
  if (aggregate.filter !== undefined) collectColumns(aggregate.filter, into)
}

/** False where the value differs from call to call (RAND, NOW). */
export function isDeterministic(expr: BoundExpr): boolean {
  if (expr.kind === 'call' && !expr.fn.deterministic) return false
  return operandsOf(expr).every(isDeterministic)
}

/** Equal for expressions that mean the same; a call that differs every time equals only itself, by its place in the text. */
export function expressionKey(expr: BoundExpr): string {
  const operands = operandsOf(expr).map(expressionKey).join(',')
  switch (expr.kind) {
    case 'column':
      return `$${expr.index}`
    case 'literal':
      return `${literalKey(expr.value)}:${printType(expr.type)}`
    case 'cast':
      return `${expr.safe ? 'try_cast' : 'cast'}(${operands}:${printType(expr.type)})`
    case 'case':
      return `case(${operands})`
    case 'call':
      return `${expr.fn.name}${expr.fn.deterministic ? '' : JSON.stringify(expr.span)}(${operands}):${printType(expr.type)}`
  }
}

export function aggregateKey(aggregate: BoundAggregate): string {
  const filter = aggregate.filter === undefined ? '' : ` filter ${expressionKey(aggregate.filter)}`
  return `${aggregate.name}(${aggregate.distinct ? 'distinct ' : ''}${aggregate.args.map(expressionKey).join(',')})${filter}`
}

function literalKey(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${literalKey(key)}=${literalKey(item)}`).join(',')}}`
  if (Array.isArray(value)) return `[${value.map(literalKey).join(',')}]`
  return Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? 'undefined')
}

/** A column of a row, by position. */
export function columnExpr(schema: readonly { readonly name: string; readonly type: BoundExpr['type'] }[], index: number): BoundColumn {
  const { name, type } = schema[index] as (typeof schema)[number]
  return { kind: 'column', index, name, type }
}
