/**
 * FIRST_VALUE, LAST_VALUE and LISTAGG: by arrival, skipping NULL. Under retraction all values are kept in order and the earliest equal one
 * is taken back. FIRST_VALUE and LAST_VALUE do not merge, as in Flink.
 */

import { valueEquals } from '../../../base/value-equals.js'
import { type Accumulator, type AccumulatorFactory, type AccumulatorHost, orNull, other, own } from './accumulator.js'

export const firstValue: AccumulatorFactory = (host) => {
  if (host.retracts) return listed(host, (list) => `${list}[0]`)
  const field = host.field('first', 'value', null)
  return { add: (value) => `if (${own(host.count)} === 0) ${own(field)} = ${value}`, result: () => own(field) }
}

export const lastValue: AccumulatorFactory = (host) => {
  if (host.retracts) return listed(host, (list) => `${list}[${list}.length - 1]`)
  const field = host.field('last', 'value', null)
  return { add: (value) => `${own(field)} = ${value}`, result: () => own(field) }
}

/** LISTAGG with a constant separator. */
export function listAgg(separator: string): AccumulatorFactory {
  return (host) => {
    const comma = host.bind(separator)
    if (host.retracts) return listed(host, (list) => `${list}.join(${comma})`)
    const field = host.field('text', 'value', null)
    return {
      add: (value) => `${own(field)} = ${own(host.count)} === 0 ? ${value} : ${own(field)} + ${comma} + ${value}`,
      merge: () => `${own(field)} = ${own(host.count)} === 0 ? ${other(field)} : ${own(field)} + ${comma} + ${other(field)}`,
      result: () => own(field),
    }
  }
}

/** ARRAY_AGG: all values in order of arrival. */
export const arrayAgg: AccumulatorFactory = (host) => {
  const field = host.field('items', 'value', null)
  return {
    add: (value) => `${own(field)} = ${host.bind(append)}(${own(field)}, ${value})`,
    retract: (value) => `${host.bind(removeFirst)}(${own(field)}, ${value})`,
    merge: () => `${own(field)} = [...(${own(field)} ?? []), ...${other(field)}]`,
    result: () => orNull(host, `${own(field)}.slice()`),
  }
}

function listed(host: AccumulatorHost, pick: (list: string) => string): Accumulator {
  const field = host.field('values', 'value', null)
  return {
    add: (value) => `${own(field)} = ${host.bind(append)}(${own(field)}, ${value})`,
    retract: (value) => `${host.bind(removeFirst)}(${own(field)}, ${value})`,
    result: () => `${own(field)} !== null && ${own(field)}.length > 0 ? ${pick(own(field))} : null`,
  }
}

function append(list: unknown[] | null, value: unknown): unknown[] {
  if (list === null) return [value]
  list.push(value)
  return list
}

function removeFirst(list: unknown[] | null, value: unknown): void {
  const at = list?.findIndex((item) => valueEquals(item, value)) ?? -1
  if (at >= 0) list?.splice(at, 1)
}
