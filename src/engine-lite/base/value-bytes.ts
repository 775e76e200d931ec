/**
 * Internal values (contract/row.ts) as bytes: one tag, then the parts.
 *
 * | tag | value | parts |
 * |---|---|---|
 * | 0, 1, 2 | null, false, true | |
 * | 3 | integer that is a safe number, not −0 | signed |
 * | 4 | any other number | f64 |
 * | 5 | bigint | text, base 36 |
 * | 6 | string | text |
 * | 7 | Uint8Array | blob |
 * | 8 | array | varint length, values |
 * | 9 | Map | varint size, key and value each |
 * | 10 | plain object: accumulators of user aggregates | varint size, text and value each |
 * | 11 | undefined: a field of such an object that is not set yet | |
 */
import type { ByteReader, ByteWriter } from '../contract/state.js'

/** Nesting deeper than this is refused at write, so that no stored value overflows the stack when it is read. */
const DEPTH_MAX = 64

/** @throws RangeError for a value that is no internal value, or is nested too deep */
export function writeValue(out: ByteWriter, value: unknown, depth = 0): void {
  switch (typeof value) {
    case 'number':
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
        out.u8(3)
        out.signed(value)
      } else {
        out.u8(4)
        out.f64(value)
      }
      return
    case 'string':
      out.u8(6)
      out.text(value)
      return
    case 'boolean':
      out.u8(value ? 2 : 1)
      return
    case 'bigint':
      out.u8(5)
      out.text(value.toString(36))
      return
    case 'undefined':
      out.u8(11)
      return
    case 'object':
      if (value === null) out.u8(0)
      else writeObject(out, value, depth)
      return
    default:
      throw new RangeError(`a ${typeof value} cannot be kept as state`)
  }
}

function writeObject(out: ByteWriter, value: object, depth: number): void {
  if (depth >= DEPTH_MAX) throw new RangeError(`a value nested deeper than ${DEPTH_MAX} cannot be kept as state`)
  if (Array.isArray(value)) {
    out.u8(8)
    out.varint(value.length)
    for (let i = 0; i < value.length; i++) writeValue(out, value[i], depth + 1)
  } else if (value instanceof Uint8Array) {
    out.u8(7)
    out.blob(value)
  } else if (value instanceof Map) {
    out.u8(9)
    out.varint(value.size)
    for (const [key, item] of value) {
      writeValue(out, key, depth + 1)
      writeValue(out, item, depth + 1)
    }
  } else {
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) {
      throw new RangeError(`an object of class ${value.constructor?.name ?? '?'} cannot be kept as state`)
    }
    const entries = Object.entries(value)
    out.u8(10)
    out.varint(entries.length)
    for (const [name, item] of entries) {
      out.text(name)
      writeValue(out, item, depth + 1)
    }
  }
}

/** @throws RangeError for a tag that does not exist */
export function readValue(from: ByteReader): unknown {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return null
    case 1:
      return false
    case 2:
      return true
    case 3:
      return from.signed()
    case 4:
      return from.f64()
    case 5:
      return parseBase36(from.text())
    case 6:
      return from.text()
    case 7:
      return from.blob().slice()
    case 11:
      return undefined
    default:
      return readObject(from, tag)
  }
}

function readObject(from: ByteReader, tag: number): unknown {
  const length = from.varint()
  if (tag === 8) {
    const array: unknown[] = []
    for (let i = 0; i < length; i++) array.push(readValue(from))
    return array
  }
  if (tag === 9) {
    const map = new Map<unknown, unknown>()
    for (let i = 0; i < length; i++) {
      const key = readValue(from)
      map.set(key, readValue(from))
    }
    return map
  }
  if (tag !== 10) throw new RangeError(`value tag ${tag} does not exist`)
  const entries: [string, unknown][] = []
  for (let i = 0; i < length; i++) {
    const name = from.text()
    entries.push([name, readValue(from)])
  }
  return Object.fromEntries(entries)
}

function parseBase36(text: string): bigint {
  const negative = text.startsWith('-')
  let value = 0n
  for (let i = negative ? 1 : 0; i < text.length; i++) value = value * 36n + BigInt(Number.parseInt(text[i] as string, 36))
  return negative ? -value : value
}
