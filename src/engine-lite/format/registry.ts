/** The formats that `'format' = '…'` can name. */
import type { FormatSpec, OptionSpec } from '../contract/format.js'
import { createJsonDecoder } from './json/json-decoder.js'
import { JSON_DECODE_OPTIONS, jsonOptions } from './json/json-options.js'
import { JSON_ENCODE_OPTIONS, jsonEncoder } from './json-encoder.js'
import { RAW_FORMAT } from './raw.js'

const JSON_FORMAT: FormatSpec = {
  name: 'json',
  options: joined(JSON_DECODE_OPTIONS, JSON_ENCODE_OPTIONS),
  decoder: (columns, options) => createJsonDecoder(columns, jsonOptions(options)),
  encoder: jsonEncoder,
}

/** By name, for `ConnectorEnvironment.formats`. */
export const FORMATS: ReadonlyMap<string, FormatSpec> = new Map([JSON_FORMAT, RAW_FORMAT].map((format) => [format.name, format]))

/** An option that reading and writing share is listed once. */
function joined(first: readonly OptionSpec[], second: readonly OptionSpec[]): readonly OptionSpec[] {
  const names = new Set(first.map((option) => option.name))
  return [...first, ...second.filter((option) => !names.has(option.name))]
}
