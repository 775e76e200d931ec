/**
 * Texts by their bytes: a device id that comes a million times is made a string once, and the same string again, whose hash is then known.
 * A bounded cache: two places per hash, the older one gives way.
 */

const ENTRIES_MIN = 256
const ENTRIES_MAX = 65_536
/** Longer texts are rarely keys. */
const TEXT_BYTES_MAX = 64

/** Start value of the hash that callers compute while they look for the end of the text. */
export const HASH_SEED = 0x811c9dc5 | 0
/** FNV-1a: `hash = Math.imul(hash ^ byte, HASH_PRIME)`. */
export const HASH_PRIME = 0x01000193

export class ByteIntern {
  #texts: (string | undefined)[] = new Array(ENTRIES_MIN).fill(undefined)
  #hashes = new Int32Array(ENTRIES_MIN)
  #mask = ENTRIES_MIN - 2
  #misses = 0

  /** The text of `bytes[start, end)`, all of them below 128, whose hash is `hash`. */
  ascii(bytes: Uint8Array, start: number, end: number, hash: number): string {
    if (end - start > TEXT_BYTES_MAX) return asciiText(bytes, start, end)
    const at = (hash ^ (hash >>> 15)) & this.#mask
    if (this.#hashes[at] === hash) {
      const text = this.#texts[at]
      if (text !== undefined && same(text, bytes, start, end)) return text
    }
    if (this.#hashes[at + 1] === hash) {
      const text = this.#texts[at + 1]
      if (text !== undefined && same(text, bytes, start, end)) return text
    }
    return this.#insert(at, asciiText(bytes, start, end), hash)
  }

  #insert(at: number, text: string, hash: number): string {
    if (++this.#misses > this.#texts.length && this.#texts.length < ENTRIES_MAX) {
      this.#grow()
      return text
    }
    this.#texts[at + 1] = this.#texts[at]
    this.#hashes[at + 1] = this.#hashes[at]!
    this.#texts[at] = text
    this.#hashes[at] = hash
    return text
  }

  #grow(): void {
    const texts = this.#texts
    const hashes = this.#hashes
    const entries = texts.length * 4
    this.#texts = new Array(entries).fill(undefined)
    this.#hashes = new Int32Array(entries)
    this.#mask = entries - 2
    this.#misses = 0
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i]
      if (text === undefined) continue
      const hash = hashes[i]!
      this.#insert((hash ^ (hash >>> 15)) & this.#mask, text, hash)
    }
  }
}

function same(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (text.length !== length) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}

const utf8 = new TextDecoder()

/** The text of bytes that are all below 128. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start
  if (length > 48) return utf8.decode(bytes.subarray(start, end))
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
