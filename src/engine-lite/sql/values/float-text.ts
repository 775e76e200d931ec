/** Java's text forms of DOUBLE and FLOAT (`Double.toString`): `1.0`, `1.0E7`, `1.0E-5`, `NaN`, `Infinity`. */

/** Text of a double: the shortest digits that give it back. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  return fromDigits(value < 0, Math.abs(value).toExponential())
}

/** Text of a FLOAT: the shortest digits that give the same single-precision value back. */
export function printFloat(value: number): string {
  if (!Number.isFinite(value) || value === 0) return printDouble(value)
  const magnitude = Math.abs(value)
  for (let digits = 0; digits < 9; digits++) {
    const text = magnitude.toExponential(digits)
    if (Math.fround(Number(text)) === magnitude) return fromDigits(value < 0, text)
  }
  return fromDigits(value < 0, magnitude.toExponential())
}

/** From `d.ddde±x`: plain between 10^-3 and 10^7, else scientific. */
function fromDigits(negative: boolean, exponential: string): string {
  const [mantissa = '', exponentText = '0'] = exponential.split('e')
  const exponent = Number(exponentText)
  const digits = mantissa.replace('.', '').replace(/0+$/, '') || '0'
  const sign = negative ? '-' : ''
  if (exponent >= 7 || exponent < -3) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}
