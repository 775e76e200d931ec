/** The least common type of several expressions: branches of CASE, items of ARRAY, columns of UNION and VALUES. */
import type { Column, LogicalType } from '../../contract/type.js'
import { array, map, multiset, nullable, row, withAttribute, withNullability } from './make.js'
import { commonNumeric } from './numeric.js'
import { attributeOf, isBinary, isCharacter, isNumeric, isTimestamp, sameShape } from './predicate.js'

/**
 * The type all of them fit into without loss, nullable if any is; undefined where there is none. NULL fits everywhere.
 *
 * @example
 * commonType([char(1), char(3)]) // VARCHAR(3)
 * commonType([INT, decimal(3, 1)]) // DECIMAL(11, 1)
 */
export function commonType(types: readonly LogicalType[]): LogicalType | undefined {
  let result: LogicalType | undefined
  for (const type of types) {
    result = result === undefined ? type : commonOfTwo(result, type)
    if (result === undefined) return undefined
  }
  return result
}

function commonOfTwo(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (a.kind === 'NULL') return nullable(b)
  if (b.kind === 'NULL') return nullable(a)
  const isNullable = a.nullable || b.nullable
  const result = sameShape(a, b, true) ? sharedAttribute(a, b) : merge(a, b)
  return result === undefined ? undefined : withNullability(result, isNullable)
}

function sharedAttribute(a: LogicalType, b: LogicalType): LogicalType {
  return attributeOf(a) === attributeOf(b) ? a : withAttribute(a, undefined)
}

function merge(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (isNumeric(a) && isNumeric(b)) return commonNumeric(a, b)
  if ((isCharacter(a) && isCharacter(b)) || (isBinary(a) && isBinary(b))) return longer(a, b)
  if (isTimestamp(a) && isTimestamp(b)) return commonTimestamp(a, b)
  if (a.kind === 'TIME' && b.kind === 'TIME') return a.precision >= b.precision ? a : b
  if (a.kind === 'DATE' && isTimestamp(b)) return withAttribute(b, undefined)
  if (isTimestamp(a) && b.kind === 'DATE') return withAttribute(a, undefined)
  if (a.kind === 'INTERVAL_DAY_TIME' && b.kind === 'INTERVAL_DAY_TIME') return widerDayTime(a, b)
  if (a.kind === 'INTERVAL_YEAR_MONTH' && b.kind === 'INTERVAL_YEAR_MONTH') {
    return { ...a, unit: a.unit === b.unit ? a.unit : 'YEAR TO MONTH', precision: Math.max(a.precision, b.precision) }
  }
  return mergeConstructed(a, b)
}

function longer(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (!('length' in a) || !('length' in b)) return undefined
  const kind = isCharacter(a) ? 'VARCHAR' : 'VARBINARY'
  return { kind, length: Math.max(a.length, b.length), nullable: a.nullable }
}

function commonTimestamp(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (!('precision' in a) || !('precision' in b)) return undefined
  const isLocal = a.kind === 'TIMESTAMP_LTZ' || b.kind === 'TIMESTAMP_LTZ'
  return { kind: isLocal ? 'TIMESTAMP_LTZ' : 'TIMESTAMP', precision: Math.max(a.precision, b.precision), nullable: a.nullable }
}

const DAY_TIME_UNITS = ['DAY', 'HOUR', 'MINUTE', 'SECOND'] as const

type DayTime = Extract<LogicalType, { kind: 'INTERVAL_DAY_TIME' }>

function widerDayTime(a: DayTime, b: DayTime): LogicalType {
  const ends = [a, b].flatMap((type) => type.unit.split(' TO ')).map((unit) => (DAY_TIME_UNITS as readonly string[]).indexOf(unit))
  const from = DAY_TIME_UNITS[Math.min(...ends)]!
  const to = DAY_TIME_UNITS[Math.max(...ends)]!
  return {
    kind: 'INTERVAL_DAY_TIME',
    unit: (from === to ? from : `${from} TO ${to}`) as DayTime['unit'],
    precision: Math.max(a.precision, b.precision),
    fraction: Math.max(a.fraction, b.fraction),
    nullable: a.nullable,
  }
}

function mergeConstructed(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if ((a.kind === 'ARRAY' || a.kind === 'MULTISET') && a.kind === b.kind) {
    const element = commonOfTwo(a.element, b.element)
    if (element === undefined) return undefined
    return a.kind === 'ARRAY' ? array(element) : multiset(element)
  }
  if (a.kind === 'MAP' && b.kind === 'MAP') {
    const key = commonOfTwo(a.key, b.key)
    const value = commonOfTwo(a.value, b.value)
    return key === undefined || value === undefined ? undefined : map(key, value)
  }
  if (a.kind === 'ROW' && b.kind === 'ROW' && a.fields.length === b.fields.length) return mergeRows(a.fields, b.fields)
  return a.kind === b.kind && sameShape(a, b) ? a : undefined
}

function mergeRows(a: readonly Column[], b: readonly Column[]): LogicalType | undefined {
  const fields: Column[] = []
  for (const [i, field] of a.entries()) {
    const type = commonOfTwo(field.type, b[i]!.type)
    if (type === undefined) return undefined
    fields.push({ name: field.name, type })
  }
  return row(fields)
}
