/** JSON_STRING, JSON_OBJECT, JSON_ARRAY: values as JSON text. Fields of objects are sorted by name, as in Flink. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { STRING, withNullability } from '../../types/make.js'
import { isCharacter } from '../../types/predicate.js'
import { printType } from '../../types/print.js'
import { printDecimal } from '../../values/decimal.js'
import { printDouble, printFloat } from '../../values/float-text.js'
import { isoTimestamp } from '../../values/iso-text.js'
import { parseJson, printJson } from '../../values/json-document.js'
import { resolved } from '../define.js'
import type { ScalarFunction } from '../definition.js'

type Print = (value: never) => string

/** Text of values of a type in JSON, or undefined for types that Flink refuses (DATE, TIME, intervals). */
function jsonPrinter(type: LogicalType): ((value: unknown) => string) | undefined {
  const print = notNullPrinter(type) as ((value: unknown) => string) | undefined
  return print === undefined ? undefined : (value) => (value === null ? 'null' : print(value))
}

function notNullPrinter(type: LogicalType): Print | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return (value: unknown) => String(value)
    case 'FLOAT':
      return printFloat
    case 'DOUBLE':
      return printDouble
    case 'DECIMAL':
      return (value: Integral) => printDecimal(value, type.scale)
    case 'CHAR':
    case 'VARCHAR':
      return (value: string) => JSON.stringify(value)
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => `"${Buffer.from(value).toString('base64')}"`
    case 'TIMESTAMP':
      return (value: Integral) => `"${timestampText(value, type.precision)}"`
    case 'TIMESTAMP_LTZ':
      return (value: Integral) => `"${timestampText(value, type.precision)}Z"`
    default:
      return constructedPrinter(type)
  }
}

/** The fraction without its trailing zeros. */
function timestampText(value: Integral, precision: number): string {
  const text = isoTimestamp(value, precision)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function constructedPrinter(type: LogicalType): Print | undefined {
  switch (type.kind) {
    case 'ARRAY': {
      const item = jsonPrinter(type.element)
      return item === undefined ? undefined : (value: readonly unknown[]) => `[${value.map(item).join(',')}]`
    }
    case 'MAP': {
      const item = jsonPrinter(type.value)
      if (item === undefined || !isCharacter(type.key)) return undefined
      return (value: ReadonlyMap<string, unknown>) => objectText([...value].map(([key, entry]) => [key, item(entry)] as const))
    }
    case 'MULTISET':
      if (!isCharacter(type.element)) return undefined
      return (value: ReadonlyMap<string, unknown>) => objectText([...value].map(([key, count]) => [key, String(count)] as const))
    case 'ROW': {
      const items = type.fields.map((field) => jsonPrinter(field.type))
      if (items.includes(undefined)) return undefined
      return (value: readonly unknown[]) => objectText(type.fields.map((field, i) => [field.name, items[i]!(value[i])] as const))
    }
    default:
      return undefined
  }
}

function objectText(entries: readonly (readonly [string, string])[]): string {
  const sorted = [...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${sorted.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}

/** `raw`: the argument is JSON text already (from JSON, JSON_OBJECT, JSON_ARRAY). */
export interface JsonConstruction {
  readonly kind: 'object' | 'array'
  readonly onNull: 'NULL' | 'ABSENT'
  /** By argument. */
  readonly raw: readonly boolean[]
}

/** The function of one JSON_OBJECT (arguments alternate keys and values) or JSON_ARRAY call. */
export function jsonConstructor({ kind, onNull, raw }: JsonConstruction): ScalarFunction {
  const name = kind === 'object' ? 'JSON_OBJECT' : 'JSON_ARRAY'
  return {
    name,
    nulls: 'custom',
    deterministic: true,
    resolve: (args) => {
      const printers: ((value: unknown) => string)[] = []
      for (const [i, arg] of args.entries()) {
        if (kind === 'object' && i % 2 === 0) {
          if (typeof arg.literal?.value !== 'string') return `keys of ${name} are constant text`
          printers.push(String)
          continue
        }
        const printer = raw[i] ? (value: unknown) => (value === null ? 'null' : String(value)) : jsonPrinter(arg.type)
        if (printer === undefined) return `${name} does not take ${printType(arg.type)}`
        printers.push(printer)
      }
      const types = args.map(({ type }) => type)
      const keeps = (value: unknown) => value !== null || onNull === 'NULL'
      if (kind === 'array') {
        return resolved(
          STRING,
          types,
          (...values: unknown[]) => `[${values.flatMap((value, i) => (keeps(value) ? [printers[i]!(value)] : [])).join(',')}]`,
        )
      }
      return resolved(STRING, types, (...values: unknown[]) => {
        const entries: (readonly [string, string])[] = []
        for (let i = 1; i < values.length; i += 2) {
          if (keeps(values[i])) entries.push([String(values[i - 1]), printers[i]!(values[i])])
        }
        return objectText(entries)
      })
    },
  }
}

/** JSON(text) inside a constructor: checked and compacted; blank text is NULL. */
export const JSON_FUNCTION: ScalarFunction = {
  name: 'JSON',
  nulls: 'strict',
  deterministic: true,
  resolve: ([arg]) => {
    if (arg === undefined || !(isCharacter(arg.type) || arg.type.kind === 'NULL')) return 'JSON takes text'
    return resolved(withNullability(STRING, true), [withNullability(STRING, arg.type.nullable)], (text: string) => {
      if (text.trim() === '') return null
      const document = parseJson(text)
      if (document === undefined) throw new MillraceError('R0101', `'${text}' is no JSON`)
      return printJson(document, false)
    })
  },
}

export const JSON_STRING: ScalarFunction = {
  name: 'JSON_STRING',
  nulls: 'strict',
  deterministic: true,
  resolve: ([arg]) => {
    const print = arg === undefined ? undefined : jsonPrinter(arg.type.kind === 'NULL' ? STRING : arg.type)
    if (arg === undefined || print === undefined) return 'JSON_STRING takes a value with a JSON form'
    return resolved(withNullability(STRING, arg.type.nullable), [arg.type], print)
  },
}
