/** Reading text by a Java date pattern. */
import { DAY_MS, dayOfCivil, daysInMonth, floorMod, HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.js'
import { isNumericPart, type PatternPart } from './date-pattern.js'

/** A local time: epoch ms as if UTC, nanoseconds of the millisecond. */
export interface LocalMoment {
  readonly ms: number
  readonly nanos: number
}

export type PatternReader = (text: string) => LocalMoment | undefined

/** Letters whose text form is read. */
const READABLE = 'yuMdHmsShaX'

/** A reader with java.time's rules (whole text, fixed widths, days cut to their month); undefined for patterns that are only printed here. */
export function strictReader(parts: readonly PatternPart[]): PatternReader | undefined {
  if (!isReadable(parts)) return undefined
  const letters: string[] = []
  const source = parts
    .map((part, i) => {
      if (part.letter === '') return quoted(part.text)
      letters.push(part.letter)
      return strictGroup(part, isNumericPart(parts[i + 1]))
    })
    .join('')
  const expression = new RegExp(`^${source}$`)
  return (text) => {
    const match = expression.exec(text)
    return match === null ? undefined : resolveStrict(fieldsOf(letters, match))
  }
}

function strictGroup({ letter, count }: PatternPart, adjacent: boolean): string {
  if (letter === 'a') return '(AM|PM)'
  if (letter === 'X') return '(Z|[+-]\\d{2}(?::?\\d{2})?)'
  if (count === 1 && !adjacent) return '(\\d{1,19})'
  return `(\\d{${count}})`
}

/** A reader with SimpleDateFormat's rules: numbers of any width, values beyond their range roll over, text behind is ignored. */
export function lenientReader(parts: readonly PatternPart[]): PatternReader | undefined {
  if (!isReadable(parts) || parts.some(({ letter, count }) => 'aX'.includes(letter || '-') || (letter === 'y' && count < 4)))
    return undefined
  const letters: string[] = []
  const source = parts
    .map((part, i) => {
      if (part.letter === '') return quoted(part.text)
      letters.push(part.letter)
      return isNumericPart(parts[i + 1]) ? `(\\d{${part.count}})` : '\\s*(\\d+)'
    })
    .join('')
  const expression = new RegExp(`^${source}`)
  return (text) => {
    const match = expression.exec(text)
    return match === null ? undefined : resolveLenient(fieldsOf(letters, match))
  }
}

function isReadable(parts: readonly PatternPart[]): boolean {
  const letters = parts.filter(({ letter }) => letter !== '').map(({ letter }) => letter)
  const plain = parts.every(
    ({ letter, count }) =>
      letter === '' || (READABLE.includes(letter) && !(letter === 'M' && count > 2) && !(letter === 'y' && count === 2)),
  )
  return plain && new Set(letters).size === letters.length && !letters.includes('h') === !letters.includes('a')
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

type Fields = ReadonlyMap<string, string>

function fieldsOf(letters: readonly string[], match: RegExpExecArray): Fields {
  return new Map(letters.map((letter, i) => [letter, match[i + 1]!]))
}

function numberOf(fields: Fields, letter: string, missing: number): number {
  const text = fields.get(letter)
  return text === undefined ? missing : Number(text)
}

function hourOf(fields: Fields): number {
  const half = fields.get('a')
  return half === undefined ? numberOf(fields, 'H', 0) : (numberOf(fields, 'h', 0) % 12) + (half === 'PM' ? 12 : 0)
}

function resolveStrict(fields: Fields): LocalMoment | undefined {
  const year = numberOf(fields, 'u', numberOf(fields, 'y', 1970))
  const month = numberOf(fields, 'M', 1)
  const day = numberOf(fields, 'd', 1)
  const [hour, minute, second] = [hourOf(fields), numberOf(fields, 'm', 0), numberOf(fields, 's', 0)]
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined
  const fraction = (fields.get('S') ?? '').padEnd(9, '0')
  const date = dayOfCivil(year, month, Math.min(day, daysInMonth(year, month)))
  return {
    ms: date * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + Number(fraction.slice(0, 3)),
    nanos: Number(fraction.slice(3, 9)),
  }
}

function resolveLenient(fields: Fields): LocalMoment {
  const months = numberOf(fields, 'y', numberOf(fields, 'u', 1970)) * 12 + numberOf(fields, 'M', 1) - 1
  const first = dayOfCivil(Math.floor(months / 12), floorMod(months, 12) + 1, 1)
  const time =
    numberOf(fields, 'H', 0) * HOUR_MS +
    numberOf(fields, 'm', 0) * MINUTE_MS +
    numberOf(fields, 's', 0) * SECOND_MS +
    numberOf(fields, 'S', 0)
  return { ms: (first + numberOf(fields, 'd', 1) - 1) * DAY_MS + time, nanos: 0 }
}
