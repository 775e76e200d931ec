/** Rewriting bound expressions. */
import type { BoundAggregate, BoundColumn, BoundExpr } from '../expr/bound.js'
import { caseBranch } from '../expr/case-branch.js'
import { columnsOf } from '../expr/traverse.js'

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

export function collectAggregateColumns(aggregate: BoundAggregate, into: Set<number>): void {
  for (const arg of aggregate.args) columnsOf(arg, into)
  if (aggregate.filter !== undefined) columnsOf(aggregate.filter, into)
}

/** A column of a row, by position. */
export function columnExpr(schema: readonly { readonly name: string; readonly type: BoundExpr['type'] }[], index: number): BoundColumn {
  const { name, type } = schema[index] as (typeof schema)[number]
  return { kind: 'column', index, name, type }
}
