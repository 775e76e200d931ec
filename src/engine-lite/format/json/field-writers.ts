/** One writer per type: an internal value in, its JSON text out. Composed once per column, so that writing a row asks for no types. */
import { MillraceError } from '../../contract/errors/index.js'
import type { Integral } from '../../contract/row.js'
import type { LogicalType } from '../../contract/type.js'
import { decimalText, doubleText, floatText } from './number-text.js'
import { dateText, TimestampText, timeText } from './temporal-text.js'

export type MapNullKeyMode = 'FAIL' | 'DROP' | 'LITERAL'

export interface JsonWriteOptions {
  readonly timestampStandard: 'SQL' | 'ISO-8601'
  readonly decimalAsPlainNumber: boolean
  readonly ignoreNullFields: boolean
  readonly mapNullKey: MapNullKeyMode
  readonly mapNullKeyLiteral: string
}

/** Never called with null. */
export type FieldWriter = (value: never) => string

/** @throws MillraceError E0209 for a type the format cannot write */
export function fieldWriter(type: LogicalType, options: JsonWriteOptions): FieldWriter {
  switch (type.kind) {
    case 'NULL':
      return () => 'null'
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return (value: boolean | Integral) => String(value)
    case 'FLOAT':
      return floatText
    case 'DOUBLE':
      return doubleText
    case 'DECIMAL':
      return (value: Integral) => decimalText(value, type.scale, options.decimalAsPlainNumber)
    case 'CHAR':
    case 'VARCHAR':
      return quoted
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`
    case 'DATE':
      return (value: number) => `"${dateText(value)}"`
    case 'TIME':
      return (value: number) => `"${timeText(value)}"`
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampWriter(type.kind, type.precision, options)
    case 'ARRAY':
      return arrayWriter(type.element, options)
    case 'MAP':
      return mapWriter(type.key, type.value, options)
    case 'MULTISET':
      return mapWriter(type.element, { kind: 'INTEGER', nullable: false }, options)
    case 'ROW':
      return objectWriter(
        type.fields.map((field) => field.name),
        type.fields.map((field) => field.type),
        options,
      )
  }
}

/**
 * Writes positional values as an object.
 *
 * @example
 * objectWriter(['a'], [{ kind: 'INTEGER', nullable: true }], options)([1]) // '{"a":1}'
 */
export function objectWriter(
  names: readonly string[],
  types: readonly LogicalType[],
  options: JsonWriteOptions,
): (row: readonly unknown[]) => string {
  const writers = types.map((type) => fieldWriter(type, options)) as ((value: unknown) => string)[]
  const labels = names.map((name) => `${quoted(name)}:`)
  const ignoreNulls = options.ignoreNullFields
  return (row) => {
    let text = '{'
    for (let at = 0; at < writers.length; at += 1) {
      const value = row[at]
      if (value === null && ignoreNulls) continue
      if (text.length > 1) text += ','
      text += labels[at]! + (value === null ? 'null' : writers[at]!(value))
    }
    return `${text}}`
  }
}

function timestampWriter(kind: 'TIMESTAMP' | 'TIMESTAMP_LTZ', precision: number, options: JsonWriteOptions): FieldWriter {
  const printer = new TimestampText(options.timestampStandard === 'SQL' ? ' ' : 'T', kind === 'TIMESTAMP_LTZ' ? 'Z' : '')
  if (precision > 3) return (value: Integral) => `"${printer.ofNanos(value)}"`
  return (value: number) => `"${printer.ofMillis(value)}"`
}

function arrayWriter(element: LogicalType, options: JsonWriteOptions): FieldWriter {
  const write = fieldWriter(element, options) as (value: unknown) => string
  return (values: readonly unknown[]) => {
    let text = '['
    for (let at = 0; at < values.length; at += 1) {
      if (at > 0) text += ','
      text += values[at] === null ? 'null' : write(values[at])
    }
    return `${text}]`
  }
}

function mapWriter(key: LogicalType, element: LogicalType, options: JsonWriteOptions): FieldWriter {
  if (key.kind !== 'CHAR' && key.kind !== 'VARCHAR') {
    throw new MillraceError('E0209', `the json format writes maps with text keys only, not with ${key.kind}`, { hint: 'cast the keys' })
  }
  const write = fieldWriter(element, options) as (value: unknown) => string
  return (map: ReadonlyMap<string | null, unknown>) => {
    let text = '{'
    for (const [name, value] of map) {
      if (name === null && options.mapNullKey === 'DROP') continue
      if (text.length > 1) text += ','
      text += `${quoted(name ?? literalForNull(options))}:${value === null ? 'null' : write(value)}`
    }
    return `${text}}`
  }
}

function literalForNull(options: JsonWriteOptions): string {
  if (options.mapNullKey === 'LITERAL') return options.mapNullKeyLiteral
  throw new MillraceError('R0101', 'a map has a NULL key, which JSON cannot say', { hint: "set 'json.map-null-key.mode'" })
}

/** Anything but plain characters: controls, quote, backslash, surrogates. */
const NEEDS_CARE = /[^ -!#-[\]-\ud7ff\ue000-\uffff]/
const CARE = /[\ud800-\udbff][\udc00-\udfff]|[^ -!#-[\]-\ud7ff\ue000-\uffff]/g
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

/** Text in quotes, escaped as Jackson does: upper-case hexadecimal, characters beyond the basic plane as two escapes. */
export function quoted(text: string): string {
  return NEEDS_CARE.test(text) ? `"${text.replace(CARE, escaped)}"` : `"${text}"`
}

function escaped(found: string): string {
  const short = SHORT[found]
  if (short !== undefined) return short
  if (found.length === 2) return hexEscape(found.charCodeAt(0)) + hexEscape(found.charCodeAt(1))
  const code = found.charCodeAt(0)
  // Half a pair has no bytes; Java's encoder puts a question mark there.
  return code < 0x20 ? hexEscape(code) : '?'
}

function hexEscape(code: number): string {
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
}
