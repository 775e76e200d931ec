/**
 * 64-bit integers in one normal form: a number while it is a safe integer (never −0), else a bigint. Java's `long`: results wrap around.
 * The fast path of every function is plain number arithmetic.
 */
import { MillraceError } from '../../contract/errors/index.js'
import type { Integral } from '../../contract/row.js'

const SAFE_MAX = Number.MAX_SAFE_INTEGER

/** The normal form of a bigint that is in range already. */
export function fromBigInt(value: bigint): Integral {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value
}

/** The normal form of a bigint, cut to 64 bits. */
export function wrapLong(value: bigint): Integral {
  return fromBigInt(BigInt.asIntN(64, value))
}

export function addLong(a: Integral, b: Integral): Integral {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (sum <= SAFE_MAX && sum >= -SAFE_MAX) return sum
  }
  return wrapLong(BigInt(a) + BigInt(b))
}

export function subtractLong(a: Integral, b: Integral): Integral {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (difference <= SAFE_MAX && difference >= -SAFE_MAX) return difference
  }
  return wrapLong(BigInt(a) - BigInt(b))
}

export function multiplyLong(a: Integral, b: Integral): Integral {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (product <= SAFE_MAX && product >= -SAFE_MAX) return product + 0
  }
  return wrapLong(BigInt(a) * BigInt(b))
}

/** Truncates toward zero. Throws R0101 on zero. */
export function divideLong(a: Integral, b: Integral): Integral {
  if (b === 0) throw divisionByZero()
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0
  return wrapLong(BigInt(a) / BigInt(b))
}

/** Sign of the dividend. Throws R0101 on zero. */
export function remainderLong(a: Integral, b: Integral): Integral {
  if (b === 0) throw divisionByZero()
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0
  return fromBigInt(BigInt(a) % BigInt(b))
}

export function negateLong(a: Integral): Integral {
  return typeof a === 'number' ? 0 - a : wrapLong(-a)
}

/** INT division: truncates toward zero, wraps at −2^31 / −1. Throws R0101 on zero. */
export function divideInt(a: number, b: number): number {
  if (b === 0) throw divisionByZero()
  return (a / b) | 0
}

/** Java's `%` on integers. Throws R0101 on zero. */
export function remainderInt(a: number, b: number): number {
  if (b === 0) throw divisionByZero()
  return (a % b) | 0
}

export function divisionByZero(): MillraceError {
  return new MillraceError('R0101', 'division by zero', { hint: 'test the divisor, for instance with NULLIF(x, 0)' })
}

/** Java's `(long) double`: truncates, saturates, NaN gives 0. */
export function longFromDouble(value: number): Integral {
  if (Number.isNaN(value)) return 0
  if (value >= 2 ** 63) return 9223372036854775807n
  if (value <= -(2 ** 63)) return -9223372036854775808n
  const whole = Math.trunc(value) + 0
  return whole <= SAFE_MAX && whole >= -SAFE_MAX ? whole : BigInt(whole)
}

/** Java's `(int) double`: truncates, saturates, NaN gives 0. */
export function intFromDouble(value: number): number {
  if (value >= 2147483647) return 2147483647
  if (value <= -2147483648) return -2147483648
  return value | 0
}

/** Java's `(int) long`: the low 32 bits. */
export function intFromLong(value: Integral): number {
  if (typeof value === 'number') return value <= 2147483647 && value >= -2147483648 ? value : Number(BigInt.asIntN(32, BigInt(value)))
  return Number(BigInt.asIntN(32, value))
}
