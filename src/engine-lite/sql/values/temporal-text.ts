/** Text forms of DATE, TIME, TIMESTAMP and intervals as Flink's CAST to STRING gives them. */
import type { Integral } from '../../contract/row.js'
import { civilOfDay, DAY_MS, floorMod, HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.js'
import { fromBigInt } from './integral.js'

const NANOS_PER_MS = 1_000_000n

/** A point in time split for calendar work: epoch ms (floor) and the nanoseconds of that millisecond. */
export interface Instant {
  readonly ms: number
  readonly nanos: number
}

/** The parts of an internal timestamp of the given precision. */
export function splitTimestamp(value: Integral, precision: number): Instant {
  if (precision <= 3) return { ms: value as number, nanos: 0 }
  const nanos = BigInt(value)
  const rest = ((nanos % NANOS_PER_MS) + NANOS_PER_MS) % NANOS_PER_MS
  return { ms: Number((nanos - rest) / NANOS_PER_MS), nanos: Number(rest) }
}

/** The internal timestamp of the given precision, cut to it. */
export function joinTimestamp(ms: number, nanos: number, precision: number): Integral {
  if (precision <= 3) {
    const unit = 10 ** (3 - precision)
    return Math.floor(ms / unit) * unit
  }
  const unit = 10 ** (9 - precision)
  return fromBigInt(BigInt(ms) * NANOS_PER_MS + BigInt(Math.floor(nanos / unit) * unit))
}

/** Epoch milliseconds (floor) of an internal timestamp. */
export function millisOf(value: Integral, precision: number): number {
  return precision <= 3 ? (value as number) : splitTimestamp(value, precision).ms
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

/** Four digits at least; years beyond 9999 print as they are, negative ones with their sign. */
function yearText(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')
}

/** `2024-03-01`. */
export function printDate(epochDay: number): string {
  const { year, month, day } = civilOfDay(epochDay)
  return `${yearText(year)}-${two(month)}-${two(day)}`
}

/** `10:11:12`, and as many digits of the fraction as the precision says. */
export function printTime(timeMs: number, precision: number): string {
  const base = `${two(Math.floor(timeMs / HOUR_MS))}:${two(Math.floor(timeMs / MINUTE_MS) % 60)}:${two(Math.floor(timeMs / SECOND_MS) % 60)}`
  return precision === 0 ? base : `${base}.${fractionText(timeMs % 1000, 0, precision)}`
}

function fractionText(ms: number, nanos: number, precision: number): string {
  return (String(ms).padStart(3, '0') + String(nanos).padStart(6, '0')).slice(0, precision)
}

/** `2024-03-01 10:11:12.123`, the fraction with exactly `precision` digits. */
export function printTimestamp(value: Integral, precision: number, separator = ' '): string {
  const { ms, nanos } = splitTimestamp(value, precision)
  return printInstant(ms, nanos, precision, separator)
}

export function printInstant(ms: number, nanos: number, precision: number, separator = ' '): string {
  const day = Math.floor(ms / DAY_MS)
  const time = ms - day * DAY_MS
  const base = `${printDate(day)}${separator}${printTime(time, 0)}`
  return precision === 0 ? base : `${base}.${fractionText(time % 1000, nanos, precision)}`
}

/** Months as `+1-02`. */
export function printMonths(months: number): string {
  const size = Math.abs(months)
  return `${months < 0 ? '-' : '+'}${Math.floor(size / 12)}-${two(size % 12)}`
}

/** Milliseconds as `+1 02:03:04.005`. */
export function printDuration(durationMs: number): string {
  const size = Math.abs(durationMs)
  const time = floorMod(size, DAY_MS)
  return `${durationMs < 0 ? '-' : '+'}${Math.floor(size / DAY_MS)} ${printTime(time, 3)}`
}
