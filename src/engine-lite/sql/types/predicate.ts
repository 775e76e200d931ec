/** Questions about types: their families, and whether two are the same. */
import type { LogicalType, TypeKind } from '../../contract/type.js'

const INTEGERS: ReadonlySet<TypeKind> = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'])

export function isInteger(type: LogicalType): boolean {
  return INTEGERS.has(type.kind)
}

/** DECIMAL and the integers. */
export function isExact(type: LogicalType): boolean {
  return type.kind === 'DECIMAL' || INTEGERS.has(type.kind)
}

/** FLOAT and DOUBLE. */
export function isApproximate(type: LogicalType): boolean {
  return type.kind === 'FLOAT' || type.kind === 'DOUBLE'
}

export function isNumeric(type: LogicalType): boolean {
  return isExact(type) || isApproximate(type)
}

export function isCharacter(type: LogicalType): boolean {
  return type.kind === 'CHAR' || type.kind === 'VARCHAR'
}

export function isBinary(type: LogicalType): boolean {
  return type.kind === 'BINARY' || type.kind === 'VARBINARY'
}

/** TIMESTAMP and TIMESTAMP_LTZ. */
export function isTimestamp(type: LogicalType): boolean {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ'
}

/** DATE, TIME and the timestamps. */
export function isDatetime(type: LogicalType): boolean {
  return type.kind === 'DATE' || type.kind === 'TIME' || isTimestamp(type)
}

export function isInterval(type: LogicalType): boolean {
  return type.kind === 'INTERVAL_YEAR_MONTH' || type.kind === 'INTERVAL_DAY_TIME'
}

/** ARRAY, MULTISET, MAP and ROW. */
export function isConstructed(type: LogicalType): boolean {
  return type.kind === 'ARRAY' || type.kind === 'MULTISET' || type.kind === 'MAP' || type.kind === 'ROW'
}

/** True where values are kept as epoch nanoseconds, see contract/row.ts. */
export function isNanos(type: LogicalType): boolean {
  return (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') && type.precision > 3
}

/** The same type, nullability and time attribute included. */
export function sameType(a: LogicalType, b: LogicalType): boolean {
  return a.nullable === b.nullable && attributeOf(a) === attributeOf(b) && sameShape(a, b, true)
}

/** The same type apart from its own nullability and time attribute; `strict` looks at the nullability of what it contains. */
export function sameShape(a: LogicalType, b: LogicalType, strict = false): boolean {
  if (a.kind !== b.kind) return false
  const inner = strict ? sameType : sameShape
  switch (a.kind) {
    case 'DECIMAL':
      return b.kind === 'DECIMAL' && a.precision === b.precision && a.scale === b.scale
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return 'length' in b && a.length === b.length
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return 'precision' in b && a.precision === b.precision
    case 'INTERVAL_YEAR_MONTH':
      return b.kind === 'INTERVAL_YEAR_MONTH' && a.unit === b.unit && a.precision === b.precision
    case 'INTERVAL_DAY_TIME':
      return b.kind === 'INTERVAL_DAY_TIME' && a.unit === b.unit && a.precision === b.precision && a.fraction === b.fraction
    case 'ARRAY':
    case 'MULTISET':
      return 'element' in b && inner(a.element, b.element)
    case 'MAP':
      return b.kind === 'MAP' && inner(a.key, b.key) && inner(a.value, b.value)
    case 'ROW':
      return (
        b.kind === 'ROW' &&
        a.fields.length === b.fields.length &&
        a.fields.every((field, i) => field.name === b.fields[i]!.name && inner(field.type, b.fields[i]!.type))
      )
    default:
      return true
  }
}

/** The time attribute of a timestamp, if it is one. */
export function attributeOf(type: LogicalType): string | undefined {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ' ? type.attribute : undefined
}
