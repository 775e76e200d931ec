/** TIMESTAMPADD, TIMESTAMPDIFF and OVERLAPS. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import type { TimeUnit } from '../../ast/expression.js'
import { commonType } from '../../types/common.js'
import { BIGINT, BOOLEAN, INT, intervalDayTime, intervalYearMonth, timestamp, timestampLtz, withNullability } from '../../types/make.js'
import { isDatetime, isInteger, isInterval } from '../../types/predicate.js'
import { printType } from '../../types/print.js'
import { addMonths, DAY_MS, floorMod, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../values/calendar.js'
import { intFromLong } from '../../values/integral.js'
import { resolved } from '../define.js'
import type { ArgumentInfo, ResolvedFunction, ScalarFunction } from '../definition.js'
import { and } from '../logical.js'
import { resolveTemporalArithmetic } from './arithmetic.js'

const MONTHS: Readonly<Partial<Record<TimeUnit, number>>> = { YEAR: 12, QUARTER: 3, MONTH: 1 }
const SIZES_MS: Readonly<Partial<Record<TimeUnit, number>>> = {
  WEEK: 7 * DAY_MS,
  DAY: DAY_MS,
  HOUR: HOUR_MS,
  MINUTE: MINUTE_MS,
  SECOND: SECOND_MS,
  MILLISECOND: 1,
}

function resolveAdd([amount, base]: readonly ArgumentInfo[], unit: TimeUnit | undefined): ResolvedFunction | string {
  if (amount === undefined || base === undefined || unit === undefined) return 'TIMESTAMPADD takes a unit, a number and a time'
  const months = MONTHS[unit]
  const size = SIZES_MS[unit]
  if (months === undefined && size === undefined) return `TIMESTAMPADD does not take ${unit}`
  if (!isInteger(amount.type) && amount.type.kind !== 'NULL') return `TIMESTAMPADD takes an integer, not ${printType(amount.type)}`
  if (!isDatetime(base.type)) return `TIMESTAMPADD takes a time, not ${printType(base.type)}`
  const interval = withNullability(
    months === undefined ? intervalDayTime('SECOND', 10, 3) : intervalYearMonth('MONTH', 10),
    amount.type.nullable,
  )
  const baseType = addedType(base.type, unit)
  const move = resolveTemporalArithmetic('+', baseType, interval)
  if (move === undefined) return `TIMESTAMPADD does not take ${printType(base.type)}`
  const factor = months ?? size!
  const apply = move.direct as (value: unknown, by: number) => unknown
  const amountType = withNullability(BIGINT, amount.type.nullable)
  return resolved(move.type, [amountType, move.argTypes[0]!], (by: Integral, value: unknown) => apply(value, Number(by) * factor))
}

/** A DATE moved by hours becomes TIMESTAMP(6). */
function addedType(type: LogicalType, unit: TimeUnit): LogicalType {
  if (type.kind === 'DATE' && (SIZES_MS[unit] ?? DAY_MS) < DAY_MS) return timestamp(6, type.nullable)
  if (unit === 'MILLISECOND' && 'precision' in type && type.precision < 3) {
    if (type.kind === 'TIMESTAMP') return timestamp(3, type.nullable)
    if (type.kind === 'TIMESTAMP_LTZ') return timestampLtz(3, type.nullable)
  }
  return type
}

function resolveDifference([from, to]: readonly ArgumentInfo[], unit: TimeUnit | undefined): ResolvedFunction | string {
  if (from === undefined || to === undefined || unit === undefined) return 'TIMESTAMPDIFF takes a unit and two times'
  if (MONTHS[unit] === undefined && SIZES_MS[unit] === undefined) return `TIMESTAMPDIFF does not take ${unit}`
  if (unit === 'MILLISECOND') {
    throw new MillraceError('E0301', 'TIMESTAMPDIFF in MILLISECOND, which Flink 1.20 refuses and which overflows in 2.x, is not built', {
      hint: 'TIMESTAMPDIFF(SECOND, …) counts whole seconds',
    })
  }
  if (!isDatetime(from.type) || !isDatetime(to.type))
    return `TIMESTAMPDIFF takes times, not ${printType(from.type)} and ${printType(to.type)}`
  const isLocal = from.type.kind === 'TIMESTAMP_LTZ' || to.type.kind === 'TIMESTAMP_LTZ'
  const meet = (type: LogicalType) => (isLocal ? timestampLtz(3, type.nullable) : timestamp(3, type.nullable))
  const type = withNullability(INT, from.type.nullable || to.type.nullable)
  const months = MONTHS[unit]
  const size = SIZES_MS[unit]!
  const direct =
    months === undefined
      ? (a: number, b: number) => intFromLong(Math.trunc((b - a) / size) + 0)
      : (a: number, b: number) => Math.trunc(monthsBetween(b, a) / months) + 0
  return resolved(type, [meet(from.type), meet(to.type)], direct)
}

/** Whole months from `start` to `end` in epoch ms; negative where the end comes first. */
export function monthsBetween(end: number, start: number): number {
  const endTime = floorMod(end, DAY_MS)
  const startTime = floorMod(start, DAY_MS)
  const endDay = (end - endTime) / DAY_MS
  const startDay = (start - startTime) / DAY_MS
  const months = monthsBetweenDays(endDay, startDay)
  return addMonths(startDay, months) === endDay && endTime < startTime ? months - 1 : months
}

function monthsBetweenDays(end: number, start: number): number {
  if (end < start) return 0 - monthsBetweenDays(start, end)
  let months = Math.floor((end - start) / 31)
  for (;;) {
    if (addMonths(start, months) >= end || addMonths(start, months + 1) > end) return months
    months++
  }
}

/** Bounds of both ranges in one order; NULL comparisons by three-valued logic. */
function overlaps(a: number, b: number, c: number, d: number): boolean | null {
  const [low, high] = a <= b ? [a, b] : [b, a]
  const [otherLow, otherHigh] = c <= d ? [c, d] : [d, c]
  return and(high >= otherLow, otherHigh >= low)
}

function resolveOverlaps(args: readonly ArgumentInfo[]): ResolvedFunction | string {
  const [a, b, c, d] = args
  if (a === undefined || b === undefined || c === undefined || d === undefined) return 'OVERLAPS takes two pairs'
  const meeting = commonType([a.type, c.type, ...[b, d].filter((arg) => !isInterval(arg.type)).map((arg) => arg.type)])
  if (meeting === undefined || !isDatetime(meeting)) return 'OVERLAPS takes pairs of times, or a time and an interval'
  if (meeting.kind === 'TIMESTAMP' && meeting.precision > 3) return resolveOverlapsAt(args, timestamp(3))
  return meeting.kind === 'TIMESTAMP_LTZ' ? 'OVERLAPS does not take TIMESTAMP_LTZ' : resolveOverlapsAt(args, meeting)
}

function resolveOverlapsAt(args: readonly ArgumentInfo[], meeting: LogicalType): ResolvedFunction {
  const types = args.map((arg) => (isInterval(arg.type) ? arg.type : withNullability(meeting, arg.type.nullable)))
  const ends = [1, 3].map((i) => {
    const type = types[i]!
    if (!isInterval(type)) return (_: never, end: number) => end
    return resolveTemporalArithmetic('+', withNullability(meeting, false), type)!.direct as (start: never, by: number) => number
  })
  const direct = (a: number, b: number, c: number, d: number) => overlaps(a, ends[0]!(a as never, b), c, ends[1]!(c as never, d))
  return resolved(
    withNullability(
      BOOLEAN,
      args.some((arg) => arg.type.nullable),
    ),
    types,
    direct,
  )
}

export const DIFFERENCE_FUNCTIONS: readonly ScalarFunction[] = [
  { name: 'TIMESTAMPADD', nulls: 'strict', deterministic: true, resolve: (args, modifiers) => resolveAdd(args, modifiers?.unit) },
  { name: 'TIMESTAMPDIFF', nulls: 'strict', deterministic: true, resolve: (args, modifiers) => resolveDifference(args, modifiers?.unit) },
  { name: 'OVERLAPS', nulls: 'strict', deterministic: true, resolve: resolveOverlaps },
]
