/**
 * MIN and MAX. Without retraction one value is kept; where rows may be taken back all values are kept with their counts, and the extreme is
 * looked up again only when it is the one that goes.
 */
import type { LogicalType } from '../../../contract/type.js'
import { isNanos } from '../../types/predicate.js'
import { comparator } from '../../values/compare.js'
import { type Accumulator, type AccumulatorFactory, type AccumulatorHost, orNull, other, own } from './accumulator.js'
import { lowerCount, mergeCounts, raiseCount } from './value-counts.js'

type Better = (a: string, b: string) => string

export const minimum: AccumulatorFactory = (host, arg) => extreme(host, arg, '<')
export const maximum: AccumulatorFactory = (host, arg) => extreme(host, arg, '>')

function extreme(host: AccumulatorHost, arg: LogicalType, operator: '<' | '>'): Accumulator {
  const plain = isPlain(arg)
  const better: Better = plain ? (a, b) => `${a} ${operator} ${b}` : (a, b) => `${host.bind(comparator(arg))}(${a}, ${b}) ${operator} 0`
  const field = host.field(operator === '<' ? 'min' : 'max', isDouble(arg) ? 'f64' : 'value', isDouble(arg) ? 0 : null)
  const take = (value: string) => `if (${own(host.count)} === 0 || ${better(value, own(field))}) ${own(field)} = ${value}`
  const base = { add: take, merge: () => take(other(field)), result: () => orNull(host, own(field)) }
  return host.retracts ? withRetraction(host, base, field, plain ? undefined : comparator(arg), operator) : base
}

/** Kept as a double: all numbers but BIGINT, DECIMAL and nanoseconds. */
function isDouble(type: LogicalType): boolean {
  return isPlain(type) && type.kind !== 'BIGINT' && type.kind !== 'DECIMAL' && type.kind !== 'BOOLEAN' && !isNanos(type)
}

/** Compared with JavaScript's own operators. */
function isPlain(type: LogicalType): boolean {
  return type.kind !== 'CHAR' && type.kind !== 'VARCHAR' && type.kind !== 'BINARY' && type.kind !== 'VARBINARY'
}

function withRetraction(
  host: AccumulatorHost,
  base: Accumulator,
  field: number,
  compare: ((a: never, b: never) => number) | undefined,
  operator: '<' | '>',
): Accumulator {
  const counts = host.field('values', 'value', null)
  const raise = host.bind(raiseCount)
  const find = host.bind(finder(compare, operator))
  return {
    add: (value) => `${base.add(value)}\n${own(counts)} = ${raise}(${own(counts)}, ${value})`,
    retract: (value) =>
      `if (${host.bind(lowerCount)}(${own(counts)}, ${value}) && ${value} === ${own(field)}) ${own(field)} = ${find}(${own(counts)}, ${own(field)})`,
    merge: () => `${base.merge!()}\n${own(counts)} = ${host.bind(mergeCounts)}(${own(counts)}, ${other(counts)})`,
    result: base.result,
  }
}

/** The extreme of the values that are left; the last one again where none is (the count then says NULL). */
function finder(compare: ((a: never, b: never) => number) | undefined, operator: '<' | '>') {
  const order = compare as ((a: unknown, b: unknown) => number) | undefined
  const isBetter = (a: never, b: never): boolean => {
    const sign = order === undefined ? (a < b ? -1 : a > b ? 1 : 0) : order(a, b)
    return operator === '<' ? sign < 0 : sign > 0
  }
  return (counts: ReadonlyMap<unknown, number>, last: unknown): unknown => {
    let best: unknown
    let found = false
    for (const value of counts.keys()) {
      if (!found || isBetter(value as never, best as never)) best = value
      found = true
    }
    return found ? best : last
  }
}
