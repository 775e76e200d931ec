/**
 * Rows as JSON lines without loss: `{"op":"+I","row":{"device":"a","temp":21.5}}`.
 *
 * | type | JSON |
 * |---|---|
 * | BIGINT beyond 2^53, DECIMAL (full scale), DATE, TIME, text | string |
 * | TIMESTAMP(p), TIMESTAMP_LTZ(p) | `2024-03-01T08:00:00.000` with p digits; LTZ in UTC with `Z` |
 * | NaN, Infinity | string |
 * | BYTES | string of hexadecimal digits |
 * | intervals | ISO 8601: `PT1H30M`, `P1Y2M` |
 * | ROW, MAP, MULTISET | object; keys of a MAP as text |
 */
import { type Integral, ROW_KIND_NAMES, type Row, type RowKind } from '../../contract/row.js'
import type { Column, LogicalType, Schema } from '../../contract/type.js'
import { printDecimal } from './decimal.js'
import { printFloat } from './float-text.js'
import { isoDuration, isoPeriod, isoTimestamp } from './iso-text.js'
import { printDate, printTime } from './temporal-text.js'

/** Text of a value in JSON. */
export type JsonPrint = (value: unknown) => string

/** Prints rows of a schema as JSON lines (without the line end). */
export function jsonRowPrinter(schema: Schema): (row: Row, kind: RowKind) => string {
  const print = objectPrinter(schema)
  return (row, kind) => `{"op":"${ROW_KIND_NAMES[kind]}","row":${print(row)}}`
}

/** The JSON text of values of a type, `null` for NULL. */
export function jsonPrinter(type: LogicalType): JsonPrint {
  const print = printerOf(type) as JsonPrint
  return (value) => (value === null ? 'null' : print(value))
}

type Print = (value: never) => string

function printerOf(type: LogicalType): Print {
  switch (type.kind) {
    case 'BIGINT':
      return (value: Integral) => (typeof value === 'number' ? String(value) : `"${value}"`)
    case 'DECIMAL':
      return (value: Integral) => `"${printDecimal(value, type.scale)}"`
    case 'FLOAT':
      return (value: number) => numberText(Number(printFloat(value)))
    case 'DOUBLE':
      return numberText
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => `"${Buffer.from(value).toString('hex')}"`
    case 'ARRAY': {
      const item = jsonPrinter(type.element)
      return (value: readonly unknown[]) => `[${value.map(item).join(',')}]`
    }
    case 'MULTISET':
      return mapPrinter(type.element, (count) => String(count))
    case 'MAP':
      return mapPrinter(type.key, jsonPrinter(type.value))
    case 'ROW':
      return objectPrinter(type.fields)
    default:
      return temporalPrinter(type) ?? ((value: unknown) => JSON.stringify(value))
  }
}

function temporalPrinter(type: LogicalType): Print | undefined {
  switch (type.kind) {
    case 'DATE':
      return (value: number) => `"${printDate(value)}"`
    case 'TIME':
      return (value: number) => `"${printTime(value, Math.min(type.precision, 3))}"`
    case 'TIMESTAMP':
      return (value: Integral) => `"${isoTimestamp(value, type.precision)}"`
    case 'TIMESTAMP_LTZ':
      return (value: Integral) => `"${isoTimestamp(value, type.precision)}Z"`
    case 'INTERVAL_DAY_TIME':
      return (value: number) => `"${isoDuration(value)}"`
    case 'INTERVAL_YEAR_MONTH':
      return (value: number) => `"${isoPeriod(value)}"`
    default:
      return undefined
  }
}

/** A double that reads back as the same value, −0 included. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  return Object.is(value, -0) ? '-0.0' : String(value)
}

function objectPrinter(fields: readonly Column[]): (value: readonly unknown[]) => string {
  const names = fields.map((field) => `${JSON.stringify(field.name)}:`)
  const printers = fields.map((field) => jsonPrinter(field.type))
  return (value) => {
    let text = '{'
    for (let i = 0; i < printers.length; i++) text += `${i === 0 ? '' : ','}${names[i]}${printers[i]!(value[i])}`
    return `${text}}`
  }
}

/** A key that is text already stays as it is; of others the JSON text becomes the name. */
function mapPrinter(keyType: LogicalType, item: JsonPrint): Print {
  const key = jsonPrinter(keyType)
  return (value: ReadonlyMap<unknown, unknown>) => {
    const entries = [...value].map(([k, v]) => {
      const text = key(k)
      return `${text.startsWith('"') ? text : JSON.stringify(text)}:${item(v)}`
    })
    return `{${entries.join(',')}}`
  }
}
