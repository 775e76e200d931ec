/** Numbers from text as Java reads them, and doubles as Java prints them. Undefined: not a text of the type. */
import type { Integral } from '../../contract/row.js'

/** Java's `String.trim`: everything up to U+0020. */
export function javaTrim(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && text.charCodeAt(from) <= 0x20) from++
  while (to > from && text.charCodeAt(to - 1) <= 0x20) to--
  return from === 0 && to === text.length ? text : text.slice(from, to)
}

/** `Integer.parseInt`, `Short.parseShort` …: a sign, digits, in range. */
export function parseJavaInt(text: string, min: number, max: number): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = Number(text) + 0
  return value >= min && value <= max ? value : undefined
}

const LONG_MIN = -9223372036854775808n
const LONG_MAX = 9223372036854775807n
const LONG_BOUND = 2 ** 63

/** `Long.parseLong`. */
export function parseJavaLong(text: string): Integral | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const small = Number(text)
  if (Number.isSafeInteger(small)) return small + 0
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return value >= LONG_MIN && value <= LONG_MAX ? value : undefined
}

/** `Double.parseDouble` without the hexadecimal form. */
export function parseJavaDouble(text: string): number | undefined {
  const match = /^([+-]?)(?:(NaN)|(Infinity)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?)$/.exec(text)
  if (match === null) return undefined
  if (match[2] !== undefined) return Number.NaN
  const magnitude = match[3] !== undefined ? Number.POSITIVE_INFINITY : Number(match[4])
  return match[1] === '-' ? -magnitude : magnitude
}

/** A JSON number as a `long`: exact for an integer, the whole part of the double otherwise, as Jackson's `getLongValue` gives it. */
export function longOfNumber(text: string): Integral | undefined {
  const whole = Math.trunc(Number(text)) + 0
  if (Number.isSafeInteger(whole)) return whole
  if (/^-?\d+$/.test(text)) return parseJavaLong(text)
  return whole >= -LONG_BOUND && whole < LONG_BOUND ? BigInt(whole) : undefined
}

/** `Double.toString` in Java's form: `21.3`, `1.0E10`. */
export function javaDoubleText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (value === 0) return `${sign}0.0`
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e')
  const exponent = Number(exponentText)
  const digits = mantissa.replace('.', '')
  if (exponent >= 7 || exponent < -3) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  return `${sign}${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}.${digits.slice(exponent + 1) || '0'}`
}

/** Digits a decimal text may have before it is refused: more is no measurement. */
const DECIMAL_DIGITS_MAX = 1000

/**
 * `new BigDecimal(text)` brought to DECIMAL(precision, scale), rounding half away from zero: the unscaled value, null when it has too many
 * digits, undefined when the text is no number.
 */
export function parseDecimal(text: string, precision: number, scale: number): Integral | null | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text)
  if (match === null) return undefined
  const whole = match[2] ?? ''
  const fraction = match[3] ?? ''
  const digits = (whole + fraction).replace(/^0+(?=.)/, '')
  if (whole.length + fraction.length === 0 || digits.length > DECIMAL_DIGITS_MAX) return undefined
  if (digits === '0') return 0
  // value = digits × 10^shift; wanted: value × 10^scale
  const shift = Number(match[4] ?? 0) - fraction.length + scale
  if (digits.length + shift > precision + 1) return /[1-9]/.test(digits) ? null : 0
  if (digits.length + shift < 0) return 0
  let unscaled = shift >= 0 ? BigInt(digits) * 10n ** BigInt(shift) : halfUp(BigInt(digits), 10n ** BigInt(-shift))
  if (unscaled >= 10n ** BigInt(precision)) return null
  if (match[1] === '-') unscaled = -unscaled
  const small = Number(unscaled)
  return Number.isSafeInteger(small) ? small + 0 : unscaled
}

function halfUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return (value % divisor) * 2n >= divisor ? quotient + 1n : quotient
}
