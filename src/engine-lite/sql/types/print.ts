/** Types as Flink prints them in `DESCRIBE`, `TYPEOF` and error messages: Flink's `LogicalType.asSummaryString`. */
import type { Column, LogicalType, Schema } from '../../contract/type.js'
import { LENGTH_MAX } from '../../contract/type.js'

/**
 * @example
 * printType(char(5)) // 'CHAR(5) NOT NULL'
 * printType({ kind: 'TIMESTAMP', precision: 3, nullable: true, attribute: 'rowtime' }) // 'TIMESTAMP(3) *ROWTIME*'
 */
export function printType(type: LogicalType): string {
  const nullability = type.nullable || type.kind === 'NULL' ? '' : ' NOT NULL'
  return `${printBare(type)}${nullability}${printAttribute(type)}`
}

/** `(a INT, b STRING NOT NULL)`. */
export function printSchema(schema: Schema): string {
  return `(${schema.map((column) => `${column.name} ${printType(column.type)}`).join(', ')})`
}

function printAttribute(type: LogicalType): string {
  if ((type.kind !== 'TIMESTAMP' && type.kind !== 'TIMESTAMP_LTZ') || type.attribute === undefined) return ''
  return type.attribute === 'rowtime' ? ' *ROWTIME*' : ' *PROCTIME*'
}

function printBare(type: LogicalType): string {
  switch (type.kind) {
    case 'INTEGER':
      return 'INT'
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`
    case 'VARCHAR':
      return type.length === LENGTH_MAX ? 'STRING' : `VARCHAR(${type.length})`
    case 'VARBINARY':
      return type.length === LENGTH_MAX ? 'BYTES' : `VARBINARY(${type.length})`
    case 'CHAR':
    case 'BINARY':
      return `${type.kind}(${type.length})`
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return `${type.kind}(${type.precision})`
    case 'INTERVAL_YEAR_MONTH':
      return `INTERVAL ${printYearMonth(type.unit, type.precision)}`
    case 'INTERVAL_DAY_TIME':
      return `INTERVAL ${printDayTime(type.unit, type.precision, type.fraction)}`
    case 'ARRAY':
    case 'MULTISET':
      return `${type.kind}<${printType(type.element)}>`
    case 'MAP':
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`
    case 'ROW':
      return `ROW<${type.fields.map(printField).join(', ')}>`
    default:
      return type.kind
  }
}

function printField(field: Column): string {
  return `\`${field.name.replaceAll('`', '``')}\` ${printType(field.type)}`
}

function printYearMonth(unit: string, precision: number): string {
  if (unit === 'MONTH') return 'MONTH'
  return unit === 'YEAR' ? `YEAR(${precision})` : `YEAR(${precision}) TO MONTH`
}

function printDayTime(unit: string, precision: number, fraction: number): string {
  const [from = '', to] = unit.split(' TO ')
  const first = from === 'DAY' ? `DAY(${precision})` : from === 'SECOND' ? `SECOND(${fraction})` : from
  if (to === undefined) return first
  return to === 'SECOND' ? `${first} TO SECOND(${fraction})` : `${first} TO ${to}`
}
