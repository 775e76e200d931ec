/** TO_TIMESTAMP_LTZ from epoch numbers (seconds, milliseconds or finer) and from text. Outside the years 0000 … 9999 it is NULL. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { timestampLtz } from '../../types/make.js'
import { isExact } from '../../types/predicate.js'
import { parsePattern } from '../../values/date-pattern.js'
import type { PatternReader } from '../../values/date-pattern-parse.js'
import { parseTimestamp } from '../../values/temporal-parse.js'
import { joinTimestamp } from '../../values/temporal-text.js'
import { findTimeZone, instantOfLocal } from '../../values/time-zone.js'
import { type CallSite, INT_ARG, NUMERIC, overloads, TEXT } from '../define.js'
import type { DirectFunction, EvaluationContext, ScalarFunction } from '../definition.js'
import { patternAt, readTimestamp } from './convert.js'
import { strictPattern } from './pattern.js'

const MS_MIN = -62_167_219_200_000
const MS_MAX = 253_402_300_799_999
const PRECISION_MAX = 9

/** From a number of units of 10^−precision seconds. */
function fromNumber(site: CallSite): DirectFunction {
  const type = site.types[0]!
  return (_: EvaluationContext, value: Integral, precision = 3) => {
    if (precision < 0 || precision > PRECISION_MAX) {
      throw new MillraceError('R0101', `the precision of TO_TIMESTAMP_LTZ is 0 to 9, not ${precision}`)
    }
    const ms = millisOfNumber(value, type, precision)
    return ms >= MS_MIN && ms <= MS_MAX ? ms : null
  }
}

function millisOfNumber(value: Integral, type: LogicalType, precision: number): number {
  const scale = type.kind === 'DECIMAL' ? type.scale : 0
  if (isExact(type)) {
    const shift = 3 - precision - scale
    const whole = shift >= 0 ? BigInt(value) * 10n ** BigInt(shift) : floorDivide(BigInt(value), 10n ** BigInt(-shift), scale > 0)
    return Number(whole)
  }
  return Math.trunc(Number(value) * 10 ** (3 - precision))
}

/** Java's floorDiv; DECIMAL fractions are cut toward zero. */
function floorDivide(value: bigint, by: bigint, truncate: boolean): bigint {
  const quotient = value / by
  return !truncate && value % by < 0n ? quotient - 1n : quotient
}

/** By default `yyyy-MM-dd HH:mm:ss[.fraction]` in UTC; the precision follows the fraction of a constant pattern. */
function fromText(site: CallSite): DirectFunction {
  const reader = patternAt(site, 1, strictPattern)
  const precision = precisionOf(site)
  return (_: EvaluationContext, text: string, pattern?: string, zoneId = 'UTC') => {
    const zone = findTimeZone(zoneId)
    if (zone === undefined) return null
    if (pattern === undefined) {
      const value = parseTimestamp(text, 3)
      return value === undefined ? null : instantOfLocal(Number(value), zone)
    }
    const read = readerOrNull(reader, pattern)
    const moment = read === null ? undefined : readTimestamp(read, text)
    return moment === undefined ? null : joinTimestamp(instantOfLocal(moment.ms, zone), moment.nanos, precision)
  }
}

/** A pattern from a row that Java refuses makes the result NULL. */
function readerOrNull(reader: (pattern: string) => PatternReader, pattern: string): PatternReader | null {
  const parts = parsePattern(pattern)
  return 'invalid' in parts && parts.invalid ? null : reader(pattern)
}

function precisionOf(site: CallSite): number {
  const pattern = site.args[1]?.literal?.value
  if (typeof pattern !== 'string') return 3
  const parts = parsePattern(pattern)
  if ('invalid' in parts) return 3
  const fraction = parts.find((part) => part.letter === 'S')
  return Math.min(Math.max(fraction?.count ?? 0, 3), PRECISION_MAX)
}

function checkText(site: CallSite): string | undefined {
  const pattern = site.args[1]?.literal?.value
  if (typeof pattern === 'string') {
    const parts = parsePattern(pattern)
    if ('invalid' in parts && parts.invalid) return `invalid pattern: ${parts.reason}`
  }
  const zone = site.args[2]?.literal?.value
  if (typeof zone === 'string' && findTimeZone(zone) === undefined) return `unknown time zone '${zone}'`
  return undefined
}

function checkNumber(site: CallSite): string | undefined {
  const precision = site.args[1]?.literal?.value
  return typeof precision === 'number' && (precision < 0 || precision > PRECISION_MAX)
    ? `the precision is 0 to 9, not ${precision}`
    : undefined
}

export const TO_TIMESTAMP_LTZ: ScalarFunction = overloads('TO_TIMESTAMP_LTZ', [
  {
    name: 'TO_TIMESTAMP_LTZ',
    args: [NUMERIC, INT_ARG],
    optional: 1,
    type: timestampLtz(3),
    nullability: 'always',
    context: true,
    make: fromNumber,
    check: checkNumber,
  },
  {
    name: 'TO_TIMESTAMP_LTZ',
    args: [TEXT, TEXT, TEXT],
    optional: 2,
    type: (site) => timestampLtz(precisionOf(site)),
    nullability: 'always',
    context: true,
    make: fromText,
    check: checkText,
  },
])
