/**
 * Rows to JSON objects, byte for byte as Flink 1.20's json format writes them (checked against its serializer).
 * https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/formats/json/
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Encoder, OptionSpec } from '../contract/format.js'
import type { Column } from '../contract/type.js'
import { type JsonWriteOptions, type MapNullKeyMode, objectWriter } from './json/field-writers.js'

/** Options that matter for writing. Names without the format's prefix. */
export const JSON_ENCODE_OPTIONS: readonly OptionSpec[] = [
  { name: 'timestamp-format.standard', help: 'how timestamps are written', values: ['SQL', 'ISO-8601'], default: 'SQL' },
  { name: 'map-null-key.mode', help: 'what becomes of a NULL key of a map', values: ['FAIL', 'DROP', 'LITERAL'], default: 'FAIL' },
  { name: 'map-null-key.literal', help: 'the text for a NULL key, with mode LITERAL', default: 'null' },
  { name: 'encode.decimal-as-plain-number', help: 'decimals without exponent', type: 'boolean', default: 'false' },
  { name: 'encode.ignore-null-fields', help: 'leave NULL fields out', type: 'boolean', default: 'false' },
]

/**
 * An encoder for rows of these columns. A deleted row is encoded like any other; tombstones are the sink's business.
 *
 * @param options without prefix: `timestamp-format.standard`, not `json.timestamp-format.standard`
 * @throws MillraceError E0209 for a type JSON cannot hold, E0210 for a bad option
 * @example
 * jsonEncoder([{ name: 'a', type: { kind: 'INTEGER', nullable: true } }], new Map()).encode([1], INSERT) // bytes of {"a":1}
 */
export function jsonEncoder(columns: readonly Column[], options: ReadonlyMap<string, string>): Encoder {
  const write = objectWriter(
    columns.map((column) => column.name),
    columns.map((column) => column.type),
    writeOptions(options),
  )
  return { encode: (row) => Buffer.from(write(row), 'utf8') }
}

function writeOptions(options: ReadonlyMap<string, string>): JsonWriteOptions {
  return {
    timestampStandard: oneOf(options, 'timestamp-format.standard', ['SQL', 'ISO-8601'] as const, 'SQL'),
    mapNullKey: oneOf<MapNullKeyMode>(options, 'map-null-key.mode', ['FAIL', 'DROP', 'LITERAL'], 'FAIL'),
    mapNullKeyLiteral: options.get('map-null-key.literal') ?? 'null',
    decimalAsPlainNumber: isTrue(options, 'encode.decimal-as-plain-number'),
    ignoreNullFields: isTrue(options, 'encode.ignore-null-fields'),
  }
}

function oneOf<T extends string>(options: ReadonlyMap<string, string>, name: string, allowed: readonly T[], fallback: T): T {
  const text = options.get(name)
  if (text === undefined) return fallback
  const found = allowed.find((value) => value === text.toUpperCase())
  if (found !== undefined) return found
  throw new MillraceError('E0210', `\`${name}\` does not take '${text}'`, { hint: `use ${allowed.join(', ')}` })
}

function isTrue(options: ReadonlyMap<string, string>, name: string): boolean {
  return oneOf(options, name, ['TRUE', 'FALSE'] as const, 'FALSE') === 'TRUE'
}
