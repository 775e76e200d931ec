/** Questions about a bound tree. */
import { printType } from '../types/print.js'
import type { BoundExpr } from './bound.js'

/** The direct children of a node. */
export function childrenOf(expr: BoundExpr): readonly BoundExpr[] {
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

/** True where both are the same column, or operators and casts over the same columns. Other calls carry more than their arguments. */
export function isSame(a: BoundExpr, b: BoundExpr): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'column') return a.index === (b as typeof a).index
  if (a.kind === 'literal') return Object.is(a.value, (b as typeof a).value) && printType(a.type) === printType(b.type)
  if (a.kind === 'call' && (a.fn !== (b as typeof a).fn || /^[A-Z]\w*$/.test(a.fn.name))) return false
  if (a.kind === 'case') return false
  if (a.kind === 'cast' && (a.safe !== (b as typeof a).safe || printType(a.type) !== printType(b.type))) return false
  const [left, right] = [childrenOf(a), childrenOf(b)]
  return left.length === right.length && left.every((child, i) => isSame(child, right[i]!))
}

/** False where evaluating it twice may give two values (RAND, NOW). */
export function isDeterministic(expr: BoundExpr): boolean {
  return (expr.kind !== 'call' || expr.fn.deterministic) && childrenOf(expr).every(isDeterministic)
}

/** Positions of the row that it reads. */
export function columnsOf(expr: BoundExpr, into: Set<number> = new Set()): Set<number> {
  if (expr.kind === 'column') into.add(expr.index)
  for (const child of childrenOf(expr)) columnsOf(child, into)
  return into
}
