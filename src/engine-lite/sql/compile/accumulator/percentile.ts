/**
 * PERCENTILE with constant percentages: all values with their counts are kept and walked in order for the result, which lies between two
 * values in proportion (Flink's PercentileAggFunction).
 */
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { doubleFromDecimal } from '../../values/decimal.js'
import { type AccumulatorFactory, orNull, other, own } from './accumulator.js'
import { lowerCount, mergeCounts, raiseCount } from './value-counts.js'

/** One result per percentage, as an array where `many`. */
export function percentile(percentages: readonly number[], many: boolean): AccumulatorFactory {
  return (host, arg) => {
    const field = host.field('values', 'value', null)
    const toDouble = doubleOf(arg)
    const compute = host.bind((counts: ReadonlyMap<Integral, number>, total: number) => {
      const sorted = [...counts].map(([value, count]) => [toDouble(value), count] as const).sort(([a], [b]) => a - b)
      const results = percentages.map((percentage) => valueAt(sorted, (total - 1) * percentage))
      return many ? results : results[0]
    })
    return {
      add: (value) => `${own(field)} = ${host.bind(raiseCount)}(${own(field)}, ${value})`,
      retract: (value) => `${host.bind(lowerCount)}(${own(field)}, ${value})`,
      merge: () => `${own(field)} = ${host.bind(mergeCounts)}(${own(field)}, ${other(field)})`,
      result: () => orNull(host, percentages.length === 0 ? 'null' : `${compute}(${own(field)}, ${own(host.count)})`),
    }
  }
}

function doubleOf(type: LogicalType): (value: Integral) => number {
  if (type.kind === 'DECIMAL') return (value) => doubleFromDecimal(value, type.scale)
  return Number
}

type Counted = readonly (readonly [number, number])[]

/** The value at a position between the first (0) and the last, interpolated. */
function valueAt(sorted: Counted, position: number): number {
  const lower = Math.floor(position)
  const upper = Math.ceil(position)
  const low = nth(sorted, lower)
  const high = nth(sorted, upper)
  return lower === upper || low === high ? low : (upper - position) * low + (position - lower) * high
}

function nth(sorted: Counted, index: number): number {
  let seen = 0
  for (const [value, count] of sorted) {
    seen += count
    if (seen > index) return value
  }
  return sorted.at(-1)?.[0] ?? Number.NaN
}
