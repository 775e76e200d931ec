/**
 * FLOOR and CEIL of a time to a unit. Units from WEEK on look at the date alone; weeks begin on Sunday. TIMESTAMP_LTZ is rounded on the
 * local clock and moved back by the offset at the given instant, as Flink does.
 */
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import type { TimeUnit } from '../../ast/expression.js'
import { civilOfDay, DAY_MS, dayOfCivil, floorMod, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../values/calendar.js'
import { joinTimestamp, splitTimestamp } from '../../values/temporal-text.js'
import { timeZone } from '../../values/time-zone.js'
import type { DirectFunction, EvaluationContext } from '../definition.js'

const SIZES_MS: Readonly<Partial<Record<TimeUnit, number>>> = {
  DAY: DAY_MS,
  HOUR: HOUR_MS,
  MINUTE: MINUTE_MS,
  SECOND: SECOND_MS,
  MILLISECOND: 1,
}

/** FLOOR (`up` false) or CEIL to a unit, the context first; undefined where the type or unit does not allow it. */
export function rounder(unit: TimeUnit, type: LogicalType, up: boolean): DirectFunction | undefined {
  const size = SIZES_MS[unit]
  const round = size === undefined ? dayRounder(unit, up) : (ms: number) => (up ? Math.ceil(ms / size) : Math.floor(ms / size)) * size + 0
  if (round === undefined) return undefined
  switch (type.kind) {
    case 'DATE': {
      // Flink's CEIL of a DATE to DAY is the next day, to finer units the same.
      if (size !== undefined) return (_: EvaluationContext, day: number) => (up && unit === 'DAY' ? day + 1 : day)
      return (_: EvaluationContext, day: number) => round(day * DAY_MS) / DAY_MS
    }
    case 'TIME':
      return size === undefined || size === DAY_MS ? undefined : (_: EvaluationContext, time: number) => checkedTime(round(time))
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampRounder(type.precision, type.kind === 'TIMESTAMP_LTZ', round, up && size !== undefined)
    default:
      return undefined
  }
}

function checkedTime(timeMs: number): number {
  if (timeMs >= DAY_MS) throw new MillraceError('R0101', 'CEIL of a TIME goes beyond the day')
  return timeMs
}

function timestampRounder(precision: number, isLocal: boolean, round: (ms: number) => number, carries: boolean): DirectFunction {
  return (context: EvaluationContext, value: Integral) => {
    const { ms: wholeMs, nanos } = splitTimestamp(value, precision)
    const ms = carries && nanos > 0 ? wholeMs + 1 : wholeMs
    const offset = isLocal ? timeZone(context.timeZone).offsetAt(ms) : 0
    return joinTimestamp(round(ms + offset) - offset, 0, precision)
  }
}

/** Rounds the date of a local time; the time of day is dropped first, also for CEIL. */
function dayRounder(unit: TimeUnit, up: boolean): ((ms: number) => number) | undefined {
  const start = unitStart(unit)
  if (start === undefined) return undefined
  return (ms) => {
    const day = Math.floor(ms / DAY_MS)
    const first = start(day, 0)
    return (up && first !== day ? start(day, 1) : first) * DAY_MS
  }
}

/** First day of the unit that holds the day, or of the one `ahead`. */
function unitStart(unit: TimeUnit): ((day: number, ahead: number) => number) | undefined {
  switch (unit) {
    case 'WEEK':
      return (day, ahead) => day - floorMod(day + 4, 7) + 7 * ahead
    case 'MONTH':
      return (day, ahead) => monthStart(civilOfDay(day).year, civilOfDay(day).month + ahead)
    case 'QUARTER':
      return (day, ahead) => {
        const { year, month } = civilOfDay(day)
        return monthStart(year, month - ((month - 1) % 3) + 3 * ahead)
      }
    case 'YEAR':
      return (day, ahead) => dayOfCivil(civilOfDay(day).year + ahead, 1, 1)
    case 'DECADE':
      return (day, ahead) => dayOfCivil((Math.floor(civilOfDay(day).year / 10) + ahead) * 10, 1, 1)
    case 'CENTURY':
      return (day, ahead) => dayOfCivil((Math.floor((civilOfDay(day).year - 1) / 100) + ahead) * 100 + 1, 1, 1)
    case 'MILLENNIUM':
      return (day, ahead) => dayOfCivil((Math.floor((civilOfDay(day).year - 1) / 1000) + ahead) * 1000 + 1, 1, 1)
    default:
      return undefined
  }
}

function monthStart(year: number, month: number): number {
  const index = year * 12 + month - 1
  return dayOfCivil(Math.floor(index / 12), floorMod(index, 12) + 1, 1)
}
