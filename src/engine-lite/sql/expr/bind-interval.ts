/** Interval literals: `INTERVAL '1:30' HOUR TO MINUTE`. The leading field holds two digits unless a precision is written. */
import { MillraceError } from '../../contract/errors/index.js'
import type { DayTimeUnit, YearMonthUnit } from '../../contract/type.js'
import type { LiteralAst, TimeUnit } from '../ast/expression.js'
import { intervalDayTime, intervalYearMonth } from '../types/make.js'
import type { BoundLiteral } from './bound.js'

type IntervalAst = Extract<LiteralAst, { kind: 'interval-literal' }>

/** Milliseconds or months per unit. */
const DAY_TIME_MS: Readonly<Record<string, number>> = { DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 }
const UNITS = ['DAY', 'HOUR', 'MINUTE', 'SECOND']
const PRECISION_DEFAULT = 2
const FRACTION_DEFAULT = 6

/** Throws E0103 for text that does not fit the qualifier, E0301 for units whose text form is not read. */
export function bindInterval(ast: IntervalAst): BoundLiteral {
  const { from } = ast.qualifier
  const precision = ast.qualifier.precision ?? PRECISION_DEFAULT
  if (precision < 1 || precision > 10) throw bad(ast, `an interval's precision is 1 to 10, not ${precision}`)
  switch (from) {
    case 'YEAR':
    case 'MONTH':
      return yearMonth(ast, from, precision)
    case 'QUARTER':
      return { ...months(ast, signed(ast, digits(ast, ast.text.trim(), precision, 'QUARTER') * 3), 'MONTH', precision) }
    case 'WEEK':
      return dayTimeValue(ast, signed(ast, digits(ast, ast.text.trim(), precision, 'WEEK') * 7 * DAY_TIME_MS.DAY!), 'DAY', precision, 0)
    case 'DAY':
    case 'HOUR':
    case 'MINUTE':
    case 'SECOND':
      return dayTime(ast, from, precision)
    default:
      throw bad(ast, `an interval has no unit ${from}`)
  }
}

function signed(ast: IntervalAst, value: number): number {
  const negative = ast.text.trim().startsWith('-') !== ast.negative
  return negative ? 0 - value : value
}

function yearMonth(ast: IntervalAst, from: 'YEAR' | 'MONTH', precision: number): BoundLiteral {
  const text = ast.text.trim().replace(/^[+-]/, '')
  if (ast.qualifier.to === 'MONTH') {
    const match = /^(\d+)-(\d{1,2})$/.exec(text)
    if (match === null || Number(match[2]) > 11) throw bad(ast, `'${ast.text}' is not YEAR-MONTH`)
    return months(ast, signed(ast, digits(ast, match[1]!, precision, from) * 12 + Number(match[2])), 'YEAR TO MONTH', precision)
  }
  const value = digits(ast, text, precision, from)
  return months(ast, signed(ast, from === 'YEAR' ? value * 12 : value), from, precision)
}

function months(ast: IntervalAst, value: number, unit: YearMonthUnit, precision: number): BoundLiteral {
  return { kind: 'literal', value, type: intervalYearMonth(unit, precision), span: ast.span }
}

function digits(ast: IntervalAst, text: string, precision: number, unit: TimeUnit): number {
  const bare = text.replace(/^[+-]/, '')
  if (!/^\d+$/.test(bare)) throw bad(ast, `'${ast.text}' is not a number of ${unit}`)
  const significant = bare.replace(/^0+(?=\d)/, '')
  if (significant.length > precision) {
    throw new MillraceError('E0103', `'${ast.text}' has more than ${precision} digits`, {
      place: { span: ast.span },
      hint: `write the precision: INTERVAL '${ast.text}' ${unit}(${significant.length})`,
    })
  }
  return Number(bare)
}

/** Separators before each field after the first: `1 02:03:04.5`. */
function dayTime(ast: IntervalAst, from: 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND', precision: number): BoundLiteral {
  const to = ast.qualifier.to ?? from
  const fields = UNITS.slice(UNITS.indexOf(from), UNITS.indexOf(to) + 1)
  const fraction = ast.qualifier.fraction ?? FRACTION_DEFAULT
  if (fraction > 9) throw bad(ast, `the precision of a fraction is 0 to 9, not ${fraction}`)
  const parts = fields.map(
    (unit, i) =>
      `${i === 0 ? '' : fields[i - 1] === 'DAY' ? ' ' : ':'}(${i === 0 ? '\\d+' : '\\d{1,2}'})${unit === 'SECOND' ? '(?:\\.(\\d{1,9}))?' : ''}`,
  )
  const match = new RegExp(`^[+-]?${parts.join('')}$`).exec(ast.text.trim())
  if (match === null) throw bad(ast, `'${ast.text}' is not ${fields.join(':')}`)
  let value = 0
  for (const [i, unit] of fields.entries()) {
    const amount = i === 0 ? digits(ast, match[1]!, precision, from) : Number(match[i + 1])
    if (i > 0 && amount > (unit === 'HOUR' ? 23 : 59)) throw bad(ast, `${amount} is too large for ${unit}`)
    value += amount * DAY_TIME_MS[unit]!
  }
  const second = match[fields.length + 1]
  if (second !== undefined) value += Math.floor(Number(`0.${second}`) * 1000 + 1e-6)
  const unit = (to === from ? from : `${from} TO ${to}`) as DayTimeUnit
  return dayTimeValue(ast, signed(ast, value), unit, precision, unit.endsWith('SECOND') ? fraction : 0)
}

function dayTimeValue(ast: IntervalAst, value: number, unit: DayTimeUnit, precision: number, fraction: number): BoundLiteral {
  return { kind: 'literal', value, type: intervalDayTime(unit, precision, fraction), span: ast.span }
}

function bad(ast: IntervalAst, message: string): MillraceError {
  return new MillraceError('E0103', message, { place: { span: ast.span } })
}
