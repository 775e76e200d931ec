/** ISO 8601 forms, as java.time prints them: `2024-03-01T08:00`, `08:00:01.500`, `PT1H30M`, `P1Y2M`. */
import type { Integral } from '../../contract/row.js'
import { DAY_MS } from './calendar.js'
import { printDate, printTime, printTimestamp, splitTimestamp } from './temporal-text.js'

/** `2024-03-01T08:00:00.000` with exactly `precision` digits of the fraction. */
export function isoTimestamp(value: Integral, precision: number): string {
  return printTimestamp(value, precision, 'T')
}

/** Java's `LocalDateTime.toString`: no zero seconds, the fraction in groups of three digits. */
export function javaTimestamp(value: Integral, precision: number): string {
  const { ms, nanos } = splitTimestamp(value, precision)
  const day = Math.floor(ms / DAY_MS)
  return `${printDate(day)}T${javaTime(ms - day * DAY_MS, nanos)}`
}

/** Java's `Instant.toString` without its zone: seconds are always there. */
export function javaInstant(value: Integral, precision: number): string {
  const text = javaTimestamp(value, precision)
  return text.length === 16 ? `${text}:00` : text
}

/** Java's `LocalTime.toString`. */
export function javaTime(timeMs: number, nanos = 0): string {
  const whole = printTime(timeMs, 0)
  const fraction = String(timeMs % 1000).padStart(3, '0') + String(nanos).padStart(6, '0')
  if (Number(fraction) === 0) return whole.endsWith(':00') ? whole.slice(0, 5) : whole
  const digits = fraction.endsWith('000000') ? 3 : fraction.endsWith('000') ? 6 : 9
  return `${whole}.${fraction.slice(0, digits)}`
}

/** Milliseconds as Java's `Duration.toString`: `PT25H`, `PT-0.5S`. */
export function isoDuration(durationMs: number): string {
  if (durationMs === 0) return 'PT0S'
  const seconds = Math.trunc(durationMs / 1000)
  const hours = Math.trunc(seconds / 3600)
  const minutes = Math.trunc((seconds % 3600) / 60)
  const rest = (durationMs - (hours * 3600 + minutes * 60) * 1000) / 1000
  return `PT${hours === 0 ? '' : `${hours}H`}${minutes === 0 ? '' : `${minutes}M`}${rest === 0 ? '' : `${rest}S`}`
}

/** Months as Java's `Period.toString`: `P1Y2M`. */
export function isoPeriod(months: number): string {
  if (months === 0) return 'P0D'
  const years = Math.trunc(months / 12)
  const rest = months % 12
  return `P${years === 0 ? '' : `${years}Y`}${rest === 0 ? '' : `${rest}M`}`
}
