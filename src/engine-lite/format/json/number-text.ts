/** Numbers as Jackson writes them for Flink 1.20: decimals without trailing zeros, doubles and floats in Java's form. */
import type { Integral } from '../../contract/row.js'
import { javaDoubleText } from './java-text.js'

/**
 * A DECIMAL as JSON number. Trailing zeros are dropped first (100.00 becomes 1E+2), then Java's `BigDecimal.toString` decides between
 * plain and scientific notation; `plain` keeps to digits, as the option `encode.decimal-as-plain-number` asks.
 */
export function decimalText(unscaled: Integral, scale: number, plain: boolean): string {
  if (unscaled === 0) return '0'
  const sign = unscaled < 0 ? '-' : ''
  const all = String(unscaled).slice(sign.length)
  let end = all.length
  while (all.charCodeAt(end - 1) === 48) end -= 1
  const digits = all.slice(0, end)
  const restScale = scale - (all.length - end)
  const exponent = digits.length - 1 - restScale
  if (!plain && (restScale < 0 || exponent < -6)) return `${sign}${scientific(digits, exponent)}`
  if (restScale <= 0) return `${sign}${digits}${'0'.repeat(-restScale)}`
  const whole = digits.length - restScale
  return whole > 0 ? `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}` : `${sign}0.${'0'.repeat(-whole)}${digits}`
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${digits[0]}${fraction}E${exponent >= 0 ? '+' : ''}${exponent}`
}

/** `21.5`, `1.0E10`; what is no number in quotes. Shortest digits, as Java has them since 19 (before, a few differ in the last one). */
export function doubleText(value: number): string {
  return Number.isFinite(value) ? javaDoubleText(value) : `"${javaDoubleText(value)}"`
}

/** As {@link doubleText}, with the shortest digits that give the same 32-bit float back. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return `"${javaDoubleText(value)}"`
  // toPrecision forgets the sign of −0.
  if (value === 0) return javaDoubleText(value)
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return javaDoubleText(short)
  }
  return javaDoubleText(Number(value.toPrecision(9)))
}
