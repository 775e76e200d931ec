/** Interval qualifiers (`HOUR(2) TO SECOND(3)`) and single time units. */
import type { IntervalQualifier, TimeUnit } from '../ast/expression.js'
import type { Parser } from './parser.js'

/** Units in an interval, with their plural forms, from coarse to fine. */
const UNITS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'] as const
const OTHER_UNITS = ['WEEK', 'QUARTER'] as const
const PLURALS: ReadonlyMap<string, TimeUnit> = new Map(
  [...UNITS, ...OTHER_UNITS].flatMap((unit) => [[unit, unit] as const, [`${unit}S`, unit] as const]),
)

const ALL_UNITS = new Set<string>(
  `YEAR QUARTER MONTH WEEK DAY HOUR MINUTE SECOND MILLISECOND MICROSECOND NANOSECOND DECADE CENTURY MILLENNIUM EPOCH DOW ISODOW DOY
ISOYEAR`.split(/\s+/),
)

/** True where a singular unit of intervals comes next; those words are reserved, so they can be no alias. */
export function atIntervalUnit(p: Parser): boolean {
  const token = p.peek()
  return token.kind === 'word' && (UNITS as readonly string[]).includes(token.value)
}

export function intervalQualifier(p: Parser): IntervalQualifier {
  const start = p.peek()
  const from = intervalUnit(p)
  let precision: number | undefined
  let fraction: number | undefined
  if (p.acceptSymbol('(')) {
    precision = p.expectInteger('the precision')
    if (p.acceptSymbol(',')) fraction = p.expectInteger('the precision of the fraction')
    p.expectSymbol(')')
  }
  const to = p.accept('TO') ? intervalUnit(p, from) : undefined
  if (to === 'SECOND' && p.acceptSymbol('(')) {
    fraction = p.expectInteger('the precision of the fraction')
    p.expectSymbol(')')
  }
  return {
    from,
    ...(to === undefined ? {} : { to }),
    ...(precision === undefined ? {} : { precision }),
    ...(fraction === undefined ? {} : { fraction }),
    span: p.spanFrom(start),
  }
}

/** One unit of an interval; after TO it must be finer than `coarser` and of the same family. */
function intervalUnit(p: Parser, coarser?: TimeUnit): TimeUnit {
  const token = p.peek()
  const unit = token.kind === 'word' ? PLURALS.get(token.value) : undefined
  if (unit === undefined) return p.fail('a time unit: YEAR, MONTH, DAY, HOUR, MINUTE or SECOND')
  if (coarser !== undefined) {
    const order = UNITS as readonly TimeUnit[]
    const from = order.indexOf(coarser)
    const to = order.indexOf(unit)
    if (from < 0 || to <= from || from < 2 !== to < 2) p.fail(`a unit finer than ${coarser}`)
  }
  p.next()
  return unit
}

/** The unit of EXTRACT, FLOOR … TO and TIMESTAMPADD; SQL_TSI_ names count too. */
export function timeUnit(p: Parser): TimeUnit {
  const token = p.peek()
  const name = token.kind === 'word' ? token.value.replace(/^SQL_TSI_/, '').replace('FRAC_SECOND', 'MICROSECOND') : ''
  if (!ALL_UNITS.has(name)) p.fail('a time unit')
  p.next()
  return name as TimeUnit
}
