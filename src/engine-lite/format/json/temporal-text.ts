/**
 * Dates and times as Flink's json format writes them: ISO dates, fractions of a second without trailing zeros, TIME cut to seconds.
 * Source of semantics: Flink's `RowDataToJsonConverters` and `TimeFormats`, 1.20.
 */
import type { Integral } from '../../contract/row.js'

const DAY_MS = 86_400_000
const NANOS_PER_MS = 1_000_000n

/** `2024-03-01`; years beyond 9999 with a sign. @param epochDay days since 1970-01-01 */
export function dateText(epochDay: number): string {
  const date = new Date(epochDay * DAY_MS)
  return `${yearText(date.getUTCFullYear())}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`
}

/** `08:00:00`; Flink drops the fraction. @param timeMs milliseconds of the day */
export function timeText(timeMs: number): string {
  const seconds = Math.floor(timeMs / 1000)
  return `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`
}

/**
 * Prints timestamps of one column. Keeps the text of the last day, since neighbours mostly share it.
 *
 * @param separator between date and time: a space (SQL standard) or `T` (ISO-8601)
 * @param zone `Z` for TIMESTAMP_LTZ, else nothing
 */
export class TimestampText {
  private day = Number.NaN
  private dayText = ''

  constructor(
    private readonly separator: ' ' | 'T',
    private readonly zone: 'Z' | '',
  ) {}

  /** Precision up to 3. */
  ofMillis(epochMs: number): string {
    const inDayMs = this.enterDay(epochMs)
    const fractionMs = inDayMs % 1000
    return this.join(inDayMs, fractionMs === 0 ? '' : String(fractionMs).padStart(3, '0'))
  }

  /** Precision above 3. */
  ofNanos(epochNanos: Integral): string {
    const nanos = BigInt(epochNanos)
    const restNanos = ((nanos % NANOS_PER_MS) + NANOS_PER_MS) % NANOS_PER_MS
    const inDayMs = this.enterDay(Number((nanos - restNanos) / NANOS_PER_MS))
    const fraction = BigInt(inDayMs % 1000) * NANOS_PER_MS + restNanos
    return this.join(inDayMs, fraction === 0n ? '' : String(fraction).padStart(9, '0'))
  }

  private enterDay(epochMs: number): number {
    const day = Math.floor(epochMs / DAY_MS)
    if (day !== this.day) {
      this.day = day
      this.dayText = dateText(day)
    }
    return epochMs - day * DAY_MS
  }

  private join(inDayMs: number, fraction: string): string {
    const tail = fraction === '' ? '' : `.${withoutTrailingZeros(fraction)}`
    return `${this.dayText}${this.separator}${timeText(inDayMs)}${tail}${this.zone}`
  }
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

function yearText(year: number): string {
  if (year > 9999) return `+${year}`
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (digits.charCodeAt(end - 1) === 48) end -= 1
  return digits.slice(0, end)
}
