/** A branch of CASE. */
import type { BoundExpr } from './bound.js'

export interface CaseBranch {
  readonly when: BoundExpr
  readonly then: BoundExpr
}

/** `WHEN when THEN result`. */
export function caseBranch(when: BoundExpr, result: BoundExpr): CaseBranch {
  // biome-ignore lint/suspicious/noThenProperty: the parts of CASE are named after its keywords; a branch is never awaited
  return { when, then: result }
}
