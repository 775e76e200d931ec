/** Constructors of {@link LogicalType}. All give NOT NULL types unless told otherwise; {@link nullable} turns one into its nullable form. */
import type { Column, DayTimeUnit, LogicalType, TimeAttribute, YearMonthUnit } from '../../contract/type.js'
import { LENGTH_MAX } from '../../contract/type.js'

type SimpleKind = 'NULL' | 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'DATE'

/** Digits of the largest DECIMAL. */
export const DECIMAL_PRECISION_MAX = 38

export function simple(kind: SimpleKind, isNullable = false): LogicalType {
  return { kind, nullable: isNullable }
}

export const BOOLEAN = simple('BOOLEAN')
export const TINYINT = simple('TINYINT')
export const SMALLINT = simple('SMALLINT')
export const INT = simple('INTEGER')
export const BIGINT = simple('BIGINT')
export const FLOAT = simple('FLOAT')
export const DOUBLE = simple('DOUBLE')
export const DATE = simple('DATE')
/** The type of the NULL literal: always nullable, fits everywhere. */
export const NULL = simple('NULL', true)
export const STRING: LogicalType = { kind: 'VARCHAR', length: LENGTH_MAX, nullable: false }
export const BYTES: LogicalType = { kind: 'VARBINARY', length: LENGTH_MAX, nullable: false }

export function decimal(precision: number, scale: number, isNullable = false): LogicalType {
  return { kind: 'DECIMAL', precision, scale, nullable: isNullable }
}

export function char(length: number, isNullable = false): LogicalType {
  return { kind: 'CHAR', length, nullable: isNullable }
}

export function varchar(length: number, isNullable = false): LogicalType {
  return { kind: 'VARCHAR', length, nullable: isNullable }
}

export function binary(length: number, isNullable = false): LogicalType {
  return { kind: 'BINARY', length, nullable: isNullable }
}

export function time(precision: number, isNullable = false): LogicalType {
  return { kind: 'TIME', precision, nullable: isNullable }
}

export function timestamp(precision: number, isNullable = false): LogicalType {
  return { kind: 'TIMESTAMP', precision, nullable: isNullable }
}

export function timestampLtz(precision: number, isNullable = false): LogicalType {
  return { kind: 'TIMESTAMP_LTZ', precision, nullable: isNullable }
}

export function intervalYearMonth(unit: YearMonthUnit, precision = 2, isNullable = false): LogicalType {
  return { kind: 'INTERVAL_YEAR_MONTH', unit, precision, nullable: isNullable }
}

export function intervalDayTime(unit: DayTimeUnit, precision = 2, fraction = 6, isNullable = false): LogicalType {
  return { kind: 'INTERVAL_DAY_TIME', unit, precision, fraction, nullable: isNullable }
}

export function array(element: LogicalType, isNullable = false): LogicalType {
  return { kind: 'ARRAY', element, nullable: isNullable }
}

export function multiset(element: LogicalType, isNullable = false): LogicalType {
  return { kind: 'MULTISET', element, nullable: isNullable }
}

export function map(key: LogicalType, value: LogicalType, isNullable = false): LogicalType {
  return { kind: 'MAP', key, value, nullable: isNullable }
}

export function row(fields: readonly Column[], isNullable = false): LogicalType {
  return { kind: 'ROW', fields, nullable: isNullable }
}

/** The type with the given nullability, the same object where nothing changes. NULL stays nullable. */
export function withNullability(type: LogicalType, isNullable: boolean): LogicalType {
  return type.nullable === isNullable || type.kind === 'NULL' ? type : { ...type, nullable: isNullable }
}

export function nullable(type: LogicalType): LogicalType {
  return withNullability(type, true)
}

export function notNull(type: LogicalType): LogicalType {
  return withNullability(type, false)
}

/** The timestamp type as a time attribute, or without one. */
export function withAttribute(type: LogicalType, attribute: TimeAttribute | undefined): LogicalType {
  if (type.kind !== 'TIMESTAMP' && type.kind !== 'TIMESTAMP_LTZ') return type
  const base = { kind: type.kind, precision: type.precision, nullable: type.nullable }
  return attribute === undefined ? base : { ...base, attribute }
}
