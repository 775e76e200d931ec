/** SQL types as written: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/dev/table/types/ */
import { type Column, type DayTimeUnit, LENGTH_MAX, type LogicalType, type YearMonthUnit } from '../../contract/type.js'
import type { TypeAst } from '../ast/expression.js'
import { intervalQualifier } from './interval.js'
import { type Parser, UnsupportedSyntax } from './parser.js'

const PLAIN: Readonly<Record<string, 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' | 'FLOAT' | 'DATE'>> = {
  BOOLEAN: 'BOOLEAN',
  TINYINT: 'TINYINT',
  SMALLINT: 'SMALLINT',
  INT: 'INTEGER',
  INTEGER: 'INTEGER',
  BIGINT: 'BIGINT',
  FLOAT: 'FLOAT',
  REAL: 'FLOAT',
  DATE: 'DATE',
}

const DECIMAL_PRECISION_MAX = 38

/** A type with its nullability: `INT NOT NULL`, `ROW<a INT, b STRING>`, `INT ARRAY`. Nullable unless said otherwise. */
export function parseType(p: Parser): TypeAst {
  const start = p.peek()
  let type = notNull(p, baseType(p))
  for (let suffix = p.acceptOneOf('ARRAY', 'MULTISET'); suffix !== undefined; suffix = p.acceptOneOf('ARRAY', 'MULTISET')) {
    type = notNull(p, { kind: suffix as 'ARRAY' | 'MULTISET', nullable: true, element: type })
  }
  return { type, span: p.spanFrom(start) }
}

function notNull(p: Parser, type: LogicalType): LogicalType {
  if (p.accept('NOT', 'NULL')) return { ...type, nullable: false }
  if (!p.atWord('ON', 1)) p.accept('NULL')
  return type
}

function baseType(p: Parser): LogicalType {
  const token = p.peek()
  const name = token.kind === 'word' ? token.value : ''
  const plain = PLAIN[name]
  if (plain !== undefined) {
    p.next()
    return { kind: plain, nullable: true }
  }
  switch (name) {
    case 'DOUBLE':
      p.next()
      p.accept('PRECISION')
      return { kind: 'DOUBLE', nullable: true }
    case 'DECIMAL':
    case 'DEC':
    case 'NUMERIC':
      p.next()
      return decimalType(p)
    case 'STRING':
    case 'BYTES':
      p.next()
      return { kind: name === 'STRING' ? 'VARCHAR' : 'VARBINARY', nullable: true, length: LENGTH_MAX }
    case 'CHAR':
    case 'CHARACTER':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      p.next()
      return lengthType(p, name)
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      p.next()
      return timeType(p, name)
    case 'INTERVAL':
      p.next()
      return intervalType(p)
    default:
      return nestedType(p, name)
  }
}

function nestedType(p: Parser, name: string): LogicalType {
  const start = p.peek()
  switch (name) {
    case 'ARRAY':
    case 'MULTISET':
      p.next()
      return { kind: name, nullable: true, element: bracketed(p, () => parseType(p).type) }
    case 'MAP':
      p.next()
      return bracketed(p, () => {
        const key = parseType(p).type
        p.expectSymbol(',')
        return { kind: 'MAP', nullable: true, key, value: parseType(p).type } as const
      })
    case 'ROW':
      p.next()
      return { kind: 'ROW', nullable: true, fields: rowFields(p) }
    case 'NULL':
      p.next()
      return { kind: 'NULL', nullable: true }
    case 'VARIANT':
    case 'BITMAP':
      p.next()
      p.noteUnsupported(`the type ${name}`, p.spanFrom(start))
      return { kind: 'VARBINARY', nullable: true, length: LENGTH_MAX }
    case 'RAW':
    case 'STRUCTURED':
      throw new UnsupportedSyntax(`the type ${name}`, p.spanFrom(p.next()))
    default:
      if (!p.atIdentifier()) p.fail('a type')
      return userType(p)
  }
}

/** Names of user types parse in Flink; none exists here. */
function userType(p: Parser): LogicalType {
  const { parts, span } = p.objectName('a type')
  p.noteUnsupported(`the user type ${parts.join('.')}`, span)
  return { kind: 'VARBINARY', nullable: true, length: LENGTH_MAX }
}

/** `<…>`; `ARRAY<ARRAY<INT>>` closes twice with two `>` tokens. */
function bracketed<T>(p: Parser, inner: () => T): T {
  p.expectSymbol('<')
  const value = inner()
  p.expectSymbol('>')
  return value
}

function rowFields(p: Parser): Column[] {
  const close = p.acceptSymbol('(') ? ')' : '>'
  if (close === '>') {
    // An empty row is one token, `<>`.
    if (p.acceptSymbol('<>')) return []
    p.expectSymbol('<')
  }
  if (p.acceptSymbol(close)) return []
  const fields = p.list((): Column => {
    const { name } = p.identifier('a field name')
    const { type } = parseType(p)
    return { name, type, ...(p.peek().kind === 'string' ? { comment: p.expectString('a comment') } : {}) }
  })
  p.expectSymbol(close)
  return fields
}

/** `(n)` or the default. */
function parameter(p: Parser, what: string, standard: number, minimum: number, maximum: number): number {
  if (!p.acceptSymbol('(')) return standard
  const start = p.peek()
  const value = p.expectInteger(what)
  if (value < minimum || value > maximum) p.refuse(`${what} must be between ${minimum} and ${maximum}, not ${value}`, start)
  p.expectSymbol(')')
  return value
}

function decimalType(p: Parser): LogicalType {
  if (!p.acceptSymbol('(')) return { kind: 'DECIMAL', nullable: true, precision: 10, scale: 0 }
  const start = p.peek()
  // Flink cuts a larger precision to 38 silently.
  const precision = Math.min(p.expectInteger('the precision'), DECIMAL_PRECISION_MAX)
  const scale = p.acceptSymbol(',') ? p.expectInteger('the scale') : 0
  if (precision < 1) p.refuse('the precision of a DECIMAL must be between 1 and 38', start)
  if (scale > precision) p.refuse(`the scale of a DECIMAL must not exceed its precision: ${scale} > ${precision}`, start)
  p.expectSymbol(')')
  return { kind: 'DECIMAL', nullable: true, precision, scale }
}

function lengthType(p: Parser, name: string): LogicalType {
  const binary = name === 'BINARY' || name === 'VARBINARY'
  const varying = name.startsWith('VAR') || p.accept('VARYING')
  const length = parameter(p, 'the length', varying ? LENGTH_MAX : 1, 1, LENGTH_MAX)
  if (binary) return { kind: varying ? 'VARBINARY' : 'BINARY', nullable: true, length }
  return { kind: varying ? 'VARCHAR' : 'CHAR', nullable: true, length }
}

function timeType(p: Parser, name: 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ'): LogicalType {
  const start = p.previous
  const precision = parameter(p, 'the precision', name === 'TIME' ? 0 : 6, 0, 9)
  if (name === 'TIMESTAMP_LTZ') return { kind: 'TIMESTAMP_LTZ', nullable: true, precision }
  if (p.accept('WITHOUT')) p.expect('TIME', 'ZONE')
  else if (p.accept('WITH')) {
    const local = p.accept('LOCAL')
    p.expect('TIME', 'ZONE')
    if (!local || name === 'TIME') p.refuse(`${name} WITH ${local ? 'LOCAL ' : ''}TIME ZONE is not a type of Flink`, p.spanFrom(start))
    return { kind: 'TIMESTAMP_LTZ', nullable: true, precision }
  }
  return { kind: name, nullable: true, precision }
}

function intervalType(p: Parser): LogicalType {
  const { from, to, precision, fraction } = intervalQualifier(p)
  const unit = to === undefined ? from : `${from} TO ${to}`
  if (from === 'YEAR' || from === 'MONTH') {
    return { kind: 'INTERVAL_YEAR_MONTH', nullable: true, unit: unit as YearMonthUnit, precision: precision ?? 2 }
  }
  return { kind: 'INTERVAL_DAY_TIME', nullable: true, unit: unit as DayTimeUnit, precision: precision ?? 2, fraction: fraction ?? 6 }
}
