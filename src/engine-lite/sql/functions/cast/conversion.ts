/** The one place that knows how a value of one type becomes one of another. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { LogicalType } from '../../../contract/type.js'
import { sameShape } from '../../types/predicate.js'
import { printType } from '../../types/print.js'
import type { EvaluationContext } from '../definition.js'
import { binaryConversion } from './binary.js'
import { constructedConversion } from './constructed.js'
import { type Conversion, IDENTITY, pure } from './definition.js'
import { textConversion } from './from-text.js'
import { numericConversion } from './numeric.js'
import { temporalConversion } from './temporal.js'
import { toTextConversion } from './to-text.js'

const RULES = [textConversion, binaryConversion, numericConversion, temporalConversion, toTextConversion]

/**
 * The conversion of CAST from one type to another; the binder has checked with `isExplicitCast` that the pair is legal. Throws E0301
 * for a legal pair that is not there.
 */
export function conversion(from: LogicalType, to: LogicalType): Conversion {
  if (from.kind === 'NULL') return pure(() => null)
  if (sameShape(from, to)) return IDENTITY
  const constructed = constructedConversion(from, to, conversion)
  if (constructed !== undefined) return constructed
  for (const rule of RULES) {
    const found = rule(from, to)
    if (found !== undefined) return found
  }
  throw new MillraceError('E0301', `CAST from ${printType(from)} to ${printType(to)} is not built yet`)
}

/** The same for TRY_CAST: NULL where CAST fails. */
export function tryConversion(from: LogicalType, to: LogicalType): Conversion {
  const strict = conversion(from, to)
  if (strict === IDENTITY) return strict
  const convert = strict.convert as (value: unknown, context: EvaluationContext) => unknown
  return {
    needsContext: strict.needsContext,
    mayReturnNull: true,
    convert: (value: unknown, context: EvaluationContext) => {
      try {
        return convert(value, context)
      } catch (error) {
        if (error instanceof MillraceError && error.code === 'R0101') return null
        throw error
      }
    },
  }
}
