/** Casts from CHAR and VARCHAR. What Flink takes for a number, a BOOLEAN or a time is wider than a literal; see each function. */
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { isCharacter } from '../../types/predicate.js'
import { parseDecimal } from '../../values/decimal.js'
import { fromBigInt } from '../../values/integral.js'
import { parseDate, parseTime, parseTimestamp } from '../../values/temporal-parse.js'
import { splitTimestamp } from '../../values/temporal-text.js'
import { fitText } from '../../values/text.js'
import { instantOfLocal, timeZone } from '../../values/time-zone.js'
import { fitBytes } from './binary.js'
import { type Conversion, type ConversionRule, contextual, pure } from './definition.js'
import { castFailed } from './row-error.js'

export const textConversion: ConversionRule = (from, to) => {
  if (!isCharacter(from)) return undefined
  switch (to.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return betweenTexts(from, to)
    case 'BINARY':
    case 'VARBINARY':
      return pure((value: string) => fitBytes(new TextEncoder().encode(value), to))
    case 'BOOLEAN':
      return pure((value: string) => orFail(parseBoolean(value), value, to))
    case 'TINYINT':
      return pure((value: string) => orFail(parseInteger(value, 128n), value, to))
    case 'SMALLINT':
      return pure((value: string) => orFail(parseInteger(value, 32_768n), value, to))
    case 'INTEGER':
      return pure((value: string) => orFail(parseInteger(value, 2_147_483_648n), value, to))
    case 'BIGINT':
      return pure((value: string) => orFail(parseInteger(value, 9_223_372_036_854_775_808n), value, to))
    case 'FLOAT':
      return pure((value: string) => Math.fround(orFail(parseDouble(value), value, to)))
    case 'DOUBLE':
      return pure((value: string) => orFail(parseDouble(value), value, to))
    case 'DECIMAL':
      return pure((value: string) => orFail(parseDecimalText(value, to.precision, to.scale) ?? undefined, value, to))
    default:
      return toTemporal(to)
  }
}

function toTemporal(to: LogicalType): Conversion | undefined {
  switch (to.kind) {
    case 'DATE':
      return pure((value: string) => orFail(parseDate(value), value, to))
    case 'TIME': {
      const unit = 10 ** Math.max(0, 3 - to.precision)
      return pure((value: string) => {
        const time = orFail(parseTime(value), value, to)
        return time - (time % unit)
      })
    }
    case 'TIMESTAMP':
      return pure((value: string) => orFail(parseTimestamp(value, to.precision), value, to))
    case 'TIMESTAMP_LTZ':
      return contextual((value: string, context) =>
        textToInstant(orFail(parseTimestamp(value, to.precision), value, to), to.precision, context.timeZone),
      )
    default:
      return undefined
  }
}

/** The instant of a local timestamp, both of the same precision. */
export function textToInstant(local: Integral, precision: number, zoneId: string): Integral {
  const zone = timeZone(zoneId)
  if (precision <= 3) return instantOfLocal(local as number, zone)
  const { ms, nanos } = splitTimestamp(local, precision)
  return fromBigInt(BigInt(instantOfLocal(ms, zone)) * 1_000_000n + BigInt(nanos))
}

function betweenTexts(from: LogicalType, to: LogicalType & { readonly length: number }): Conversion {
  if (to.kind === 'VARCHAR' && 'length' in from && from.length <= to.length) {
    return pure(
      (value: string) => value,
      (value) => value,
    )
  }
  return pure((value: string) => fitText(value, to))
}

function orFail<T>(result: T | undefined, value: string, to: LogicalType): T {
  if (result === undefined) throw castFailed(value, to)
  return result
}

const TRUES: ReadonlySet<string> = new Set(['t', 'true', 'y', 'yes', '1'])
const FALSES: ReadonlySet<string> = new Set(['f', 'false', 'n', 'no', '0'])

/** `t true y yes 1` and their opposites in any case; no blanks around. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  return TRUES.has(lower) ? true : FALSES.has(lower) ? false : undefined
}

const INTEGER_TEXT = /^([+-]?)(\d*)(?:\.\d*)?$/

/** An integer in −limit … limit − 1. A fraction is cut off; blanks around are fine; no exponent. */
export function parseInteger(text: string, limit: bigint): Integral | undefined {
  const trimmed = text.trim()
  const match = INTEGER_TEXT.exec(trimmed)
  if (match === null || !/\d/.test(trimmed)) return undefined
  const size = BigInt(match[2] === '' ? '0' : match[2]!)
  const value = match[1] === '-' ? -size : size
  return value >= -limit && value < limit ? fromBigInt(value) : undefined
}

const DOUBLE_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/

/** Java's `Double.parseDouble`, `NaN` and `Infinity` included. */
export function parseDouble(text: string): number | undefined {
  const trimmed = text.trim()
  if (DOUBLE_TEXT.test(trimmed)) return Number(trimmed.replace(/[fFdD]$/, ''))
  const bare = trimmed.replace(/^[+-]/, '')
  if (bare === 'NaN') return Number.NaN
  if (bare === 'Infinity') return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return undefined
}

/** A decimal number; one stray letter behind it (`1e`, `1f`, `1L`) is passed over, as Flink's short-decimal reader does. */
export function parseDecimalText(text: string, precision: number, scale: number): Integral | null | undefined {
  const trimmed = text.trim()
  const result = parseDecimal(trimmed, precision, scale)
  if (result !== undefined || precision > 18 || text.length > 18) return result
  return /\d[efL]$/.test(trimmed) ? parseDecimal(trimmed.slice(0, -1), precision, scale) : undefined
}
