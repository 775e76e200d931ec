/** Times and intervals under `+ − * /`. On TIMESTAMP_LTZ the UTC instant is moved; a month step keeps the day or takes the month's last. */
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { commonType } from '../../types/common.js'
import { intervalDayTime, timestamp, timestampLtz, withNullability } from '../../types/make.js'
import { isExact, isInterval, isTimestamp } from '../../types/predicate.js'
import { addMonths, DAY_MS, floorMod } from '../../values/calendar.js'
import { fromBigInt } from '../../values/integral.js'
import { resolved } from '../define.js'
import type { ResolvedFunction } from '../definition.js'

type TemporalOperator = '+' | '-' | '*' | '/'

/** The resolved operator, or undefined where the two types do not go together. */
export function resolveTemporalArithmetic(operator: TemporalOperator, a: LogicalType, b: LogicalType): ResolvedFunction | undefined {
  if (operator === '*') {
    if (isInterval(a) && isExact(b)) return scaled(a, b, false)
    return isExact(a) && isInterval(b) ? scaled(b, a, true) : undefined
  }
  if (operator === '/') return undefined
  if (isInterval(a) && isInterval(b)) return betweenIntervals(operator, a, b)
  if (isInterval(b)) return shift(a, b, operator === '-' ? -1 : 1, false)
  if (isInterval(a) && operator === '+') return shift(b, a, 1, true)
  return undefined
}

function scaled(interval: LogicalType, factor: LogicalType, factorFirst: boolean): ResolvedFunction | undefined {
  if (factor.kind === 'DECIMAL') return undefined
  const type = withNullability(interval.kind === 'INTERVAL_DAY_TIME' ? DIFFERENCE_TYPE : interval, interval.nullable || factor.nullable)
  const multiply = (a: Integral, b: Integral) => Number(a) * Number(b) + 0
  return resolved(type, factorFirst ? [factor, interval] : [interval, factor], multiply)
}

function betweenIntervals(operator: '+' | '-', a: LogicalType, b: LogicalType): ResolvedFunction | undefined {
  if (a.kind !== b.kind) return undefined
  const common = commonType([a, b])
  if (common === undefined) return undefined
  return resolved(
    common,
    [a, b],
    operator === '+' ? (x: number, y: number) => x + y : (x: number, y: number) => x - y,
    ([x, y]) => `${x} ${operator} ${y}`,
  )
}

/** Moves a time by an interval. */
function shift(base: LogicalType, interval: LogicalType, sign: 1 | -1, intervalFirst: boolean): ResolvedFunction | undefined {
  const isNullable = base.nullable || interval.nullable
  const months = interval.kind === 'INTERVAL_YEAR_MONTH'
  const move = mover(base, months, sign)
  if (move === undefined) return undefined
  const type = withNullability(shiftedType(base), isNullable)
  const baseType = withNullability(type, base.nullable)
  if (!intervalFirst) return resolved(type, [baseType, interval], move.direct, move.inline)
  const direct = move.direct as (a: unknown, b: unknown) => unknown
  return resolved(type, [interval, baseType], (a: unknown, b: unknown) => direct(b, a))
}

/** A timestamp loses its time attribute; its precision stays. */
function shiftedType(base: LogicalType): LogicalType {
  if (!isTimestamp(base) || !('precision' in base)) return base
  return base.kind === 'TIMESTAMP' ? timestamp(base.precision) : timestampLtz(base.precision)
}

interface Mover {
  readonly direct: (value: never, by: number) => unknown
  readonly inline?: ResolvedFunction['inline']
}

function mover(base: LogicalType, months: boolean, sign: 1 | -1): Mover | undefined {
  switch (base.kind) {
    case 'DATE':
      if (months) return { direct: (day: number, by: number) => addMonths(day, sign * by) }
      return { direct: (day: number, by: number) => Math.floor((day * DAY_MS + sign * by) / DAY_MS) }
    case 'TIME':
      if (months) return { direct: (time: number) => time }
      return { direct: (time: number, by: number) => floorMod(time + sign * by, DAY_MS) }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return base.precision <= 3 ? millisMover(months, sign) : nanosMover(months, sign)
    default:
      return undefined
  }
}

/** Epoch ms months later. */
export function addMonthsToMillis(ms: number, months: number): number {
  const day = Math.floor(ms / DAY_MS)
  return addMonths(day, months) * DAY_MS + (ms - day * DAY_MS)
}

function millisMover(months: boolean, sign: 1 | -1): Mover {
  if (months) return { direct: (ms: number, by: number) => addMonthsToMillis(ms, sign * by) }
  return {
    direct: (ms: number, by: number) => ms + sign * by,
    inline: ([ms, by]) => `${ms} ${sign === 1 ? '+' : '-'} ${by}`,
  }
}

function nanosMover(months: boolean, sign: 1 | -1): Mover {
  if (!months) return { direct: (nanos: Integral, by: number) => fromBigInt(BigInt(nanos) + BigInt(sign * by) * 1_000_000n) }
  return {
    direct: (nanos: Integral, by: number) => {
      const value = BigInt(nanos)
      const rest = ((value % 1_000_000n) + 1_000_000n) % 1_000_000n
      const ms = Number((value - rest) / 1_000_000n)
      return fromBigInt(BigInt(addMonthsToMillis(ms, sign * by)) * 1_000_000n + rest)
    },
  }
}

/** What Flink makes of every computed day-time interval. */
const DIFFERENCE_TYPE = intervalDayTime('SECOND', 2, 3)
