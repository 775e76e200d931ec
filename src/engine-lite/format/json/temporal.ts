/**
 * DATE, TIME and TIMESTAMP texts of Flink's json format (`TimeFormats`). `SQL`: `2024-02-29 10:11:12.123`, `ISO-8601`:
 * `2024-02-29T10:11:12.123`; with local time zone both end in `Z`. Where java.time is lenient there (a 30th of February in the SQL
 * form, 24:00:00) so is this. Undefined: not a text of the type.
 */
import type { Integral } from '../../contract/row.js'

export type TimestampStandard = 'SQL' | 'ISO-8601'

const DATE = /^([+-]?\d{4,9})-(\d\d)-(\d\d)$/
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{0,9}))?$/
const SQL_TIMESTAMP = /^([+-]?\d{4,9})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{0,9}))?$/
const ISO_TIMESTAMP = /^([+-]?\d{4,9})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?$/

/** Days since 1970-01-01. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text)
  return match === null ? undefined : dayOf(match[1]!, Number(match[2]), Number(match[3]), true)
}

/** Milliseconds of the day, without the fraction of a second, which Flink drops here (`LocalTime.toSecondOfDay`). */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const ms = timeMs(Number(match[1]), Number(match[2]), Number(match[3]), match[4] ?? '')
  return ms === undefined ? undefined : (ms - (ms % 1000)) % 86_400_000
}

/** Internal value of TIMESTAMP(precision) or TIMESTAMP_LTZ(precision); digits beyond the precision are cut. */
export function parseTimestamp(text: string, standard: TimestampStandard, local: boolean, precision: number): Integral | undefined {
  let body = text
  if (local) {
    if (!text.endsWith('Z')) return undefined
    body = text.slice(0, -1)
  }
  const match = (standard === 'SQL' ? SQL_TIMESTAMP : ISO_TIMESTAMP).exec(body)
  if (match === null) return undefined
  const strict = standard === 'ISO-8601' && !local
  const day = dayOf(match[1]!, Number(match[2]), Number(match[3]), strict)
  const fraction = match[7] ?? ''
  const time = timeMs(Number(match[4]), Number(match[5]), Number(match[6] ?? 0), '')
  if (day === undefined || time === undefined || (strict && time >= 86_400_000)) return undefined
  const second = day * 86_400_000 + time
  const kept = fraction.slice(0, precision).padEnd(9, '0')
  if (precision <= 3) return second + Number(kept.slice(0, 3))
  const nanos = BigInt(second) * 1_000_000n + BigInt(kept)
  const small = Number(nanos)
  return Number.isSafeInteger(small) ? small : nanos
}

function timeMs(hour: number, minute: number, second: number, fraction: string): number | undefined {
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  if (hour === 24 && minute === 0 && second === 0 && ms === 0) return 86_400_000
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms
}

function dayOf(yearText: string, month: number, day: number, strict: boolean): number | undefined {
  const signed = /^[+-]/.test(yearText)
  const digits = signed ? yearText.length - 1 : yearText.length
  // java.time: a plus sign exactly where there are more than four digits
  if (digits > 4 !== yearText.startsWith('+') && !(yearText.startsWith('-') && digits >= 4)) return undefined
  const year = Number(yearText)
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const last = lastDay(year, month)
  if (day > last && strict) return undefined
  return civilDay(year, month, Math.min(day, last))
}

function lastDay(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days since 1970-01-01 in the Gregorian calendar without beginning; years counted from March in cycles of 400. */
function civilDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}
