/**
 * Packed bytes: the encoding inside every section of a commit frame and every message to the storage worker.
 *
 * | part | bytes |
 * |---|---|
 * | varint | unsigned LEB128, up to 2^53 − 1 |
 * | signed | first byte: continue, 6 bits of the magnitude, sign; the rest of the magnitude as varint |
 * | f64 | 8 bytes, little-endian IEEE 754 |
 * | text | varint of 2 × length in bytes + form, then UTF-8 (form 0), or UTF-16LE (form 1) where a surrogate stands alone |
 * | blob | varint length, then the bytes |
 * | value | one tag byte (base/value-bytes.ts), then the parts of that kind |
 *
 * A reader that runs over the end throws RangeError: sections are guarded by the checksum of their frame, so it means a bug or a
 * frame of another version, and who decodes a frame turns it into damage.
 */
import type { ByteReader, ByteWriter } from '../contract/state.js'
import { readValue, writeValue } from './value-bytes.js'

const LOW_BITS = 0x8000_0000
/** Longest text that is decoded byte by byte; beyond it the decoder's set-up pays. */
const SHORT_TEXT_BYTES = 64
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Grows as needed; `reset` and reuse it instead of making a new one. */
export class GrowingByteWriter implements ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(capacityBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  reset(): void {
    this.#length = 0
  }

  /** What was written, as a copy that owns its buffer. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  /** What was written, valid until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Bytes without a length before them. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  u8(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  varint(value: number): void {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`varint ${value} is not an unsigned safe integer`)
    this.#reserve(8)
    let rest = value
    while (rest >= LOW_BITS) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  signed(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`)
    const sign = value < 0 ? 1 : 0
    const magnitude = Math.abs(value)
    const low = (magnitude % 64) * 2 + sign
    if (magnitude < 64) {
      this.u8(low)
    } else {
      this.u8(low | 0x80)
      this.varint(Math.floor(magnitude / 64))
    }
  }

  f64(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  text(value: string): void {
    const length = value.length
    this.#reserve(length + 8)
    const start = this.#length
    this.varint(length * 2)
    const bytes = this.#bytes
    let at = this.#length
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code >= 0x80) {
        this.#length = start
        this.#wideText(value)
        return
      }
      bytes[at++] = code
    }
    this.#length = at
  }

  blob(value: Uint8Array): void {
    this.varint(value.length)
    this.raw(value)
  }

  value(value: unknown): void {
    writeValue(this, value)
  }

  #wideText(value: string): void {
    if (hasLoneSurrogate(value)) {
      // UTF-8 would turn every such character into the same U+FFFD, and two keys into one.
      this.varint(value.length * 4 + 1)
      for (let i = 0; i < value.length; i++) {
        const code = value.charCodeAt(i)
        this.u8(code & 0xff)
        this.u8(code >> 8)
      }
      return
    }
    const encoded = encoder.encode(value)
    this.varint(encoded.length * 2)
    this.raw(encoded)
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}

/** Reads what a writer wrote. Blobs are views into the bytes it was given. */
export class SpanByteReader implements ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #end: number
  #at: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#at = start
    this.#end = end
  }

  get done(): boolean {
    return this.#at >= this.#end
  }

  u8(): number {
    if (this.#at >= this.#end) throw new RangeError('section ends too early')
    return this.#bytes[this.#at++] as number
  }

  varint(): number {
    let byte = this.u8()
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let factor = 128
    do {
      byte = this.u8()
      value += (byte & 0x7f) * factor
      factor *= 128
    } while (byte >= 0x80)
    if (!Number.isSafeInteger(value)) throw new RangeError('varint is too long')
    return value
  }

  signed(): number {
    const first = this.u8()
    let magnitude = (first >> 1) & 0x3f
    if (first >= 0x80) magnitude += this.varint() * 64
    return (first & 1) === 0 ? magnitude : -magnitude
  }

  f64(): number {
    this.#need(8)
    const value = this.#view.getFloat64(this.#at, true)
    this.#at += 8
    return value
  }

  text(): string {
    const header = this.varint()
    const length = Math.floor(header / 2)
    this.#need(length)
    const start = this.#at
    this.#at += length
    if (header % 2 === 1) return wideText(this.#bytes, start, this.#at)
    return length <= SHORT_TEXT_BYTES ? shortText(this.#bytes, start, length) : decoder.decode(this.#bytes.subarray(start, this.#at))
  }

  blob(): Uint8Array {
    const length = this.varint()
    this.#need(length)
    const start = this.#at
    this.#at += length
    return this.#bytes.subarray(start, this.#at)
  }

  value(): unknown {
    return readValue(this)
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#end) throw new RangeError('section ends too early')
  }
}

/** Keys and names are short and ASCII: one call that makes one flat string, no decoder, no pieces put together. */
function shortText(bytes: Uint8Array, start: number, length: number): string {
  if (length === 0) return ''
  const read = asciiReaders[length] ?? compileAsciiReader(length)
  return read(bytes, start) ?? decoder.decode(bytes.subarray(start, start + length))
}

/** Gives undefined for bytes that are not ASCII. */
type AsciiReader = (bytes: Uint8Array, start: number) => string | undefined

/** By length in bytes. */
const asciiReaders = new Array<AsciiReader | undefined>(SHORT_TEXT_BYTES + 1).fill(undefined)

function compileAsciiReader(length: number): AsciiReader {
  const bytes = Array.from({ length }, (_, i) => `b[i + ${i}]`)
  const source = `return function readAscii(b, i) { return (${bytes.join(' | ')}) < 128 ? String.fromCharCode(${bytes.join(', ')}) : undefined }`
  const reader = new Function(source)() as AsciiReader
  asciiReaders[length] = reader
  return reader
}

/** By hand, since a decoder would replace the lone surrogates that this form exists for. */
function wideText(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i + 1 < end; i += 2) text += String.fromCharCode((bytes[i] as number) | ((bytes[i + 1] as number) << 8))
  return text
}

function hasLoneSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0xd800 || code > 0xdfff) continue
    const next = text.charCodeAt(i + 1)
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return true
    i++
  }
  return false
}
