/** Rows as Flink's print connector writes them: `+I[dev-1, 2024-03-01T08:00, 21.5]`; values in Java's own text forms, NULL as `null`. */
import { type Integral, ROW_KIND_NAMES, type Row, type RowKind } from '../../contract/row.js'
import type { Column, LogicalType, Schema } from '../../contract/type.js'
import { isoDuration, isoPeriod, javaInstant, javaTime, javaTimestamp } from './iso-text.js'
import { valuePrinter } from './print-value.js'

/** Prints rows of a schema. */
export function rowPrinter(schema: Schema): (row: Row, kind: RowKind) => string {
  const fields = fieldsPrinter(schema)
  return (row, kind) => `${ROW_KIND_NAMES[kind]}[${fields(row)}]`
}

type Print = (value: never) => string

/** The fields alone, joined by `, `. */
export function fieldsPrinter(fields: readonly Column[]): (row: readonly unknown[]) => string {
  const printers = fields.map((field) => nullPrinter(field.type))
  return (row) => printers.map((print, i) => print(row[i])).join(', ')
}

function nullPrinter(type: LogicalType): (value: unknown) => string {
  const print = printerOf(type) as (value: unknown) => string
  return (value) => (value === null ? 'null' : print(value))
}

function printerOf(type: LogicalType): Print {
  switch (type.kind) {
    case 'BOOLEAN':
      return (value: boolean) => String(value)
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => `[${Array.from(value, (byte) => (byte << 24) >> 24).join(', ')}]`
    case 'TIME':
      return (value: number) => javaTime(value)
    case 'TIMESTAMP':
      return (value: Integral) => javaTimestamp(value, type.precision)
    case 'TIMESTAMP_LTZ':
      return (value: Integral) => `${javaInstant(value, type.precision)}Z`
    case 'INTERVAL_DAY_TIME':
      return isoDuration
    case 'INTERVAL_YEAR_MONTH':
      return isoPeriod
    default:
      return constructedPrinter(type)
  }
}

function constructedPrinter(type: LogicalType): Print {
  switch (type.kind) {
    case 'ARRAY': {
      const item = nullPrinter(type.element)
      return (value: readonly unknown[]) => `[${value.map(item).join(', ')}]`
    }
    case 'MAP':
      return mapText(nullPrinter(type.key), nullPrinter(type.value))
    case 'MULTISET':
      return mapText(nullPrinter(type.element), String)
    case 'ROW': {
      const fields = fieldsPrinter(type.fields)
      return (value: readonly unknown[]) => `+I[${fields(value)}]`
    }
    default: {
      const { print } = valuePrinter(type)
      return (value: unknown) => print(value, undefined)
    }
  }
}

function mapText(key: (value: unknown) => string, item: (value: unknown) => string): Print {
  return (value: ReadonlyMap<unknown, unknown>) => `{${[...value].map(([k, v]) => `${key(k)}=${item(v)}`).join(', ')}}`
}
