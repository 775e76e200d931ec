/** Casts from BINARY and VARBINARY, and the length rules of bytes. */
import { isBinary } from '../../types/predicate.js'
import { fitText } from '../../values/text.js'
import { type ConversionRule, pure } from './definition.js'

export const binaryConversion: ConversionRule = (from, to) => {
  if (!isBinary(from)) return undefined
  if (to.kind === 'BINARY' || to.kind === 'VARBINARY') return pure((value: Uint8Array) => fitBytes(value, to))
  if (to.kind === 'CHAR' || to.kind === 'VARCHAR') return pure((value: Uint8Array) => fitText(new TextDecoder().decode(value), to))
  return undefined
}

/** Cut to VARBINARY(n), cut or padded with zero bytes to BINARY(n). */
export function fitBytes(bytes: Uint8Array, type: { readonly kind: string; readonly length: number }): Uint8Array {
  if (bytes.length > type.length) return bytes.slice(0, type.length)
  if (type.kind === 'VARBINARY' || bytes.length === type.length) return bytes
  const padded = new Uint8Array(type.length)
  padded.set(bytes)
  return padded
}
