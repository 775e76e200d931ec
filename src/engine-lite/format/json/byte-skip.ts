/**
 * Reading over JSON values in bytes. Sound, not complete: a position is given only for what is certainly a valid value; −1 means *ask the
 * general path*. Bytes behind the payload may be looked at, so callers check the position against the end once they are done.
 */
import { JSON_DEPTH_MAX } from './json-reader.js'

const QUOTE = 0x22

/** Behind the value that starts at `at`, or −1. */
export function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  const code = bytes[at]
  if (code === QUOTE) {
    const close = stringEnd(bytes, at + 1)
    return close === -1 ? -1 : close + 1
  }
  if (code === 0x7b || code === 0x5b) return skipNested(bytes, at, depth + 1)
  if (code === 0x74) return bytes[at + 1] === 0x72 && bytes[at + 2] === 0x75 && bytes[at + 3] === 0x65 ? at + 4 : -1
  if (code === 0x6e) return bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c ? at + 4 : -1
  if (code === 0x66) {
    return bytes[at + 1] === 0x61 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x73 && bytes[at + 4] === 0x65 ? at + 5 : -1
  }
  return skipNumber(bytes, at)
}

/** The closing quote of a string without escapes whose first byte is at `at`, or −1. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    const code = bytes[at]
    if (code === QUOTE) return at
    if (code === undefined || code === 0x5c) return -1
    if (code < 0x80) at++
    else {
      at = utf8End(bytes, at, code)
      if (at === -1) return -1
    }
  }
}

/** Behind the well-formed UTF-8 sequence (Unicode table 3-7) that starts with `lead`, or −1. */
function utf8End(bytes: Uint8Array, at: number, lead: number): number {
  const second = bytes[at + 1] ?? 0
  if (lead >= 0xc2 && lead <= 0xdf) return tail(second) ? at + 2 : -1
  if (lead >= 0xe0 && lead <= 0xef) {
    const low = lead === 0xe0 ? 0xa0 : 0x80
    const high = lead === 0xed ? 0x9f : 0xbf
    return second >= low && second <= high && tail(bytes[at + 2]) ? at + 3 : -1
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const low = lead === 0xf0 ? 0x90 : 0x80
    const high = lead === 0xf4 ? 0x8f : 0xbf
    return second >= low && second <= high && tail(bytes[at + 2]) && tail(bytes[at + 3]) ? at + 4 : -1
  }
  return -1
}

function tail(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

function digits(bytes: Uint8Array, at: number): number {
  let code = bytes[at]!
  while (code >= 0x30 && code <= 0x39) code = bytes[++at]!
  return at
}

function skipNumber(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 0x2d) at++
  let end = digits(bytes, at)
  if (end === at || (bytes[at] === 0x30 && end !== at + 1)) return -1
  if (bytes[end] === 0x2e) {
    const fraction = digits(bytes, end + 1)
    if (fraction === end + 1) return -1
    end = fraction
  }
  const code = bytes[end]
  if (code !== 0x65 && code !== 0x45) return end
  const sign = bytes[end + 1]
  const from = sign === 0x2b || sign === 0x2d ? end + 2 : end + 1
  const exponent = digits(bytes, from)
  return exponent === from ? -1 : exponent
}

function skipBlanks(bytes: Uint8Array, at: number): number {
  let code = bytes[at]
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = bytes[++at]
  return at
}

function skipNested(bytes: Uint8Array, at: number, depth: number): number {
  if (depth > JSON_DEPTH_MAX) return -1
  const named = bytes[at] === 0x7b
  const close = named ? 0x7d : 0x5d
  at = skipBlanks(bytes, at + 1)
  if (bytes[at] === close) return at + 1
  for (;;) {
    if (named) {
      if (bytes[at] !== QUOTE) return -1
      const quote = stringEnd(bytes, at + 1)
      if (quote === -1) return -1
      at = skipBlanks(bytes, quote + 1)
      if (bytes[at] !== 0x3a) return -1
      at = skipBlanks(bytes, at + 1)
    }
    at = skipValue(bytes, at, depth)
    if (at === -1) return -1
    at = skipBlanks(bytes, at)
    if (bytes[at] === close) return at + 1
    if (bytes[at] !== 0x2c) return -1
    at = skipBlanks(bytes, at + 1)
  }
}
