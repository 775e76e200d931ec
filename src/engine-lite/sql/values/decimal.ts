/**
 * DECIMAL arithmetic on unscaled values in the normal form of {@link Integral}. Scales are static, so every function takes them as
 * numbers known when code is generated. A result with more than its digits is NULL, rounding is HALF_UP (Flink's `DecimalDataUtils`).
 */
import type { Integral } from '../../contract/row.js'
import { divisionByZero, fromBigInt } from './integral.js'

const SAFE_MAX = Number.MAX_SAFE_INTEGER

const POWERS: readonly bigint[] = Array.from({ length: 80 }, (_, i) => 10n ** BigInt(i))
const SMALL_POWERS: readonly number[] = Array.from({ length: 16 }, (_, i) => 10 ** i)

/** 10^n as a bigint, n ≥ 0. */
export function powerOfTen(n: number): bigint {
  return POWERS[n] ?? 10n ** BigInt(n)
}

/** Division rounded half away from zero. */
export function divideHalfUp(a: bigint, b: bigint): bigint {
  const quotient = a / b
  const rest = a % b
  const twice = (rest < 0n ? -rest : rest) * 2n
  if (twice < (b < 0n ? -b : b)) return quotient
  return a < 0n === b < 0n ? quotient + 1n : quotient - 1n
}

/** The unscaled value at another scale: exact upwards, HALF_UP downwards. */
export function rescale(value: Integral, from: number, to: number): Integral {
  if (from === to || value === 0) return value
  if (to > from) {
    const factor = SMALL_POWERS[to - from]
    if (typeof value === 'number' && factor !== undefined) {
      const product = value * factor
      if (product <= SAFE_MAX && product >= -SAFE_MAX) return product
    }
    return fromBigInt(BigInt(value) * powerOfTen(to - from))
  }
  return fromBigInt(divideHalfUp(BigInt(value), powerOfTen(from - to)))
}

/** Like {@link rescale}, cutting digits off. */
export function rescaleDown(value: Integral, from: number, to: number): Integral {
  return to >= from ? rescale(value, from, to) : fromBigInt(BigInt(value) / powerOfTen(from - to))
}

/** The value, or null where it has more than `precision` digits. */
export function checkPrecision(value: Integral, precision: number): Integral | null {
  if (typeof value === 'number') {
    if (precision > 15) return value
    const limit = SMALL_POWERS[precision]!
    return value < limit && value > -limit ? value : null
  }
  const limit = powerOfTen(precision)
  return value < limit && value > -limit ? value : null
}

/** To another DECIMAL type; null where it does not fit. */
export function castDecimal(value: Integral, scale: number, toPrecision: number, toScale: number): Integral | null {
  return checkPrecision(rescale(value, scale, toScale), toPrecision)
}

/** Sum of two values of one scale, unchecked. */
export function addUnscaled(a: Integral, b: Integral): Integral {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (sum <= SAFE_MAX && sum >= -SAFE_MAX) return sum
  }
  return fromBigInt(BigInt(a) + BigInt(b))
}

export function negateUnscaled(a: Integral): Integral {
  return typeof a === 'number' ? 0 - a : fromBigInt(-a)
}

export function addDecimal(a: Integral, scaleA: number, b: Integral, scaleB: number, precision: number, scale: number): Integral | null {
  const common = Math.max(scaleA, scaleB)
  const sum = addUnscaled(rescale(a, scaleA, common), rescale(b, scaleB, common))
  return checkPrecision(rescale(sum, common, scale), precision)
}

export function subtractDecimal(
  a: Integral,
  scaleA: number,
  b: Integral,
  scaleB: number,
  precision: number,
  scale: number,
): Integral | null {
  return addDecimal(a, scaleA, negateUnscaled(b), scaleB, precision, scale)
}

export function multiplyDecimal(
  a: Integral,
  scaleA: number,
  b: Integral,
  scaleB: number,
  precision: number,
  scale: number,
): Integral | null {
  let product: Integral | undefined
  if (typeof a === 'number' && typeof b === 'number') {
    const fast = a * b
    if (fast <= SAFE_MAX && fast >= -SAFE_MAX) product = fast + 0
  }
  product ??= fromBigInt(BigInt(a) * BigInt(b))
  return checkPrecision(rescale(product, scaleA + scaleB, scale), precision)
}

/** Digits that Flink's DECIMAL division works with (`MathContext(38, HALF_UP)`) before it rounds to the result's scale. */
const DIVISION_DIGITS = 38

/** Throws R0101 on zero. */
export function divideDecimal(a: Integral, scaleA: number, b: Integral, scaleB: number, precision: number, scale: number): Integral | null {
  if (b === 0) throw divisionByZero()
  const { unscaled, scale: quotientScale } = divideToDigits(BigInt(a), scaleA, BigInt(b), scaleB)
  return checkPrecision(rescaleAny(unscaled, quotientScale, scale), precision)
}

/** a / b rounded HALF_UP to 38 significant digits. */
function divideToDigits(a: bigint, scaleA: number, b: bigint, scaleB: number): { unscaled: bigint; scale: number } {
  if (a === 0n) return { unscaled: 0n, scale: 0 }
  let shift = DIVISION_DIGITS + digitCount(b) - digitCount(a)
  let quotient = divideScaled(a, b, shift)
  if (digitCount(quotient) > DIVISION_DIGITS) {
    shift -= 1
    quotient = divideScaled(a, b, shift)
  }
  return { unscaled: quotient, scale: scaleA - scaleB + shift }
}

function divideScaled(a: bigint, b: bigint, shift: number): bigint {
  return shift >= 0 ? divideHalfUp(a * powerOfTen(shift), b) : divideHalfUp(a, b * powerOfTen(-shift))
}

function rescaleAny(value: bigint, from: number, to: number): Integral {
  return to >= from ? fromBigInt(value * powerOfTen(to - from)) : fromBigInt(divideHalfUp(value, powerOfTen(from - to)))
}

/** Number of decimal digits of the absolute value; 1 for zero. */
export function digitCount(value: bigint): number {
  const text = value.toString()
  return value < 0n ? text.length - 1 : text.length
}

/** Sign of the dividend. Throws R0101 on zero. */
export function remainderDecimal(
  a: Integral,
  scaleA: number,
  b: Integral,
  scaleB: number,
  precision: number,
  scale: number,
): Integral | null {
  if (b === 0) throw divisionByZero()
  const common = Math.max(scaleA, scaleB)
  const rest = BigInt(rescale(a, scaleA, common)) % BigInt(rescale(b, scaleB, common))
  return checkPrecision(rescale(fromBigInt(rest), common, scale), precision)
}

/** −1, 0 or 1 for values of any scales. */
export function compareDecimal(a: Integral, scaleA: number, b: Integral, scaleB: number): number {
  const common = Math.max(scaleA, scaleB)
  const left = rescale(a, scaleA, common)
  const right = rescale(b, scaleB, common)
  return left < right ? -1 : left > right ? 1 : 0
}

/** The nearest double. */
export function doubleFromDecimal(value: Integral, scale: number): number {
  if (scale === 0) return Number(value)
  const factor = SMALL_POWERS[scale]
  // Both exact as doubles: one correctly rounded division.
  if (typeof value === 'number' && factor !== undefined) return value / factor
  return Number(printDecimal(value, scale))
}

/** From a double through its shortest decimal text, HALF_UP; null where it does not fit. NaN and infinities: undefined. */
export function decimalFromDouble(value: number, precision: number, scale: number): Integral | null | undefined {
  if (!Number.isFinite(value)) return undefined
  return parseDecimal(String(value), precision, scale)
}

/** With all digits of the scale: `printDecimal(150, 2)` is `1.50`. Never in scientific form. */
export function printDecimal(value: Integral, scale: number): string {
  if (scale === 0) return value.toString()
  const negative = value < 0
  const digits = (negative ? -value : value).toString().padStart(scale + 1, '0')
  const at = digits.length - scale
  return `${negative ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`
}

const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/

/** Java's `new BigDecimal(text)` at the given type, HALF_UP. Null: does not fit. Undefined: not a number. */
export function parseDecimal(text: string, precision: number, scale: number): Integral | null | undefined {
  const exact = parseExact(text)
  if (exact === undefined) return undefined
  // Far beyond 38 digits either way: no need to build the power of ten.
  if (exact.unscaled !== 0n && digitCount(exact.unscaled) - exact.scale > 60) return null
  if (exact.scale - scale > digitCount(exact.unscaled) + 1) return 0
  return checkPrecision(rescaleAny(exact.unscaled, exact.scale, scale), precision)
}

/** The exact value of a decimal text, or undefined. */
export function parseExact(text: string): { unscaled: bigint; scale: number } | undefined {
  const match = DECIMAL_TEXT.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const unscaled = BigInt(whole + fraction)
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: fraction.length - Number(exponent) }
}
