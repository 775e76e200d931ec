/**
 * One column as bytes, nothing around it.
 * https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/formats/raw/
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Encoder } from '../contract/format.js'
import type { Integral } from '../contract/row.js'
import type { Column, LogicalType } from '../contract/type.js'

type BytesOf = (value: never) => Uint8Array

/**
 * An encoder for rows of exactly one column. NULL becomes no bytes; as the value of a Kafka record Flink sends null there.
 *
 * @param options `endianness` (big-endian, little-endian) for numbers, `charset` (UTF-8) for text
 * @throws MillraceError E0209 where there is not one column of a plain type, E0210 for a bad option
 */
export function rawEncoder(columns: readonly Column[], options: ReadonlyMap<string, string>): Encoder {
  const [only] = columns
  if (columns.length !== 1 || only === undefined) {
    const names = columns.map((column) => column.name).join(', ')
    throw new MillraceError('E0209', `the raw format takes one column, not ${columns.length}`, names === '' ? {} : { detail: [names] })
  }
  const endianness = options.get('endianness') ?? 'big-endian'
  if (endianness !== 'big-endian' && endianness !== 'little-endian') {
    throw new MillraceError('E0210', `\`endianness\` does not take '${endianness}'`, { hint: 'use big-endian or little-endian' })
  }
  const charset = options.get('charset') ?? 'UTF-8'
  if (charset.toUpperCase() !== 'UTF-8') throw new MillraceError('E0210', `charset '${charset}' is not built`, { hint: 'use UTF-8' })
  const bytesOf = bytesWriter(only.type, endianness === 'little-endian') as (value: unknown) => Uint8Array
  return { encode: (row) => (row[0] === null ? NO_BYTES : bytesOf(row[0])) }
}

const NO_BYTES = new Uint8Array(0)

function bytesWriter(type: LogicalType, little: boolean): BytesOf {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return (value: string) => Buffer.from(value, 'utf8')
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => value
    case 'BOOLEAN':
      return (value: boolean) => Uint8Array.of(value ? 1 : 0)
    case 'TINYINT':
      return fixed(1, (view, value) => view.setInt8(0, Number(value)))
    case 'SMALLINT':
      return fixed(2, (view, value) => view.setInt16(0, Number(value), little))
    case 'INTEGER':
      return fixed(4, (view, value) => view.setInt32(0, Number(value), little))
    case 'BIGINT':
      return fixed(8, (view, value) => view.setBigInt64(0, BigInt(value), little))
    case 'FLOAT':
      return fixed(4, (view, value) => view.setFloat32(0, Number(value), little))
    case 'DOUBLE':
      return fixed(8, (view, value) => view.setFloat64(0, Number(value), little))
    default:
      throw new MillraceError('E0209', `the raw format does not write ${type.kind}`)
  }
}

function fixed(size: number, set: (view: DataView, value: Integral) => void): BytesOf {
  return (value: Integral) => {
    const bytes = new Uint8Array(size)
    set(new DataView(bytes.buffer), value)
    return bytes
  }
}
