/**
 * Java's date patterns, the letters that are used for data: `y u M d D H h k K m s S a E X`. Two readers exist in Flink and behave
 * differently: java.time's formatter (DATE_FORMAT, TO_TIMESTAMP) and SimpleDateFormat (FROM_UNIXTIME, UNIX_TIMESTAMP, TO_DATE).
 */
import { civilOfDay, DAY_MS, dayOfYear, floorMod, HOUR_MS, isoDayOfWeek, MINUTE_MS, SECOND_MS } from './calendar.js'

/** A run of one letter, or text as it is (letter ''). */
export interface PatternPart {
  readonly letter: string
  readonly count: number
  readonly text: string
}

/** Which of Java's two formatters a pattern belongs to. */
export type PatternStyle = 'java.time' | 'SimpleDateFormat'

const NUMERIC = 'yuMdDHhkKmsS'
const LETTERS = `${NUMERIC}aEX`
const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

/** The parts of a pattern. A sentence where Java refuses it (`invalid`) or it is not built here. */
export function parsePattern(pattern: string): readonly PatternPart[] | { readonly invalid: boolean; readonly reason: string } {
  const unknown = Array.from(pattern.replace(/'[^']*'/g, '').matchAll(/[A-Za-z]/g), ([letter]) => letter).find(
    (letter) => !JAVA_LETTERS.includes(letter),
  )
  if (unknown !== undefined) return { invalid: true, reason: `unknown pattern letter: ${unknown}` }
  const parts: PatternPart[] = []
  let i = 0
  while (i < pattern.length) {
    const char = pattern[i]!
    if (char === "'") {
      const end = closingQuote(pattern, i + 1)
      if (end === -1) return { invalid: true, reason: 'a quote is not closed' }
      parts.push({ letter: '', count: 0, text: end === i + 1 ? "'" : pattern.slice(i + 1, end).replaceAll("''", "'") })
      i = end + 1
    } else if (/[A-Za-z]/.test(char)) {
      let end = i + 1
      while (pattern[end] === char) end++
      if (!LETTERS.includes(char)) return { invalid: false, reason: `pattern letter ${char} is not built yet` }
      parts.push({ letter: char, count: end - i, text: '' })
      i = end
    } else {
      if ('[]{}#'.includes(char)) return { invalid: false, reason: `${char} in a pattern is not built yet` }
      parts.push({ letter: '', count: 0, text: char })
      i++
    }
  }
  return parts
}

/** Letters that java.time knows; others are refused by it. */
const JAVA_LETTERS = 'GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZp'

function closingQuote(pattern: string, from: number): number {
  for (let i = from; i < pattern.length; i++) {
    if (pattern[i] !== "'") continue
    if (pattern[i + 1] !== "'" || i === from) return i
    i++
  }
  return -1
}

export function isNumericPart(part: PatternPart | undefined): boolean {
  return part !== undefined && part.letter !== '' && NUMERIC.includes(part.letter) && !(part.letter === 'M' && part.count > 2)
}

/** Prints a local time (epoch ms as if UTC, nanoseconds of the millisecond) by a pattern. */
export function formatPattern(parts: readonly PatternPart[], style: PatternStyle, localMs: number, nanos: number): string {
  const day = Math.floor(localMs / DAY_MS)
  const time = localMs - day * DAY_MS
  let text = ''
  for (const part of parts) text += part.letter === '' ? part.text : formatPart(part, style, day, time, nanos)
  return text
}

function formatPart(part: PatternPart, style: PatternStyle, day: number, time: number, nanos: number): string {
  const { letter, count } = part
  switch (letter) {
    case 'y':
    case 'u':
      return formatYear(letter === 'y' ? yearOfEra(civilOfDay(day).year) : civilOfDay(day).year, count)
    case 'M':
      return formatName(MONTHS[civilOfDay(day).month - 1]!, civilOfDay(day).month, count)
    case 'E':
      return count < 4 ? DAYS[isoDayOfWeek(day) - 1]!.slice(0, 3) : DAYS[isoDayOfWeek(day) - 1]!
    case 'd':
      return pad(civilOfDay(day).day, count)
    case 'D':
      return pad(dayOfYear(day), count)
    case 'a':
      return time < 12 * HOUR_MS ? 'AM' : 'PM'
    case 'S': {
      const ms = time % SECOND_MS
      return style === 'java.time' ? (pad(ms, 3) + pad(nanos, 6)).slice(0, count) : pad(ms, count)
    }
    default:
      return pad(clockField(letter, time), count)
  }
}

function clockField(letter: string, time: number): number {
  const hour = Math.floor(time / HOUR_MS)
  switch (letter) {
    case 'H':
      return hour
    case 'k':
      return hour === 0 ? 24 : hour
    case 'K':
      return hour % 12
    case 'h':
      return hour % 12 === 0 ? 12 : hour % 12
    case 'm':
      return Math.floor(time / MINUTE_MS) % 60
    default:
      return Math.floor(time / SECOND_MS) % 60
  }
}

function yearOfEra(year: number): number {
  return year > 0 ? year : 1 - year
}

function formatYear(year: number, count: number): string {
  if (count === 2) return pad(floorMod(year, 100), 2)
  return year < 0 ? `-${pad(-year, count)}` : pad(year, count)
}

function formatName(name: string, number: number, count: number): string {
  if (count <= 2) return pad(number, count)
  return count === 3 ? name.slice(0, 3) : name
}

function pad(value: number, count: number): string {
  return String(value).padStart(count, '0')
}
