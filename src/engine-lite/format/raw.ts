/**
 * `'format' = 'raw'`: the whole payload is one column, as in Flink's RawFormat. Strings in `raw.charset`, numbers with `raw.endianness`, of
 * exactly their width; a BOOLEAN is one byte, zero for false.
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Decoder, FormatSpec } from '../contract/format.js'
import type { SourceColumn } from '../contract/source.js'
import type { LogicalType } from '../contract/type.js'
import { type Charset, charsetNamed } from './charset.js'
import { rawEncoder } from './raw-encoder.js'

/** Returns undefined when the bytes are not of the type's width. */
type Read = (bytes: Uint8Array, start: number, end: number) => unknown

const WIDTHS: Partial<Record<LogicalType['kind'], number>> = {
  BOOLEAN: 1,
  TINYINT: 1,
  SMALLINT: 2,
  INTEGER: 4,
  BIGINT: 8,
  FLOAT: 4,
  DOUBLE: 8,
}

export const RAW_FORMAT: FormatSpec = {
  name: 'raw',
  options: [
    { name: 'charset', help: 'Character set of a STRING column.', default: 'UTF-8' },
    { name: 'endianness', help: 'Byte order of numbers.', default: 'big-endian', values: ['big-endian', 'little-endian'] },
  ],
  decoder(columns, options) {
    const at = onlyColumn(columns.map((column) => (column.metadataKey === undefined ? column : undefined)))
    return new RawDecoder(columns, at, reader(columns[at]!.type, options))
  },
  encoder: rawEncoder,
}

class RawDecoder implements Decoder {
  readonly #width: number
  readonly #at: number
  readonly #read: Read
  readonly #what: string

  constructor(columns: readonly SourceColumn[], at: number, read: Read) {
    this.#width = columns.length
    this.#at = at
    this.#read = read
    this.#what = `${columns[at]!.type.kind} of ${WIDTHS[columns[at]!.type.kind] ?? 0} bytes`
  }

  decode(bytes: Uint8Array, start: number, end: number, into: unknown[][]) {
    const value = this.#read(bytes, start, end)
    if (value === undefined) return { text: `${end - start} bytes are no ${this.#what}` }
    const row: unknown[] = new Array(this.#width).fill(null)
    row[this.#at] = value
    into.push(row)
    return undefined
  }
}

function onlyColumn(physical: readonly (SourceColumn | undefined)[]): number {
  const places = physical.flatMap((column, at) => (column === undefined ? [] : [at]))
  if (places.length !== 1) {
    throw new MillraceError('E0209', `the raw format takes exactly one physical column, here are ${places.length}`)
  }
  return places[0]!
}

function charsetOf(options: ReadonlyMap<string, string>): Charset {
  const name = options.get('charset') ?? 'UTF-8'
  const charset = charsetNamed(name)
  if (charset === undefined) {
    throw new MillraceError('E0210', `unknown character set \`${name}\``, {
      detail: ['known: UTF-8, UTF-16, UTF-16BE, UTF-16LE, ISO-8859-1, US-ASCII'],
    })
  }
  return charset
}

const isLittle = (options: ReadonlyMap<string, string>): boolean => options.get('endianness')?.toLowerCase() === 'little-endian'

function unsupported(type: LogicalType): MillraceError {
  return new MillraceError('E0209', `the raw format does not take a column of type ${type.kind}`)
}

function reader(type: LogicalType, options: ReadonlyMap<string, string>): Read {
  if (type.kind === 'CHAR' || type.kind === 'VARCHAR') {
    const charset = charsetOf(options)
    return (bytes, start, end) => charset.decode(bytes.subarray(start, end))
  }
  // A copy: the receive buffer is not ours for longer than this call.
  if (type.kind === 'BINARY' || type.kind === 'VARBINARY') return (bytes, start, end) => Uint8Array.prototype.slice.call(bytes, start, end)
  const width = WIDTHS[type.kind]
  if (width === undefined) throw unsupported(type)
  const get = numberGetter(type.kind, isLittle(options))
  return (bytes, start, end) => {
    if (end - start !== width) return undefined
    return get(new DataView(bytes.buffer, bytes.byteOffset + start, width))
  }
}

function numberGetter(kind: LogicalType['kind'], little: boolean): (view: DataView) => unknown {
  switch (kind) {
    case 'BOOLEAN':
      return (view) => view.getUint8(0) !== 0
    case 'TINYINT':
      return (view) => view.getInt8(0)
    case 'SMALLINT':
      return (view) => view.getInt16(0, little)
    case 'INTEGER':
      return (view) => view.getInt32(0, little)
    case 'FLOAT':
      return (view) => view.getFloat32(0, little)
    case 'DOUBLE':
      return (view) => view.getFloat64(0, little)
    default:
      return (view) => {
        const value = view.getBigInt64(0, little)
        const small = Number(value)
        return Number.isSafeInteger(small) ? small : value
      }
  }
}
