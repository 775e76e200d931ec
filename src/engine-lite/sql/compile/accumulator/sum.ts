/** COUNT, SUM and AVG. SUM of an integer wraps in its own type, AVG truncates to it; FLOAT sums in single precision (Flink's SumAggFunction, AvgAggFunction). */
import type { Integral } from '../../../contract/row.js'
import { averageType } from '../../types/numeric.js'
import { checkPrecision, divideDecimal } from '../../values/decimal.js'
import { divideLong, intFromLong } from '../../values/integral.js'
import { type AccumulatorFactory, type AccumulatorHost, orNull, other, own } from './accumulator.js'
import { exactSum } from './exact-sum.js'

/** Shifts that cut to a type's width. */
const SHIFTS: Readonly<Record<string, number>> = { TINYINT: 24, SMALLINT: 16, INTEGER: 0 }

export const count: AccumulatorFactory = (host) => ({
  add: () => '',
  retract: () => '',
  merge: () => '',
  result: () => own(host.count),
})

export const sum: AccumulatorFactory = (host, arg, result) => {
  switch (arg.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return wrappingSum(host, SHIFTS[arg.kind]!)
    case 'BIGINT': {
      const parts = exactSum(host, 'sum', true)
      return {
        add: parts.add,
        retract: (value) => parts.add(value, '-'),
        merge: parts.merge,
        result: () => orNull(host, parts.total('totalLong')),
      }
    }
    case 'DECIMAL': {
      const parts = exactSum(host, 'sum', true)
      const precision = result.kind === 'DECIMAL' ? result.precision : 38
      const check = host.bind((value: Integral) => checkPrecision(value, precision))
      return {
        add: parts.add,
        retract: (value) => parts.add(value, '-'),
        merge: parts.merge,
        result: () => orNull(host, `${check}(${parts.total('total')})`),
      }
    }
    default:
      return floatingSum(host, arg.kind === 'FLOAT')
  }
}

function wrappingSum(host: AccumulatorHost, shift: number) {
  const field = host.field('sum', 'f64', 0)
  const cut = (text: string) => `${own(field)} = ${shift === 0 ? `(${text}) | 0` : `(${text}) << ${shift} >> ${shift}`}`
  return {
    add: (value: string) => cut(`${own(field)} + ${value}`),
    retract: (value: string) => cut(`${own(field)} - ${value}`),
    merge: () => cut(`${own(field)} + ${other(field)}`),
    result: () => orNull(host, own(field)),
  }
}

function floatingSum(host: AccumulatorHost, single: boolean) {
  const field = host.field('sum', 'f64', 0)
  const round = (text: string) => `${own(field)} = ${single ? `Math.fround(${text})` : text}`
  return {
    field,
    add: (value: string) => round(`${own(field)} + ${value}`),
    retract: (value: string) => round(`${own(field)} - ${value}`),
    merge: () => round(`${own(field)} + ${other(field)}`),
    result: () => orNull(host, own(field)),
  }
}

export const average: AccumulatorFactory = (host, arg) => {
  if (arg.kind === 'FLOAT' || arg.kind === 'DOUBLE') {
    const { field, ...base } = floatingSum(host, false)
    const quotient = `${own(field)} / ${own(host.count)}`
    return { ...base, result: () => orNull(host, arg.kind === 'FLOAT' ? `Math.fround(${quotient})` : quotient) }
  }
  const parts = exactSum(host, 'sum', arg.kind === 'BIGINT' || arg.kind === 'DECIMAL')
  const base = { add: parts.add, retract: (value: string) => parts.add(value, '-'), merge: parts.merge }
  const total = parts.total(arg.kind === 'DECIMAL' ? 'total' : 'totalLong')
  if (arg.kind === 'DECIMAL') {
    const type = averageType(arg)
    const scale = type.kind === 'DECIMAL' ? type.scale : 0
    const divide = host.bind((sum: Integral, n: number) => divideDecimal(sum, arg.scale, n, 0, 38, scale))
    return { ...base, result: () => orNull(host, `${divide}(${total}, ${own(host.count)})`) }
  }
  const shift = SHIFTS[arg.kind] ?? 0
  const divide = host.bind((sum: Integral, n: number) => {
    const quotient = divideLong(sum, n)
    return arg.kind === 'BIGINT' ? quotient : (intFromLong(quotient) << shift) >> shift
  })
  return { ...base, result: () => orNull(host, `${divide}(${total}, ${own(host.count)})`) }
}
