/**
 * Proleptic Gregorian calendar on day numbers (0 = 1970-01-01), as java.time has it: years before 1583 are Gregorian, year 0 exists.
 * The algorithms count in 400-year cycles of 146,097 days with years starting in March.
 */

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
export const MINUTE_MS = 60_000
export const SECOND_MS = 1000

export interface CivilDate {
  readonly year: number
  /** 1 … 12. */
  readonly month: number
  /** 1 … 31. */
  readonly day: number
}

export function civilOfDay(epochDay: number): CivilDate {
  const shifted = epochDay + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** Day number of a date; a day beyond the month runs over into the next. */
export function dayOfCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = Math.floor(shiftedYear / 400)
  const yearOfEra = shiftedYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : MONTH_DAYS[month - 1]!
}

/** The date months later, its day cut to the length of the month: 31 January + 1 month = 28 or 29 February. */
export function addMonths(epochDay: number, months: number): number {
  const { year, month, day } = civilOfDay(epochDay)
  const index = year * 12 + month - 1 + months
  const newYear = Math.floor(index / 12)
  const newMonth = index - newYear * 12 + 1
  return dayOfCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)))
}

/** 1 = Monday … 7 = Sunday. */
export function isoDayOfWeek(epochDay: number): number {
  return floorMod(epochDay + 3, 7) + 1
}

/** 1 … 366. */
export function dayOfYear(epochDay: number): number {
  return epochDay - dayOfCivil(civilOfDay(epochDay).year, 1, 1) + 1
}

/** ISO 8601 week and its year: week 1 holds the year's first Thursday. */
export function isoWeek(epochDay: number): { year: number; week: number } {
  const thursday = epochDay - isoDayOfWeek(epochDay) + 4
  const { year } = civilOfDay(thursday)
  return { year, week: Math.floor((thursday - dayOfCivil(year, 1, 1)) / 7) + 1 }
}

/** Java's Math.floorMod. */
export function floorMod(value: number, modulus: number): number {
  return value - Math.floor(value / modulus) * modulus
}
