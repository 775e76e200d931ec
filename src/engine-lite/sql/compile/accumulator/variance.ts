/**
 * VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP.
 *
 * Integers follow Flink 1.20, which rewrites them to `(SUM(x·x) − SUM(x)·SUM(x) / n) / n` in the arithmetic of the argument's type, so that
 * results truncate and products wrap. FLOAT and DOUBLE keep mean and squared deviation (Welford), as Flink from 2.3 on: the same to the
 * last digits, and never a negative variance.
 */
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { divideLong, intFromDouble, intFromLong, longFromDouble, multiplyLong, subtractLong } from '../../values/integral.js'
import { type Accumulator, type AccumulatorFactory, type AccumulatorHost, other, own } from './accumulator.js'
import { exactSum } from './exact-sum.js'

interface Form {
  readonly sample: boolean
  readonly root: boolean
}

/** The accumulator factory of one of the four functions. */
export function variance(form: Form): AccumulatorFactory {
  return (host, arg) => (arg.kind === 'FLOAT' || arg.kind === 'DOUBLE' ? floating(host, arg, form) : integer(host, arg, form))
}

function floating(host: AccumulatorHost, arg: LogicalType, form: Form): Accumulator {
  const mean = host.field('mean', 'f64', 0)
  const squares = host.field('squares', 'f64', 0)
  const n = own(host.count)
  const divisor = form.sample ? `(${n} - 1)` : n
  const quotient = `Math.max(${own(squares)} / ${divisor}, 0)`
  const value = form.root ? `Math.sqrt(${quotient})` : quotient
  return {
    // A count below 0 (rows taken back before they came) begins anew at 0.
    add: (x) =>
      `if (${n} === -1) { ${own(mean)} = 0; ${own(squares)} = 0 } else { const d = ${x} - ${own(mean)}; ${own(mean)} += d / (${n} + 1); ${own(squares)} += d * (${x} - ${own(mean)}) }`,
    retract: (x) =>
      `if (${n} === 1) { ${own(mean)} = 0; ${own(squares)} = 0 } ` +
      `else { const d = ${x} - ${own(mean)}; ${own(mean)} -= d / (${n} - 1); ${own(squares)} -= d * (${x} - ${own(mean)}) }`,
    merge: () =>
      `{ const m = ${other(host.count)}, t = ${n} + m, d = ${other(mean)} - ${own(mean)}; ` +
      `${own(squares)} += ${other(squares)} + d * d * ${n} * m / t; ${own(mean)} += d * m / t }`,
    result: () => `${n} > ${form.sample ? 1 : 0} ? ${arg.kind === 'FLOAT' ? `Math.fround(${value})` : value} : null`,
  }
}

function integer(host: AccumulatorHost, arg: LogicalType, form: Form): Accumulator {
  const wide = arg.kind === 'BIGINT'
  const sum = exactSum(host, 'sum', wide)
  const squares = exactSum(host, 'squares', true)
  const square = host.bind((x: Integral) => multiplyLong(x, x))
  const finish = host.bind(finisher(arg, form))
  return {
    add: (x) => `${sum.add(x)}\n{ const q = ${square}(${x})\n${squares.add('q')} }`,
    retract: (x) => `${sum.add(x, '-')}\n{ const q = ${square}(${x})\n${squares.add('q', '-')} }`,
    merge: () => `${sum.merge()}\n${squares.merge()}`,
    result: () =>
      `${own(host.count)} > ${form.sample ? 1 : 0} ? ${finish}(${sum.total('totalLong')}, ${squares.total('totalLong')}, ${own(host.count)}) : null`,
  }
}

/** Sums cut to the type's width give the same as sums that wrapped at every step. */
function finisher(arg: LogicalType, form: Form) {
  const cut = cutter(arg)
  return (sum: Integral, squares: Integral, n: number): Integral => {
    const total = cut(sum)
    const meanSquare = divideLong(cut(multiplyLong(total, total)), n)
    const value = divideLong(subtractLong(cut(squares), meanSquare), form.sample ? n - 1 : n)
    if (!form.root) return cut(value)
    const root = Number(value) ** 0.5
    return arg.kind === 'BIGINT' ? longFromDouble(root) : cut(intFromDouble(root))
  }
}

function cutter(type: LogicalType): (value: Integral) => Integral {
  if (type.kind === 'BIGINT') return (value) => value
  const shift = type.kind === 'TINYINT' ? 24 : type.kind === 'SMALLINT' ? 16 : 0
  return (value) => (intFromLong(value) << shift) >> shift
}
