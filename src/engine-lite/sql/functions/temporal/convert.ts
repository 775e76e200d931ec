/** Between text, numbers and times: DATE_FORMAT, TO_DATE, TO_TIMESTAMP, TO_TIMESTAMP_LTZ, FROM_UNIXTIME, UNIX_TIMESTAMP, CONVERT_TZ. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import { BIGINT, DATE, STRING, timestamp } from '../../types/make.js'
import { isTimestamp } from '../../types/predicate.js'
import { DAY_MS } from '../../values/calendar.js'
import { formatPattern } from '../../values/date-pattern.js'
import type { PatternReader } from '../../values/date-pattern-parse.js'
import { parseDate, parseTimestamp } from '../../values/temporal-parse.js'
import { splitTimestamp } from '../../values/temporal-text.js'
import { findTimeZone, instantOfLocal, localOfInstant, type TimeZone, timeZone } from '../../values/time-zone.js'
import { BIGINT_ARG, type CallSite, define, family, overloads, TEXT } from '../define.js'
import type { DirectFunction, EvaluationContext, ScalarFunction } from '../definition.js'
import { UNIX_NOW } from './current.js'
import { lenientPattern, patternParts, strictPattern } from './pattern.js'

const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss'
const TIMESTAMP_ARG = family('<TIMESTAMP>', isTimestamp, timestamp(3))

/** Compiles a constant pattern while binding; one from a row fails that row where it is not usable. */
export function patternAt<T>(site: CallSite, index: number, compile: (pattern: string) => T): (pattern: string) => T {
  const literal = site.args[index]?.literal?.value
  if (typeof literal === 'string') {
    const compiled = compile(literal)
    return () => compiled
  }
  return (pattern) => {
    try {
      return compile(pattern)
    } catch (error) {
      if (error instanceof MillraceError) throw new MillraceError('R0101', error.message, { cause: error })
      throw error
    }
  }
}

/** A constant pattern that Java refuses is refused while binding. */
function checkPattern(index: number): (site: CallSite) => string | undefined {
  return (site) => {
    const literal = site.args[index]?.literal?.value
    if (typeof literal !== 'string') return undefined
    try {
      patternParts(literal)
      return undefined
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'R0101') return error.message
      throw error
    }
  }
}

const formatTimestamp = (site: CallSite): DirectFunction => {
  const type = site.types[0]!
  const precision = 'precision' in type ? type.precision : 3
  const isLocal = type.kind === 'TIMESTAMP_LTZ'
  const parts = patternAt(site, 1, patternParts)
  return (context: EvaluationContext, value: Integral, pattern: string) => {
    const { ms, nanos } = splitTimestamp(value, precision)
    return formatPattern(parts(pattern), 'java.time', isLocal ? localOfInstant(ms, timeZone(context.timeZone)) : ms, nanos)
  }
}

/** Text is read to the second first. */
const formatText = (site: CallSite): DirectFunction => {
  const parts = patternAt(site, 1, patternParts)
  const read = lenientPattern(DEFAULT_PATTERN)
  return (_: EvaluationContext, text: string, pattern: string) => {
    const moment = read(text)
    return moment === undefined ? null : formatPattern(parts(pattern), 'java.time', moment.ms, 0)
  }
}

const dateFormat = overloads('DATE_FORMAT', [
  {
    name: 'DATE_FORMAT',
    args: [TIMESTAMP_ARG, TEXT],
    type: STRING,
    nullability: 'always',
    context: true,
    make: formatTimestamp,
    check: checkPattern(1),
  },
  { name: 'DATE_FORMAT', args: [TEXT, TEXT], type: STRING, nullability: 'always', context: true, make: formatText, check: checkPattern(1) },
])

const toDate = define({
  name: 'TO_DATE',
  args: [TEXT, TEXT],
  optional: 1,
  type: DATE,
  nullability: 'always',
  make: (site) => {
    if (site.types.length === 1) return (text: string) => parseDate(text) ?? null
    const reader = patternAt(site, 1, lenientPattern)
    return (text: string, pattern: string) => {
      const moment = reader(pattern)(text)
      if (moment === undefined) throw new MillraceError('R0101', `'${text}' is not of the form '${pattern}'`)
      return Math.floor(moment.ms / DAY_MS)
    }
  },
})

const FALLBACK = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d{1,9})?)?$/

/** By the pattern, else in the form of Java's `Timestamp.valueOf`. */
export function readTimestamp(read: PatternReader, text: string): { ms: number; nanos: number } | undefined {
  const moment = read(text)
  if (moment !== undefined) return moment
  if (!FALLBACK.test(text.trim())) return undefined
  const value = parseTimestamp(text.trim(), 9)
  return value === undefined ? undefined : splitTimestamp(value, 9)
}

const toTimestamp = define({
  name: 'TO_TIMESTAMP',
  args: [TEXT, TEXT],
  optional: 1,
  type: timestamp(3),
  nullability: 'always',
  check: checkPattern(1),
  make: (site) => {
    if (site.types.length === 1) return (text: string) => parseTimestamp(text, 3) ?? null
    const reader = patternAt(site, 1, strictPattern)
    return (text: string, pattern: string) => readTimestamp(reader(pattern), text)?.ms ?? null
  },
})

const fromUnixTime = define({
  name: 'FROM_UNIXTIME',
  args: [BIGINT_ARG, TEXT],
  optional: 1,
  type: STRING,
  nullability: 'always',
  context: true,
  check: checkPattern(1),
  make: (site) => {
    const parts = patternAt(site, 1, patternParts)
    const standard = patternParts(DEFAULT_PATTERN)
    return (context: EvaluationContext, seconds: Integral, pattern?: string) => {
      const local = localOfInstant(Number(seconds) * 1000, timeZone(context.timeZone))
      return formatPattern(pattern === undefined ? standard : parts(pattern), 'SimpleDateFormat', local, 0)
    }
  },
})

/** What Flink gives for text that is no time: `Long.MIN_VALUE`. */
const UNREADABLE = -9223372036854775808n

/** A local time that exists twice is the later instant here, as in java.util.Calendar. */
function laterInstant(localMs: number, zone: TimeZone): number {
  const early = instantOfLocal(localMs, zone)
  const late = localMs - zone.offsetAt(early + 3 * 3_600_000)
  return late > early && localOfInstant(late, zone) === localMs ? late : early
}

const unixTimestamp: ScalarFunction = overloads('UNIX_TIMESTAMP', [
  { name: 'UNIX_TIMESTAMP', args: [], type: UNIX_NOW.type, context: true, deterministic: false, apply: UNIX_NOW.read },
  {
    name: 'UNIX_TIMESTAMP',
    args: [TEXT, TEXT],
    optional: 1,
    type: BIGINT,
    context: true,
    make: (site) => {
      const reader = patternAt(site, 1, lenientPattern)
      const standard = lenientPattern(DEFAULT_PATTERN)
      return (context: EvaluationContext, text: string, pattern?: string) => {
        const moment = (pattern === undefined ? standard : reader(pattern))(text)
        return moment === undefined ? UNREADABLE : Math.floor(laterInstant(moment.ms, timeZone(context.timeZone)) / 1000)
      }
    },
  },
])

/** A zone nobody knows is GMT, silently, as in Java's `TimeZone.getTimeZone`. */
const convertZone = define({
  name: 'CONVERT_TZ',
  args: [TEXT, TEXT, TEXT],
  type: STRING,
  nullability: 'always',
  make: () => {
    const read = lenientPattern(DEFAULT_PATTERN)
    const parts = patternParts(DEFAULT_PATTERN)
    const zoneOf = (id: string) => findTimeZone(id) ?? timeZone('UTC')
    return (text: string, from: string, to: string) => {
      const moment = read(text)
      if (moment === undefined) return null
      return formatPattern(parts, 'SimpleDateFormat', localOfInstant(laterInstant(moment.ms, zoneOf(from)), zoneOf(to)), 0)
    }
  },
})

export const CONVERT_FUNCTIONS: readonly ScalarFunction[] = [dateFormat, toDate, toTimestamp, fromUnixTime, unixTimestamp, convertZone]
