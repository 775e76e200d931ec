/**
 * `=`, `<>`, `<`, `<=`, `>`, `>=`, `IS [NOT] DISTINCT FROM`. Which type two sides meet in follows Flink: numbers by value (FLOAT against
 * DOUBLE in the type of the left side), text by code points with its blanks, times against text by reading the text.
 */
import type { LogicalType } from '../../contract/type.js'
import { commonType } from '../types/common.js'
import { BOOLEAN, DOUBLE, timestamp, timestampLtz, withNullability } from '../types/make.js'
import { commonNumeric } from '../types/numeric.js'
import {
  isApproximate,
  isBinary,
  isCharacter,
  isConstructed,
  isDatetime,
  isExact,
  isNumeric,
  isTimestamp,
  sameShape,
} from '../types/predicate.js'
import { printType } from '../types/print.js'
import { comparator, equality, nullSafe } from '../values/compare.js'
import { compareDecimal } from '../values/decimal.js'
import { resolved } from './define.js'
import type { ArgumentInfo, DirectFunction, ResolvedFunction, ScalarFunction } from './definition.js'

type Operator = '=' | '<>' | '<' | '<=' | '>' | '>='

const JS_OPERATORS: Readonly<Record<Operator, string>> = { '=': '===', '<>': '!==', '<': '<', '<=': '<=', '>': '>', '>=': '>=' }

/** The types both sides are cast to, or undefined where they cannot be compared. Nullability of each side is kept. */
export function comparedTypes(a: LogicalType, b: LogicalType): readonly [LogicalType, LogicalType] | undefined {
  if (a.kind === 'NULL' && b.kind === 'NULL') return undefined
  if (a.kind === 'NULL') return [withNullability(b, true), b]
  if (b.kind === 'NULL') return [a, withNullability(a, true)]
  if (isNumeric(a) && isNumeric(b)) {
    if (isExact(a) && isExact(b)) return [a, b]
    const common = commonNumeric(a, b)
    const meeting = isApproximate(common) ? common : DOUBLE
    return [withNullability(meeting, a.nullable), withNullability(meeting, b.nullable)]
  }
  if ((isCharacter(a) && isCharacter(b)) || (isBinary(a) && isBinary(b))) return [a, b]
  if (isDatetime(a) && isCharacter(b)) return [a, withNullability(a, true)]
  if (isCharacter(a) && isDatetime(b)) return [withNullability(b, true), b]
  if (isTimestamp(a) && isTimestamp(b)) return comparedTimestamps(a, b)
  if (a.kind !== b.kind && !(a.kind === 'DATE' && b.kind === 'TIMESTAMP') && !(a.kind === 'TIMESTAMP' && b.kind === 'DATE'))
    return undefined
  if (isConstructed(a) && sameShape(a, b)) return [a, b]
  const common = commonType([a, b])
  return common === undefined ? undefined : [withNullability(common, a.nullable), withNullability(common, b.nullable)]
}

function comparedTimestamps(a: LogicalType, b: LogicalType): readonly [LogicalType, LogicalType] | undefined {
  if (!('precision' in a) || !('precision' in b)) return undefined
  const precision = Math.max(a.precision, b.precision)
  if (a.kind === b.kind && precision <= 3) return [a, b]
  const make = a.kind === 'TIMESTAMP' && b.kind === 'TIMESTAMP' ? timestamp : timestampLtz
  return [make(precision, a.nullable), make(precision, b.nullable)]
}

/** True where the text side of a comparison with a time is read leniently: unreadable text makes the result NULL. */
export function readsText(from: LogicalType, to: LogicalType): boolean {
  return isCharacter(from) && isDatetime(to)
}

function resolveComparison(operator: Operator, args: readonly ArgumentInfo[]): ResolvedFunction | string {
  const [left, right] = args
  if (left === undefined || right === undefined) return `${operator} takes two sides`
  const types = comparedTypes(left.type, right.type)
  if (types === undefined) return `${printType(left.type)} and ${printType(right.type)} cannot be compared`
  const type = withNullability(BOOLEAN, types[0].nullable || types[1].nullable)
  return compareAs(operator, types, type)
}

function compareAs(operator: Operator, types: readonly [LogicalType, LogicalType], type: LogicalType): ResolvedFunction | string {
  const [a, b] = types
  const js = JS_OPERATORS[operator]
  const plain = resolved(type, types, PLAIN[operator], ([x, y]) => `${x} ${js} ${y}`)
  if (a.kind === 'DECIMAL' || b.kind === 'DECIMAL') {
    const scaleA = a.kind === 'DECIMAL' ? a.scale : 0
    const scaleB = b.kind === 'DECIMAL' ? b.scale : 0
    return scaleA === scaleB ? plain : byOrder(operator, types, type, (x: never, y: never) => compareDecimal(x, scaleA, y, scaleB))
  }
  if (isConstructed(a)) {
    if (operator !== '=' && operator !== '<>') return `${printType(a)} has no order`
    const equal = equality(a) as (x: unknown, y: unknown) => boolean
    return resolved(type, types, operator === '=' ? equal : (x: unknown, y: unknown) => !equal(x, y))
  }
  if (isBinary(a) || (isCharacter(a) && operator !== '=' && operator !== '<>')) return byOrder(operator, types, type, comparator(a)!)
  return plain
}

const PLAIN: Readonly<Record<Operator, DirectFunction>> = {
  '=': (a: unknown, b: unknown) => a === b,
  '<>': (a: unknown, b: unknown) => a !== b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
}

const BY_SIGN: Readonly<Record<Operator, (sign: number) => boolean>> = {
  '=': (sign) => sign === 0,
  '<>': (sign) => sign !== 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
}

function byOrder(
  operator: Operator,
  types: readonly LogicalType[],
  type: LogicalType,
  compare: (a: never, b: never) => number,
): ResolvedFunction {
  const test = BY_SIGN[operator]
  const js = JS_OPERATORS[operator]
  return resolved(
    type,
    types,
    (a: never, b: never) => test(compare(a, b)),
    ([x, y], bind) => `${bind(compare)}(${x}, ${y}) ${js} 0`,
  )
}

function comparison(operator: Operator): ScalarFunction {
  return { name: operator, nulls: 'strict', deterministic: true, resolve: (args) => resolveComparison(operator, args) }
}

function distinctness(name: string, distinct: boolean): ScalarFunction {
  return {
    name,
    nulls: 'custom',
    deterministic: true,
    resolve: (args) => {
      const [left, right] = args
      if (left === undefined || right === undefined) return `${name} takes two sides`
      if (left.type.kind === 'NULL' && right.type.kind === 'NULL') return resolved(BOOLEAN, [left.type, right.type], () => !distinct)
      const found = resolveComparison('=', args)
      if (typeof found === 'string') return found
      const equal = nullSafe(found.direct as (a: never, b: never) => boolean)
      return resolved(BOOLEAN, found.argTypes, distinct ? (a: unknown, b: unknown) => !equal(a, b) : equal)
    },
  }
}

export const COMPARISON_FUNCTIONS: readonly ScalarFunction[] = [
  comparison('='),
  comparison('<>'),
  comparison('<'),
  comparison('<='),
  comparison('>'),
  comparison('>='),
  distinctness('IS DISTINCT FROM', true),
  distinctness('IS NOT DISTINCT FROM', false),
]
