/** The failure of a row whose NOT NULL result turned out NULL: a DECIMAL that overflowed, a function without a value for its arguments. */
import { MillraceError } from '../../contract/errors/index.js'
import type { BoundColumn, BoundExpr } from '../expr/bound.js'
import { printType } from '../types/print.js'

/** Throws R0101 when called. */
export function missingValue({ type }: BoundExpr): () => never {
  return () => {
    throw new MillraceError('R0101', `a value is NULL where ${printType(type)} must come out`, {
      hint: 'the value does not fit; TRY_CAST or a wider type avoids it',
    })
  }
}

/** The failure of a row that holds NULL in a column declared NOT NULL. Throws R0101 when called. */
export function missingColumn({ name }: BoundColumn): () => never {
  return () => {
    throw new MillraceError('R0101', `column \`${name}\` is NOT NULL and holds NULL`, {
      hint: 'declare the column without NOT NULL, or filter at its source',
    })
  }
}
