/** Casts between DATE, TIME and the timestamps, and of intervals. LTZ conversions go through the session's time zone. */
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { isInteger } from '../../types/predicate.js'
import { DAY_MS, floorMod } from '../../values/calendar.js'
import { intFromLong, wrapLong } from '../../values/integral.js'
import { joinTimestamp, splitTimestamp } from '../../values/temporal-text.js'
import { instantOfLocal, localOfInstant, timeZone } from '../../values/time-zone.js'
import { type Conversion, type ConversionRule, contextual, IDENTITY, pure } from './definition.js'

type WithPrecision = Extract<LogicalType, { kind: 'TIMESTAMP' | 'TIMESTAMP_LTZ' | 'TIME' }>

export const temporalConversion: ConversionRule = (from, to) => {
  switch (from.kind) {
    case 'DATE':
      return fromDate(to)
    case 'TIME':
      return fromTime(from, to)
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return fromTimestamp(from, to)
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
      return fromInterval(from, to)
    default:
      return isInteger(from) && (to.kind === 'INTERVAL_DAY_TIME' || to.kind === 'INTERVAL_YEAR_MONTH')
        ? pure((value: Integral) => Number(value))
        : undefined
  }
}

function fromDate(to: LogicalType): Conversion | undefined {
  switch (to.kind) {
    case 'DATE':
      return IDENTITY
    case 'TIMESTAMP':
      return pure((day: number) => joinTimestamp(day * DAY_MS, 0, to.precision))
    case 'TIMESTAMP_LTZ':
      return contextual((day: number, context) => joinTimestamp(instantOfLocal(day * DAY_MS, timeZone(context.timeZone)), 0, to.precision))
    default:
      return undefined
  }
}

function fromTime(from: WithPrecision, to: LogicalType): Conversion | undefined {
  switch (to.kind) {
    case 'TIME':
      return from.precision <= to.precision ? IDENTITY : pure((time: number) => cutTime(time, to.precision))
    case 'TIMESTAMP':
      return pure((time: number) => joinTimestamp(time, 0, to.precision))
    case 'TIMESTAMP_LTZ':
      return contextual((time: number, context) => joinTimestamp(instantOfLocal(time, timeZone(context.timeZone)), 0, to.precision))
    default:
      return undefined
  }
}

function cutTime(timeMs: number, precision: number): number {
  return timeMs - (timeMs % 10 ** Math.max(0, 3 - precision))
}

function fromTimestamp(from: WithPrecision, to: LogicalType): Conversion | undefined {
  switch (to.kind) {
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return betweenTimestamps(from, to)
    case 'DATE':
      return local(from, (localMs) => Math.floor(localMs / DAY_MS))
    case 'TIME':
      return local(from, (localMs) => cutTime(floorMod(localMs, DAY_MS), to.precision))
    default:
      return undefined
  }
}

/** A conversion that looks at the local wall clock. */
function local(from: WithPrecision, convert: (localMs: number) => unknown): Conversion {
  const { precision } = from
  if (from.kind === 'TIMESTAMP') return pure((value: Integral) => convert(splitTimestamp(value, precision).ms))
  return contextual((value: Integral, context) => convert(localOfInstant(splitTimestamp(value, precision).ms, timeZone(context.timeZone))))
}

function betweenTimestamps(from: WithPrecision, to: WithPrecision): Conversion {
  if (from.kind === to.kind) {
    if (from.precision === to.precision || (from.precision <= 3 && to.precision <= 3 && from.precision <= to.precision)) return IDENTITY
    return pure((value: Integral) => {
      const { ms, nanos } = splitTimestamp(value, from.precision)
      return joinTimestamp(ms, nanos, to.precision)
    })
  }
  const shift = from.kind === 'TIMESTAMP' ? instantOfLocal : localOfInstant
  return contextual((value: Integral, context) => {
    const { ms, nanos } = splitTimestamp(value, from.precision)
    return joinTimestamp(shift(ms, timeZone(context.timeZone)), nanos, to.precision)
  })
}

function fromInterval(from: LogicalType, to: LogicalType): Conversion | undefined {
  if (from.kind === to.kind) return IDENTITY
  if (to.kind === 'BIGINT') return pure((value: number) => wrapLong(BigInt(value)))
  if (to.kind === 'INTEGER') return pure((value: number) => intFromLong(value))
  return undefined
}
