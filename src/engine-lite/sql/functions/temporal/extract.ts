/**
 * EXTRACT and its short forms (YEAR, HOUR, DAYOFWEEK …). The arithmetic truncates toward zero as Flink's does, so before 1970 hours are
 * negative and the date is that of the day after. TIMESTAMP_LTZ is read in the session's zone, its EPOCH too.
 */
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import type { TimeUnit } from '../../ast/expression.js'
import { BIGINT } from '../../types/make.js'
import { printType } from '../../types/print.js'
import { civilOfDay, DAY_MS, dayOfYear, floorMod, HOUR_MS, isoDayOfWeek, isoWeek, MINUTE_MS, SECOND_MS } from '../../values/calendar.js'
import { splitTimestamp } from '../../values/temporal-text.js'
import { localOfInstant, timeZone } from '../../values/time-zone.js'
import { ANY, type CallSite, define, type FunctionSpec } from '../define.js'
import type { DirectFunction, EvaluationContext, ScalarFunction } from '../definition.js'

/** A field of a day number; undefined for units of the time of day. */
function dateField(unit: TimeUnit): ((day: number) => number) | undefined {
  switch (unit) {
    case 'YEAR':
      return (day) => civilOfDay(day).year
    case 'QUARTER':
      return (day) => Math.floor((civilOfDay(day).month - 1) / 3) + 1
    case 'MONTH':
      return (day) => civilOfDay(day).month
    case 'WEEK':
      return (day) => isoWeek(day).week
    case 'DAY':
      return (day) => civilOfDay(day).day
    case 'DECADE':
      return (day) => Math.trunc(civilOfDay(day).year / 10)
    case 'CENTURY':
      return (day) => yearGroup(civilOfDay(day).year, 100)
    case 'MILLENNIUM':
      return (day) => yearGroup(civilOfDay(day).year, 1000)
    case 'DOW':
      return (day) => floorMod(day + 4, 7) + 1
    case 'ISODOW':
      return isoDayOfWeek
    case 'DOY':
      return dayOfYear
    case 'ISOYEAR':
      return (day) => isoWeek(day).year
    default:
      return undefined
  }
}

/** The first century is 1 … 100. */
function yearGroup(year: number, size: number): number {
  return year > 0 ? Math.trunc((year + size - 1) / size) : Math.trunc((year - size + 1) / size)
}

/** A field of the time of day, from epoch or day milliseconds and the nanoseconds beyond. */
function timeField(unit: TimeUnit): ((ms: number, nanos: number) => number) | undefined {
  switch (unit) {
    case 'HOUR':
      return (ms) => Math.trunc((ms % DAY_MS) / HOUR_MS) + 0
    case 'MINUTE':
      return (ms) => Math.trunc((ms % HOUR_MS) / MINUTE_MS) + 0
    case 'SECOND':
      return (ms) => Math.trunc((ms % MINUTE_MS) / SECOND_MS) + 0
    case 'MILLISECOND':
      return (ms) => (ms % SECOND_MS) + 0
    case 'MICROSECOND':
      return (ms, nanos) => (ms % SECOND_MS) * 1000 + Math.trunc(nanos / 1000)
    case 'NANOSECOND':
      return (ms, nanos) => (ms % SECOND_MS) * 1_000_000 + nanos
    case 'EPOCH':
      return (ms) => Math.trunc(ms / SECOND_MS) + 0
    default:
      return undefined
  }
}

/** The function for a unit and type, or undefined where the type has no such field. The context comes first. */
function extractor(unit: TimeUnit, type: LogicalType): DirectFunction | undefined {
  const ofDate = dateField(unit)
  const ofTime = timeField(unit)
  switch (type.kind) {
    case 'DATE':
      if (unit === 'EPOCH') return (_: EvaluationContext, day: number) => day * 86_400
      return ofDate === undefined ? undefined : (_: EvaluationContext, day: number) => ofDate(day)
    case 'TIME':
      return ofTime === undefined ? undefined : (_: EvaluationContext, ms: number) => ofTime(ms, 0)
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const { precision } = type
      const isLocal = type.kind === 'TIMESTAMP_LTZ'
      return (context: EvaluationContext, value: Integral) => {
        const { ms, nanos } = splitTimestamp(value, precision)
        const local = isLocal ? localOfInstant(ms, timeZone(context.timeZone)) : ms
        return ofDate === undefined ? ofTime!(local, nanos) : ofDate(Math.trunc(local / DAY_MS) + 0)
      }
    }
    case 'INTERVAL_DAY_TIME':
      if (unit === 'DAY') return (_: EvaluationContext, ms: number) => Math.trunc(ms / DAY_MS) + 0
      return ofTime === undefined ? undefined : (_: EvaluationContext, ms: number) => ofTime(ms, 0)
    case 'INTERVAL_YEAR_MONTH':
      return monthsField(unit)
    default:
      return undefined
  }
}

function monthsField(unit: TimeUnit): DirectFunction | undefined {
  switch (unit) {
    case 'YEAR':
      return (_: EvaluationContext, months: number) => Math.trunc(months / 12) + 0
    case 'MONTH':
      return (_: EvaluationContext, months: number) => (months % 12) + 0
    case 'QUARTER':
      return (_: EvaluationContext, months: number) => Math.trunc((months % 12) / 3) + 1
    default:
      return undefined
  }
}

function spec(name: string, unitOf: (site: CallSite) => TimeUnit): FunctionSpec {
  return {
    name,
    args: [ANY],
    type: BIGINT,
    context: true,
    check: (site) => {
      const type = site.types[0]!
      const unit = unitOf(site)
      if (type.kind === 'DATE' && (unit === 'HOUR' || unit === 'MINUTE' || unit === 'SECOND')) {
        throw new MillraceError('E0301', `${unit} of a DATE is not built`, { hint: 'a DATE has no time of day' })
      }
      return extractor(unit, type) === undefined ? `${unit} does not apply to ${printType(type)}` : undefined
    },
    make: (site) => extractor(unitOf(site), site.types[0]!)!,
  }
}

const SHORT_FORMS: readonly (readonly [string, TimeUnit])[] = [
  ['YEAR', 'YEAR'],
  ['QUARTER', 'QUARTER'],
  ['MONTH', 'MONTH'],
  ['WEEK', 'WEEK'],
  ['DAYOFYEAR', 'DOY'],
  ['DAYOFMONTH', 'DAY'],
  ['DAYOFWEEK', 'DOW'],
  ['HOUR', 'HOUR'],
  ['MINUTE', 'MINUTE'],
  ['SECOND', 'SECOND'],
]

export const EXTRACT_FUNCTIONS: readonly ScalarFunction[] = [
  define(spec('EXTRACT', (site) => site.modifiers.unit ?? 'DAY')),
  ...SHORT_FORMS.map(([name, unit]) => define(spec(name, () => unit))),
]
