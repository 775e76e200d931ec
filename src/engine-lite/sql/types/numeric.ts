/**
 * Result types of arithmetic, as Flink derives them (its `LogicalTypeMerging` and Calcite's least restrictive type): DECIMAL
 * precision and scale, which side wins between FLOAT and DOUBLE, what SUM and AVG give.
 */
import type { LogicalType } from '../../contract/type.js'
import { BIGINT, DECIMAL_PRECISION_MAX, DOUBLE, decimal, INT, SMALLINT, TINYINT, withNullability } from './make.js'
import { isApproximate, isExact, isInteger, isNumeric } from './predicate.js'

/** Digits that a division and a rescaled product keep after the point at least. */
const SCALE_MIN = 6

const INTEGER_DIGITS: Readonly<Record<string, number>> = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19 }
const INTEGER_RANK: Readonly<Record<string, number>> = { TINYINT: 0, SMALLINT: 1, INTEGER: 2, BIGINT: 3 }
const INTEGERS: readonly LogicalType[] = [TINYINT, SMALLINT, INT, BIGINT]

export interface Digits {
  readonly precision: number
  readonly scale: number
}

/** Precision and scale of an exact number as a DECIMAL: INT has DECIMAL(10, 0). */
export function digitsOf(type: LogicalType): Digits {
  if (type.kind === 'DECIMAL') return { precision: type.precision, scale: type.scale }
  return { precision: INTEGER_DIGITS[type.kind] ?? DECIMAL_PRECISION_MAX, scale: 0 }
}

/** The DECIMAL that holds every value of an exact type. */
export function asDecimal(type: LogicalType): LogicalType {
  const { precision, scale } = digitsOf(type)
  return decimal(precision, scale, type.nullable)
}

/** Cuts the scale (to 6 at least) where more than 38 digits would be needed. */
function adjusted(precision: number, scale: number): Digits {
  if (precision <= DECIMAL_PRECISION_MAX) return { precision, scale }
  const whole = precision - scale
  return { precision: DECIMAL_PRECISION_MAX, scale: Math.max(DECIMAL_PRECISION_MAX - whole, Math.min(scale, SCALE_MIN)) }
}

function decimalResult(operator: string, a: Digits, b: Digits): Digits {
  switch (operator) {
    case '*':
      return adjusted(a.precision + b.precision + 1, a.scale + b.scale)
    case '/': {
      const scale = Math.max(SCALE_MIN, a.scale + b.precision + 1)
      return adjusted(a.precision - a.scale + b.scale + scale, scale)
    }
    case '%': {
      const scale = Math.max(a.scale, b.scale)
      return adjusted(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale)
    }
    default: {
      const scale = Math.max(a.scale, b.scale)
      return adjusted(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale)
    }
  }
}

/**
 * Type of `a operator b` for two numbers, operator one of `+ - * / %`.
 *
 * @example
 * arithmeticType('/', INT, decimal(2, 1)) // DECIMAL(17, 6)
 * arithmeticType('+', FLOAT, DOUBLE) // FLOAT: the left side wins
 */
export function arithmeticType(operator: string, a: LogicalType, b: LogicalType): LogicalType {
  const isNullable = a.nullable || b.nullable
  if (isExact(a) && isExact(b)) {
    if (a.kind === 'DECIMAL' || b.kind === 'DECIMAL') {
      const { precision, scale } = decimalResult(operator, digitsOf(a), digitsOf(b))
      return decimal(precision, scale, isNullable)
    }
    if (operator === '%') return withNullability(b, isNullable)
  }
  return withNullability(commonNumeric(a, b), isNullable)
}

/** The type two numbers are brought to where they meet (comparison, CASE, UNION). FLOAT and DOUBLE: the first wins. Nullability of `a`. */
export function commonNumeric(a: LogicalType, b: LogicalType): LogicalType {
  if (isApproximate(a)) return isApproximate(b) || isInteger(b) ? a : withNullability(DOUBLE, a.nullable)
  if (isApproximate(b)) return withNullability(a.kind === 'DECIMAL' ? DOUBLE : b, a.nullable)
  if (isInteger(a) && isInteger(b)) {
    return withNullability(INTEGERS[Math.max(INTEGER_RANK[a.kind]!, INTEGER_RANK[b.kind]!)]!, a.nullable)
  }
  const left = digitsOf(a)
  const right = digitsOf(b)
  const scale = Math.max(left.scale, right.scale)
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale)
  const precision = Math.min(whole + scale, DECIMAL_PRECISION_MAX)
  return decimal(precision, Math.min(scale, Math.max(0, DECIMAL_PRECISION_MAX - whole)), a.nullable)
}

/** ROUND and TRUNCATE of a DECIMAL to a constant number of digits. */
export function roundType(type: Digits, digits: number): Digits {
  if (digits >= type.scale) return type
  const whole = 1 + type.precision - type.scale
  return digits < 0
    ? { precision: Math.min(DECIMAL_PRECISION_MAX, whole), scale: 0 }
    : { precision: Math.min(DECIMAL_PRECISION_MAX, whole + digits), scale: digits }
}

/** SUM keeps the type; DECIMAL(p, s) becomes DECIMAL(38, s). */
export function sumType(type: LogicalType): LogicalType {
  return type.kind === 'DECIMAL' ? decimal(DECIMAL_PRECISION_MAX, type.scale, type.nullable) : type
}

/** AVG keeps the type (INT truncates); DECIMAL(p, s) becomes DECIMAL(38, max(6, s)). */
export function averageType(type: LogicalType): LogicalType {
  return type.kind === 'DECIMAL' ? decimal(DECIMAL_PRECISION_MAX, Math.max(type.scale, SCALE_MIN), type.nullable) : type
}

export { isNumeric }
