/** Numeric functions. Those of the floating family take any number as DOUBLE, as in Flink. */
import { MillraceError } from '../../contract/errors/index.js'
import type { Integral } from '../../contract/row.js'
import type { LogicalType } from '../../contract/type.js'
import { DOUBLE, decimal, INT, STRING, withNullability } from '../types/make.js'
import { roundType } from '../types/numeric.js'
import { isApproximate, isDatetime, isInteger, isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { checkPrecision, decimalFromDouble, doubleFromDecimal, powerOfTen, rescale, rescaleDown } from '../values/decimal.js'
import { fromBigInt, negateLong, wrapLong } from '../values/integral.js'
import { BIGINT_ARG, DOUBLE_ARG, define, evaluator, INTEGER_NUMERIC, NUMERIC, overloads, resolved, TEXT } from './define.js'
import type { ArgumentInfo, DirectFunction, ResolvedFunction, ScalarFunction } from './definition.js'
import { rounder } from './temporal/round.js'

function ofDouble(name: string, apply: (x: number) => number): ScalarFunction {
  return define({ name, args: [DOUBLE_ARG], type: DOUBLE, apply })
}

function abs({ type }: ArgumentInfo): DirectFunction {
  switch (type.kind) {
    case 'BIGINT':
      return (x: Integral) => (x < 0 ? negateLong(x) : x)
    case 'DECIMAL':
      return (x: Integral) => (x < 0 ? (typeof x === 'number' ? 0 - x : fromBigInt(-x)) : x)
    case 'TINYINT':
      return (x: number) => (Math.abs(x) << 24) >> 24
    case 'SMALLINT':
      return (x: number) => (Math.abs(x) << 16) >> 16
    case 'INTEGER':
      return (x: number) => Math.abs(x) | 0
    default:
      return Math.abs
  }
}

function sign({ type }: ArgumentInfo): DirectFunction {
  if (type.kind === 'DECIMAL') {
    const one = rescale(1, 0, type.scale)
    const minus = rescale(-1, 0, type.scale)
    return (x: Integral) => (x > 0 ? one : x < 0 ? minus : 0)
  }
  if (isApproximate(type)) return Math.sign
  return (x: Integral) => (x > 0 ? 1 : x < 0 ? -1 : 0)
}

/** FLOOR and CEIL: of numbers, or of times with a unit. */
function wholePart(name: string, up: boolean): ScalarFunction {
  return {
    name,
    nulls: 'strict',
    deterministic: true,
    resolve: ([arg], modifiers) => {
      if (arg === undefined) return `${name} takes one argument`
      const { type } = arg
      if (modifiers?.unit !== undefined) {
        const direct = isDatetime(type) ? rounder(modifiers.unit, type, up) : undefined
        if (direct === undefined) return `${name} TO ${modifiers.unit} does not take ${printType(type)}`
        return { type, argTypes: [type], direct, needsContext: true, evaluate: evaluator(direct, true) }
      }
      if (type.kind === 'DECIMAL') return wholeDecimal(type, up)
      if (isInteger(type)) return resolved(type, [type], (x: Integral) => x)
      if (isApproximate(type)) return resolved(type, [type], up ? Math.ceil : Math.floor)
      return `${name} takes a number, or a time and a unit, not ${printType(type)}`
    },
  }
}

function wholeDecimal(type: LogicalType & { readonly precision: number; readonly scale: number }, up: boolean): ResolvedFunction {
  const { precision, scale } = type
  const unit = powerOfTen(scale)
  const direct = (x: Integral) => {
    const value = BigInt(x)
    const quotient = value / unit
    const rest = value % unit
    return fromBigInt(up && rest > 0n ? quotient + 1n : !up && rest < 0n ? quotient - 1n : quotient)
  }
  return resolved(decimal(precision, 0, type.nullable), [type], direct)
}

type Rounding = 'ROUND' | 'TRUNCATE'

/** ROUND (half away from zero) and TRUNCATE to a number of digits; negative digits round before the point. */
function rounding(name: Rounding): ScalarFunction {
  return {
    name,
    nulls: 'strict',
    deterministic: true,
    resolve: (args) => {
      const [value, digits] = args
      if (value === undefined || args.length > 2) return `${name} takes a number and a number of digits`
      const type = value.type.kind === 'NULL' ? withNullability(INT, true) : value.type
      if (!isNumeric(type)) return `${name} takes a number, not ${printType(type)}`
      if (digits !== undefined && !(isInteger(digits.type) || digits.type.kind === 'NULL')) return `${name} takes a whole number of digits`
      const isNullable = type.nullable || digits?.type.nullable === true
      const argTypes = digits === undefined ? [type] : [type, withNullability(INT, digits.type.nullable)]
      if (type.kind === 'DECIMAL' && digits !== undefined && digits.literal === undefined) {
        throw new MillraceError('E0301', `${name} of a DECIMAL to a number of digits that is no constant is not built yet`)
      }
      if (type.kind === 'DECIMAL') return roundDecimal(name, type, digits, argTypes, isNullable)
      const direct = isApproximate(type) ? roundDouble(name, type.kind === 'FLOAT') : roundInteger(name, type)
      return resolved(withNullability(type, isNullable), argTypes, direct)
    },
  }
}

/** Flink's TRUNCATE of a FLOAT or DOUBLE that is NULL, to a number of digits, fails (a NullPointerException); of a constant NULL it is NULL. */
const truncate: ScalarFunction = {
  ...rounding('TRUNCATE'),
  nulls: 'custom',
  resolve: (args) => {
    const found = rounding('TRUNCATE').resolve(args)
    if (typeof found === 'string') return found
    const apply = found.direct as (value: unknown, digits?: unknown) => unknown
    const fails = isApproximate(found.argTypes[0]!) && args.length > 1 && args[0]!.literal?.value !== null
    const direct = (value: unknown, digits?: unknown) => {
      if (value !== null && digits !== null) return apply(value, digits)
      if (fails) throw new MillraceError('R0101', 'TRUNCATE of NULL', { hint: 'Flink fails here, too: COALESCE the value or use ROUND' })
      return null
    }
    return { ...resolved(found.type, found.argTypes, direct), mayReturnNull: true }
  },
}

/** A constant number of digits decides the result's scale; without one the type stays. */
function roundDecimal(
  name: Rounding,
  type: LogicalType & { readonly precision: number; readonly scale: number },
  digits: ArgumentInfo | undefined,
  argTypes: readonly LogicalType[],
  isNullable: boolean,
): ResolvedFunction {
  const constant = digits === undefined ? 0 : digits.literal?.value
  const shape = typeof constant === 'number' ? roundType(type, constant) : type
  const result = decimal(shape.precision, shape.scale, isNullable)
  const cut = name === 'ROUND' ? rescale : rescaleDown
  const direct = (value: Integral, places = 0) => {
    const kept = places >= type.scale ? value : rescale(cut(value, type.scale, places), places, type.scale)
    return checkPrecision(rescale(kept, type.scale, shape.scale), shape.precision)
  }
  return { ...resolved(result, argTypes, direct), mayReturnNull: true }
}

function roundDouble(name: Rounding, single: boolean): DirectFunction {
  return (value: number, places = 0) => {
    const unscaled = decimalFromDouble(value, 1000, places)
    if (unscaled === undefined) throw new MillraceError('R0101', `${name} of ${value}`)
    if (unscaled === null) return value
    const source = single ? Number(String(value)) : value
    const text = name === 'ROUND' ? unscaled : truncated(source, places)
    const result = places >= 0 ? doubleFromDecimal(text, places) : Number(text) * 10 ** -places
    return single ? Math.fround(result) : result
  }
}

/** The unscaled value at `places`, cut toward zero. */
function truncated(value: number, places: number): Integral {
  const fine = decimalFromDouble(value, 2000, 400) ?? 0
  return rescaleDown(fine, 400, places)
}

function roundInteger(name: Rounding, type: LogicalType): DirectFunction {
  return (value: Integral, places = 0) => {
    if (places >= 0) return value
    const cut = name === 'ROUND' ? rescale : rescaleDown
    const rounded = rescale(cut(value, 0, places), places, 0)
    if (type.kind === 'BIGINT') return wrapLong(BigInt(rounded))
    const bits = { TINYINT: 8, SMALLINT: 16, INTEGER: 32 }[type.kind as 'INTEGER']
    return Number(BigInt.asIntN(bits, BigInt(rounded)))
  }
}

const LOG = overloads('LOG', [
  { name: 'LOG', args: [DOUBLE_ARG], type: DOUBLE, apply: Math.log },
  { name: 'LOG', args: [DOUBLE_ARG, DOUBLE_ARG], type: DOUBLE, apply: (base: number, x: number) => Math.log(x) / Math.log(base) },
])

/** Two's complement in 64 bits, no leading zeros. */
export function unsignedText(value: Integral, radix: number): string {
  return BigInt.asUintN(64, BigInt(value)).toString(radix)
}

/** Java's Math.atan2 etc. differ from JavaScript's by at most one unit in the last place on some inputs. */
export const MATH_FUNCTIONS: readonly ScalarFunction[] = [
  define({ name: 'ABS', args: [NUMERIC], type: ({ types }) => types[0]!, make: ({ types }) => abs({ type: types[0]! }) }),
  define({ name: 'SIGN', args: [NUMERIC], type: ({ types }) => types[0]!, make: ({ types }) => sign({ type: types[0]! }) }),
  wholePart('FLOOR', false),
  wholePart('CEIL', true),
  wholePart('CEILING', true),
  rounding('ROUND'),
  truncate,
  define({ name: 'POWER', args: [DOUBLE_ARG, DOUBLE_ARG], type: DOUBLE, apply: (x: number, y: number) => x ** y }),
  ofDouble('SQRT', Math.sqrt),
  ofDouble('LN', Math.log),
  ofDouble('LOG10', Math.log10),
  ofDouble('LOG2', (x) => Math.log(x) / Math.log(2)),
  LOG,
  ofDouble('EXP', Math.exp),
  ofDouble('SIN', Math.sin),
  ofDouble('SINH', Math.sinh),
  ofDouble('COS', Math.cos),
  ofDouble('COSH', Math.cosh),
  ofDouble('TAN', Math.tan),
  ofDouble('TANH', Math.tanh),
  ofDouble('COT', (x) => 1 / Math.tan(x)),
  ofDouble('ASIN', Math.asin),
  ofDouble('ACOS', Math.acos),
  ofDouble('ATAN', Math.atan),
  define({ name: 'ATAN2', args: [DOUBLE_ARG, DOUBLE_ARG], type: DOUBLE, apply: Math.atan2 }),
  ofDouble('DEGREES', (x) => x * (180 / Math.PI)),
  ofDouble('RADIANS', (x) => x * (Math.PI / 180)),
  define({ name: 'PI', args: [], type: DOUBLE, apply: () => Math.PI }),
  define({ name: 'E', args: [], type: DOUBLE, apply: () => Math.E }),
  define({ name: 'BIN', args: [BIGINT_ARG], type: STRING, apply: (x: Integral) => unsignedText(x, 2) }),
  overloads('HEX', [
    { name: 'HEX', args: [INTEGER_NUMERIC], type: STRING, apply: (x: Integral) => unsignedText(x, 16).toUpperCase() },
    { name: 'HEX', args: [TEXT], type: STRING, apply: (text: string) => Buffer.from(text, 'utf8').toString('hex').toUpperCase() },
  ]),
]
