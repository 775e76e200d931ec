/** Decoder of Flink's json format: the compiled scanner first, the general path for what it leaves. */
import type { DecodeError, Decoder } from '../../contract/format.js'
import type { Row } from '../../contract/row.js'
import type { SourceColumn } from '../../contract/source.js'
import { FieldFault, type JsonOptions, type RowField, rowReader } from './field-readers.js'
import { isObject, JsonFault, JsonReader } from './json-reader.js'
import { compileScanner, type Scan } from './scanner.js'

/**
 * @param columns metadata columns and unused ones stay null
 * @throws MillraceError E0209 for types that JSON cannot hold
 */
export function createJsonDecoder(columns: readonly SourceColumn[], options: JsonOptions): Decoder {
  const fields = columns.map(
    (column): RowField => ({ name: column.name, type: column.type, read: column.used && column.metadataKey === undefined }),
  )
  const general = createGeneralJsonDecoder(fields, options)
  const scan = compileScanner(fields, options)
  return scan === undefined ? general : new ScanningDecoder(scan, general)
}

class ScanningDecoder implements Decoder {
  readonly #scan: Scan
  readonly #general: Decoder

  constructor(scan: Scan, general: Decoder) {
    this.#scan = scan
    this.#general = general
  }

  decode(bytes: Uint8Array, start: number, end: number, into: Row[]): DecodeError | undefined {
    return this.#scan(bytes, start, end, into) ? undefined : this.#general.decode(bytes, start, end, into)
  }
}

/**
 * The general path alone. An empty payload gives no row and no error, as in Flink. Unlike Flink's, it refuses text behind the object:
 * a second reading glued to the first must not vanish.
 */
export function createGeneralJsonDecoder(fields: readonly RowField[], options: JsonOptions): Decoder {
  const readRow = rowReader(fields, '', options)
  const reader = new JsonReader()
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  return {
    decode(bytes, start, end, into) {
      if (start === end) return undefined
      try {
        reader.reset(utf8.decode(bytes.subarray(start, end)))
        if (!isObject(reader.peek())) throw reader.fault('it is no JSON object')
        const row = readRow(reader)
        reader.end()
        into.push(row)
        return undefined
      } catch (error) {
        const text = faultText(error)
        return options.ignoreParseErrors ? undefined : { text }
      }
    },
  }
}

/** Only faults of the payload are swallowed; a bug keeps its stack. */
function faultText(error: unknown): string {
  if (error instanceof JsonFault || error instanceof FieldFault) return error.message
  if (error instanceof TypeError && (error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8'
  throw error
}
