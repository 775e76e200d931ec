/**
 * `+ − * / %` and the signs, on numbers. Integers wrap around, FLOAT is rounded to single precision after every step, DECIMAL beyond its
 * digits is NULL, integer division by zero fails the row, DOUBLE gives Infinity or NaN (Flink's code generation on Java's primitives).
 */
import { MillraceError } from '../../contract/errors/index.js'
import type { Integral } from '../../contract/row.js'
import type { LogicalType } from '../../contract/type.js'
import { withNullability } from '../types/make.js'
import { arithmeticType, asDecimal } from '../types/numeric.js'
import { isApproximate, isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { addDecimal, divideDecimal, multiplyDecimal, negateUnscaled, remainderDecimal, subtractDecimal } from '../values/decimal.js'
import { addLong, divideInt, divideLong, multiplyLong, negateLong, remainderInt, remainderLong, subtractLong } from '../values/integral.js'
import { resolved } from './define.js'
import type { ArgumentInfo, DirectFunction, ResolvedFunction, ScalarFunction } from './definition.js'
import { resolveTemporalArithmetic } from './temporal/arithmetic.js'

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

const LONG: Readonly<Record<ArithmeticOperator, (a: Integral, b: Integral) => Integral>> = {
  '+': addLong,
  '-': subtractLong,
  '*': multiplyLong,
  '/': divideLong,
  '%': remainderLong,
}

const DECIMAL = { '+': addDecimal, '-': subtractDecimal, '*': multiplyDecimal, '/': divideDecimal, '%': remainderDecimal } as const

const DOUBLE: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

const INT: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => (a + b) | 0,
  '-': (a, b) => (a - b) | 0,
  '*': Math.imul,
  '/': divideInt,
  '%': remainderInt,
}

const SHIFTS: Readonly<Record<string, number>> = { TINYINT: 24, SMALLINT: 16, INTEGER: 0 }

/** Two numbers, already of types that `arithmeticType` takes. */
export function resolveNumbers(operator: ArithmeticOperator, a: LogicalType, b: LogicalType): ResolvedFunction | string {
  if (operator === '%' && (isApproximate(a) || isApproximate(b))) return `% takes exact numbers, not ${printType(isApproximate(a) ? a : b)}`
  if (operator === '%' && (a.kind === 'DECIMAL') !== (b.kind === 'DECIMAL')) {
    // Flink 1.20 refuses it, 2.x gives the type of the divisor.
    throw new MillraceError('E0301', `% of ${printType(a)} and ${printType(b)} is not built yet`, { hint: 'CAST both sides to DECIMAL' })
  }
  const type = arithmeticType(operator, a, b)
  switch (type.kind) {
    case 'DECIMAL':
      return onDecimal(operator, a, b, type)
    case 'DOUBLE':
    case 'FLOAT':
      return onApproximate(operator, a, b, type)
    case 'BIGINT': {
      const direct = LONG[operator]
      return resolved(type, [a, b], direct, ([x, y], bind) => `${bind(direct)}(${x}, ${y})`)
    }
    default:
      return onInteger(operator, a, b, type)
  }
}

function onDecimal(
  operator: ArithmeticOperator,
  a: LogicalType,
  b: LogicalType,
  type: LogicalType & { kind: 'DECIMAL' },
): ResolvedFunction {
  const left = asDecimal(a)
  const right = asDecimal(b)
  const [scaleA, scaleB] = [left.kind === 'DECIMAL' ? left.scale : 0, right.kind === 'DECIMAL' ? right.scale : 0]
  const { precision, scale } = type
  const apply = DECIMAL[operator]
  const direct = (x: Integral, y: Integral) => apply(x, scaleA, y, scaleB, precision, scale)
  const inline: ResolvedFunction['inline'] = ([x, y], bind) => `${bind(apply)}(${x}, ${scaleA}, ${y}, ${scaleB}, ${precision}, ${scale})`
  return { ...resolved(type, [left, right], direct, inline), mayReturnNull: true }
}

function onApproximate(operator: ArithmeticOperator, a: LogicalType, b: LogicalType, type: LogicalType): ResolvedFunction {
  const argTypes = [withNullability(type, a.nullable), withNullability(type, b.nullable)]
  const apply = DOUBLE[operator]
  if (type.kind === 'DOUBLE') return resolved(type, argTypes, apply, ([x, y]) => `${x} ${operator} ${y}`)
  return resolved(
    type,
    argTypes,
    (x: number, y: number) => Math.fround(apply(x, y)),
    ([x, y]) => `Math.fround(${x} ${operator} ${y})`,
  )
}

function onInteger(operator: ArithmeticOperator, a: LogicalType, b: LogicalType, type: LogicalType): ResolvedFunction | string {
  // `BIGINT % INT` is INT: the remainder fits, the dividend does not.
  if (a.kind === 'BIGINT') return resolved(type, [a, b], LONG['%'])
  const shift = SHIFTS[type.kind]!
  const apply = INT[operator]
  const direct: DirectFunction = shift === 0 ? apply : (x: number, y: number) => (apply(x, y) << shift) >> shift
  return resolved(type, [a, b], direct, ([x, y], bind) => {
    const text = operator === '+' || operator === '-' ? `(${x} ${operator} ${y}) | 0` : `${bind(apply)}(${x}, ${y})`
    return shift === 0 ? text : `(${text}) << ${shift} >> ${shift}`
  })
}

function binary(operator: ArithmeticOperator): ScalarFunction {
  return {
    name: operator,
    nulls: 'strict',
    deterministic: true,
    resolve: ([left, right]) => {
      if (left === undefined || right === undefined) return `${operator} takes two operands`
      return resolveOperands(operator, left, right)
    },
  }
}

function resolveOperands(operator: ArithmeticOperator, left: ArgumentInfo, right: ArgumentInfo): ResolvedFunction | string {
  const a = left.type.kind === 'NULL' && isNumeric(right.type) ? withNullability(right.type, true) : left.type
  const b = right.type.kind === 'NULL' && isNumeric(left.type) ? withNullability(left.type, true) : right.type
  if (isNumeric(a) && isNumeric(b)) return resolveNumbers(operator, a, b)
  const temporal = operator === '%' ? undefined : resolveTemporalArithmetic(operator, a, b)
  return temporal ?? `${operator} does not take ${printType(left.type)} and ${printType(right.type)}`
}

function negate(type: LogicalType): { direct: DirectFunction; inline: string } | undefined {
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER': {
      const shift = SHIFTS[type.kind]!
      return { direct: (value: number) => ((0 - value) << shift) >> shift, inline: `<< ${shift} >> ${shift}` }
    }
    default:
      return undefined
  }
}

const MINUS: ScalarFunction = {
  name: 'NEGATE',
  nulls: 'strict',
  deterministic: true,
  resolve: ([arg]) => {
    if (arg === undefined) return '- takes one operand'
    const { type } = arg
    const integer = negate(type)
    if (integer !== undefined) return resolved(type, [type], integer.direct, ([x]) => `(0 - ${x}) ${integer.inline}`)
    switch (type.kind) {
      case 'BIGINT':
        return resolved(type, [type], negateLong)
      case 'DECIMAL':
        return resolved(type, [type], negateUnscaled)
      case 'FLOAT':
      case 'DOUBLE':
        return resolved(
          type,
          [type],
          (value: number) => -value,
          ([x]) => `-${x}`,
        )
      case 'INTERVAL_DAY_TIME':
      case 'INTERVAL_YEAR_MONTH':
        return resolved(
          type,
          [type],
          (value: number) => 0 - value,
          ([x]) => `0 - ${x}`,
        )
      default:
        return `- does not take ${printType(type)}`
    }
  },
}

export const ARITHMETIC_FUNCTIONS: readonly ScalarFunction[] = [
  binary('+'),
  binary('-'),
  binary('*'),
  binary('/'),
  binary('%'),
  { ...binary('%'), name: 'MOD' },
  MINUS,
]
