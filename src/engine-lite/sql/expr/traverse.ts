/** Questions about a bound tree. */
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
