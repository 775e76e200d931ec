/** Casts between numbers and BOOLEAN. Integers wrap when narrowed, DOUBLE saturates as Java's `(int)` and `(long)`, DECIMAL is cut toward zero. */
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { digitsOf } from '../../types/numeric.js'
import { isApproximate, isNumeric } from '../../types/predicate.js'
import { castDecimal, decimalFromDouble, doubleFromDecimal, rescaleDown } from '../../values/decimal.js'
import { intFromDouble, intFromLong, longFromDouble, wrapLong } from '../../values/integral.js'
import { type Conversion, type ConversionRule, IDENTITY, pure, pureNullable } from './definition.js'
import { castFailed } from './row-error.js'

export const numericConversion: ConversionRule = (from, to) => {
  if (from.kind === 'BOOLEAN' && to.kind === 'BOOLEAN') return IDENTITY
  if (from.kind === 'BOOLEAN' && isNumeric(to)) return fromBoolean(to)
  if (!isNumeric(from)) return undefined
  if (to.kind === 'BOOLEAN')
    return pure(
      (value: number) => value !== 0,
      (value) => `${value} !== 0`,
    )
  if (!isNumeric(to)) return undefined
  if (to.kind === 'DECIMAL') return toDecimal(from, to)
  if (from.kind === 'DECIMAL') return fromDecimal(from.scale, to)
  if (to.kind === 'DOUBLE') return toDouble(from)
  if (to.kind === 'FLOAT')
    return pure(
      (value: Integral) => Math.fround(Number(value)),
      (value, bind) => `${bind(Math.fround)}(${from.kind === 'BIGINT' ? `Number(${value})` : value})`,
    )
  return isApproximate(from) ? fromDouble(to) : betweenIntegers(from, to)
}

function fromBoolean(to: LogicalType): Conversion {
  const one = to.kind === 'DECIMAL' ? castDecimal(1, 0, to.precision, to.scale) : 1
  return to.kind === 'DECIMAL' ? pureNullable((value: boolean) => (value ? one : 0)) : pure((value: boolean) => (value ? 1 : 0))
}

function toDouble(from: LogicalType): Conversion {
  return from.kind === 'BIGINT'
    ? pure(
        (value: Integral) => Number(value),
        (value) => `Number(${value})`,
      )
    : IDENTITY
}

function toDecimal(from: LogicalType, to: LogicalType & { kind: 'DECIMAL' }): Conversion {
  const { precision, scale } = to
  if (isApproximate(from)) {
    return pureNullable((value: number) => {
      const result = decimalFromDouble(value, precision, scale)
      if (result === undefined) throw castFailed(value, to)
      return result
    })
  }
  const digits = digitsOf(from)
  const convert = (value: Integral) => castDecimal(value, digits.scale, precision, scale)
  const fits = digits.precision - digits.scale <= precision - scale && digits.scale <= scale
  if (!fits) return pureNullable(convert)
  return digits.scale === scale ? IDENTITY : pure(convert)
}

function fromDecimal(scale: number, to: LogicalType): Conversion {
  switch (to.kind) {
    case 'DOUBLE':
      return pure((value: Integral) => doubleFromDecimal(value, scale))
    case 'FLOAT':
      return pure((value: Integral) => Math.fround(doubleFromDecimal(value, scale)))
    case 'BIGINT':
      return pure((value: Integral) => wrapLong(BigInt(rescaleDown(value, scale, 0))))
    default: {
      const narrow = narrowInt(to.kind)
      return pure((value: Integral) => narrow(intFromLong(rescaleDown(value, scale, 0))))
    }
  }
}

function fromDouble(to: LogicalType): Conversion {
  if (to.kind === 'BIGINT') return pure(longFromDouble, (value, bind) => `${bind(longFromDouble)}(${value})`)
  const narrow = narrowInt(to.kind)
  return pure((value: number) => narrow(intFromDouble(value)))
}

function betweenIntegers(from: LogicalType, to: LogicalType): Conversion {
  const widths = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 } as const
  const source = widths[from.kind as keyof typeof widths]
  const target = widths[to.kind as keyof typeof widths]
  if (target >= source) return IDENTITY
  const narrow = narrowInt(to.kind)
  if (from.kind === 'BIGINT') return pure((value: Integral) => narrow(intFromLong(value)))
  return pure(narrow)
}

/** Java's `(byte) int` and `(short) int`. */
function narrowInt(kind: string): (value: number) => number {
  if (kind === 'TINYINT') return (value) => (value << 24) >> 24
  if (kind === 'SMALLINT') return (value) => (value << 16) >> 16
  return (value) => value
}
