/**
 * From JSON values to internal values, by type: the rules of Flink's json format (`JsonParserToRowDataConverters`). Numbers, strings and
 * booleans turn into each other where the text allows it; every JSON value reads as STRING; an INT takes the whole part of a fraction.
 */
import { MillraceError } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import { javaTrim, longOfNumber, parseDecimal, parseJavaDouble, parseJavaInt, parseJavaLong } from './java-text.js'
import { isArray, isObject, isQuote, type JsonReader } from './json-reader.js'
import { printJson } from './json-text.js'
import { parseDate, parseTime, parseTimestamp, type TimestampStandard } from './temporal.js'

export interface JsonOptions {
  readonly ignoreParseErrors: boolean
  readonly failOnMissingField: boolean
  readonly timestampStandard: TimestampStandard
}

/** A value that its type does not take. With `ignore-parse-errors` it reads as NULL. */
export class FieldFault extends Error {}

/** Reads the value that comes next. @throws FieldFault JsonFault */
export type FieldReader = (reader: JsonReader) => unknown

type Token = 'string' | 'number' | 'literal'
/** undefined: the text is none of the type. */
type Conversion = (text: string, token: Token) => unknown

/** @throws MillraceError E0209 for types that JSON cannot hold */
export function fieldReader(type: LogicalType, name: string, options: JsonOptions): FieldReader {
  const read = notNullReader(type, name, options)
  const lenient = options.ignoreParseErrors
  return (reader) => {
    if (reader.peek() === 0x6e && reader.literal('null')) return null
    if (!lenient) return read(reader)
    const mark = reader.mark
    const depth = reader.depth
    try {
      return read(reader)
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error
      reader.rewind(mark, depth)
      reader.skip()
      return null
    }
  }
}

function notNullReader(type: LogicalType, name: string, options: JsonOptions): FieldReader {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return (reader) => {
        const code = reader.peek()
        return isObject(code) || isArray(code) ? printJson(reader) : scalarText(reader)
      }
    case 'ARRAY':
      return arrayReader(fieldReader(type.element, `${name}[]`, options), name)
    case 'MAP':
      return mapReader(type.key, fieldReader(type.value, `${name}{}`, options), name)
    case 'MULTISET':
      return mapReader(type.element, fieldReader({ kind: 'INTEGER', nullable: true }, `${name}{}`, options), name)
    case 'ROW':
      return nestedRowReader(rowReader(type.fields, `${name}.`, options), name)
    case 'BOOLEAN':
      return (reader) => {
        const code = reader.peek()
        if (!isObject(code) && !isArray(code)) return javaTrim(scalarText(reader)).toLowerCase() === 'true'
        reader.skip()
        return false
      }
    default:
      return scalarReader(conversionOf(type, name, options.timestampStandard), type.kind, name)
  }
}

/** Conversion of one scalar type, shared with the byte scanner. */
export function conversionOf(type: LogicalType, name: string, standard: TimestampStandard): Conversion {
  switch (type.kind) {
    case 'NULL':
      return () => null
    case 'TINYINT':
      return (text) => parseJavaInt(javaTrim(text), -128, 127)
    case 'SMALLINT':
      return (text) => parseJavaInt(javaTrim(text), -32_768, 32_767)
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return (text, token) => {
        if (token !== 'number') return parseJavaInt(javaTrim(text), -2_147_483_648, 2_147_483_647)
        const whole = Math.trunc(Number(text)) + 0
        return whole >= -2_147_483_648 && whole <= 2_147_483_647 ? whole : undefined
      }
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return (text, token) => (token === 'number' ? longOfNumber(text) : parseJavaLong(javaTrim(text)))
    case 'FLOAT':
      return (text, token) => (token === 'number' ? Math.fround(Number(text)) : roundFloat(parseJavaDouble(javaTrim(text))))
    case 'DOUBLE':
      return (text, token) => (token === 'number' ? Number(text) : parseJavaDouble(javaTrim(text)))
    case 'DECIMAL':
      return (text, token) => (token === 'literal' ? undefined : parseDecimal(javaTrim(text), type.precision, type.scale))
    case 'DATE':
      return parseDate
    case 'TIME':
      return parseTime
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const local = type.kind === 'TIMESTAMP_LTZ'
      return (text) => parseTimestamp(text, standard, local, type.precision)
    }
    case 'BINARY':
    case 'VARBINARY':
      return (text, token) => (token === 'string' ? base64(text) : undefined)
    default:
      throw new MillraceError('E0209', `the json format cannot read column \`${name}\` of type ${type.kind}`)
  }
}

function roundFloat(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.fround(value)
}

function base64(text: string): Uint8Array | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: blanks and control characters between groups are skipped, as Jackson does
  const packed = text.replace(/[\x00-\x20]+/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed)) return undefined
  const binary = atob(packed)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

function scalarReader(convert: Conversion, kind: string, name: string): FieldReader {
  return (reader) => {
    const code = reader.peek()
    if (isObject(code) || isArray(code)) {
      reader.skip()
      throw new FieldFault(`field \`${name}\`: an object or array is no ${kind}`)
    }
    const token: Token = isQuote(code) ? 'string' : code === 0x74 || code === 0x66 ? 'literal' : 'number'
    const text = scalarText(reader)
    const value = convert(text, token)
    if (value === undefined) throw new FieldFault(`field \`${name}\`: \`${text.slice(0, 40)}\` is no ${kind}`)
    return value
  }
}

/** Text of a string, the source text of a number or literal. */
function scalarText(reader: JsonReader): string {
  if (isQuote(reader.peek())) return reader.string()
  if (reader.literal('true')) return 'true'
  if (reader.literal('false')) return 'false'
  return reader.number()
}

function arrayReader(element: FieldReader, name: string): FieldReader {
  return (reader) => {
    if (!isArray(reader.peek())) return refuse(reader, `field \`${name}\` is no array`)
    const items: unknown[] = []
    reader.openArray()
    for (let first = true; reader.nextElement(first); first = false) items.push(element(reader))
    return items
  }
}

function mapReader(key: LogicalType, value: FieldReader, name: string): FieldReader {
  if (key.kind !== 'CHAR' && key.kind !== 'VARCHAR') {
    throw new MillraceError('E0209', `the json format cannot read column \`${name}\`: keys of a map in JSON are strings`)
  }
  return (reader) => {
    if (!isObject(reader.peek())) return refuse(reader, `field \`${name}\` is no object`)
    const map = new Map<string, unknown>()
    reader.openObject()
    for (let n = reader.nextName(true); n !== undefined; n = reader.nextName(false)) map.set(n, value(reader))
    return map
  }
}

function nestedRowReader(read: (reader: JsonReader) => unknown[], name: string): FieldReader {
  return (reader) => (isObject(reader.peek()) ? read(reader) : refuse(reader, `field \`${name}\` is no object`))
}

/** Reads over the value first, so that broken text behind it is still found when the fault is ignored. */
function refuse(reader: JsonReader, text: string): never {
  reader.skip()
  throw new FieldFault(text)
}

/** A field of a row: `read` false leaves its position null and does not look at the value. */
export interface RowField {
  readonly name: string
  readonly type: LogicalType
  readonly read?: boolean
}

/** Reads an object into a row of these fields; other names are skipped, of a repeated name the last counts. */
export function rowReader(fields: readonly RowField[], path: string, options: JsonOptions): (reader: JsonReader) => unknown[] {
  const byName = new Map<string, { readonly at: number; readonly read: FieldReader }>()
  fields.forEach((field, at) => {
    if (field.read !== false) byName.set(field.name, { at, read: fieldReader(field.type, path + field.name, options) })
  })
  const width = fields.length
  const strict = options.failOnMissingField
  return (reader) => {
    const row: unknown[] = new Array(width).fill(null)
    const seen = strict ? new Set<string>() : undefined
    reader.openObject()
    for (let name = reader.nextName(true); name !== undefined; name = reader.nextName(false)) {
      const field = byName.get(name)
      if (field === undefined) reader.skip()
      else {
        row[field.at] = field.read(reader)
        seen?.add(name)
      }
    }
    if (seen !== undefined && seen.size < byName.size) {
      const missing = [...byName.keys()].find((name) => !seen.has(name))
      throw new FieldFault(`field \`${path}${missing}\` is missing`)
    }
    return row
  }
}
