/**
 * Reading DATE, TIME and TIMESTAMP from text. Literals are strict (Calcite's rules), CAST and the functions lenient in Flink's own way
 * (`DateTimeUtils.parseDate`, `parseTime`, `parseTimestampData`). Undefined: not a text of the type.
 */
import type { Integral } from '../../contract/row.js'
import { DAY_MS, dayOfCivil, daysInMonth, HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.js'
import { joinTimestamp } from './temporal-text.js'

const STRICT_DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const STRICT_TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d*))?$/

/** `DATE '2024-02-29'` in days. */
export function parseDateLiteral(text: string): number | undefined {
  const match = STRICT_DATE.exec(text.trim())
  return match === null ? undefined : checkedDay(Number(match[1]), Number(match[2]), Number(match[3]))
}

/** `TIME '10:11:12.123'` in ms, with the number of digits of the fraction. */
export function parseTimeLiteral(text: string): { timeMs: number; nanos: number; precision: number } | undefined {
  const match = STRICT_TIME.exec(text.trim())
  if (match === null) return undefined
  const [, hour, minute, second, fraction = ''] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const digits = fraction.slice(0, 9).padEnd(9, '0')
  const timeMs = Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Number(second) * SECOND_MS + Number(digits.slice(0, 3))
  return { timeMs, nanos: Number(digits.slice(3)), precision: Math.min(fraction.length, 9) }
}

/** `TIMESTAMP '2024-02-29 10:11:12.123'`: internal value and precision, which is the number of digits of the fraction. */
export function parseTimestampLiteral(text: string): { value: Integral; precision: number } | undefined {
  const trimmed = text.trim()
  const space = trimmed.indexOf(' ')
  const day = parseDateLiteral(space === -1 ? trimmed : trimmed.slice(0, space))
  if (day === undefined) return undefined
  if (space === -1) return { value: day * DAY_MS, precision: 0 }
  const time = parseTimeLiteral(trimmed.slice(space + 1))
  if (time === undefined) return undefined
  return { value: joinTimestamp(day * DAY_MS + time.timeMs, time.nanos, time.precision), precision: time.precision }
}

function checkedDay(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  return dayOfCivil(year, month, day)
}

const CAST_DATE = /^(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/

/** CAST(text AS DATE): `2024`, `2024-2`, `2024-2-9`, a time behind a blank is ignored, blanks around are fine. */
export function parseDate(text: string): number | undefined {
  let body = text.trim()
  const space = body.indexOf(' ')
  if (space !== -1) body = body.slice(0, space)
  const match = CAST_DATE.exec(body)
  if (match === null) return undefined
  return checkedDay(Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1))
}

const CAST_TIME = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?$/

/** CAST(text AS TIME): `10`, `10:11`, `10:11:12.123`, in ms. Blanks around are fine. */
export function parseTime(text: string): number | undefined {
  const match = CAST_TIME.exec(text.trim())
  if (match === null) return undefined
  const [, hour, minute = '0', second = '0', fraction = ''] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  return Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Number(second) * SECOND_MS + Number(fraction.slice(0, 3).padEnd(3, '0'))
}

const CAST_TIMESTAMP = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?)?$/

/**
 * CAST(text AS TIMESTAMP(p)): `2024-02-29`, `2024-02-29 10:11:12.123456789`. No blanks around, no `T`. A day beyond the month's end is
 * brought back to it (2023-02-29 is 2023-02-28), as java.time's SMART resolver does.
 */
export function parseTimestamp(text: string, precision: number): Integral | undefined {
  const match = CAST_TIMESTAMP.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = match
  const fields = [Number(month), Number(day), Number(hour), Number(minute), Number(second)] as const
  if (fields[0] < 1 || fields[0] > 12 || fields[1] < 1 || fields[1] > 31 || fields[2] > 23 || fields[3] > 59 || fields[4] > 59)
    return undefined
  const date = dayOfCivil(Number(year), fields[0], Math.min(fields[1], daysInMonth(Number(year), fields[0])))
  const digits = fraction.padEnd(9, '0')
  const ms = date * DAY_MS + fields[2] * HOUR_MS + fields[3] * MINUTE_MS + fields[4] * SECOND_MS + Number(digits.slice(0, 3))
  return joinTimestamp(ms, Number(digits.slice(3)), precision)
}
