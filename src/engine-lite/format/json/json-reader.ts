/**
 * A pull reader over JSON text (RFC 8259) that keeps what `JSON.parse` throws away: the source text of numbers, the order and repetition of
 * names, and a bound on depth. Control characters inside strings are taken as they are, as Flink's json format does.
 */

/** Deepest nesting of objects and arrays. */
export const JSON_DEPTH_MAX = 32

/** The text is not JSON, or nested too deep: there is no row in it at all. */
export class JsonFault extends Error {}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const ZERO = 0x30
const SMALL_E = 0x65

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function digitsEnd(text: string, at: number): number {
  let code = text.charCodeAt(at)
  while (code >= 0x30 && code <= 0x39) code = text.charCodeAt(++at)
  return at
}

export class JsonReader {
  #text = ''
  #at = 0
  #depth = 0

  reset(text: string): void {
    this.#text = text
    this.#at = 0
    this.#depth = 0
  }

  /** Where the next value starts, to come back to by {@link rewind}. */
  get mark(): number {
    return this.#at
  }

  get depth(): number {
    return this.#depth
  }

  rewind(mark: number, depth: number): void {
    this.#at = mark
    this.#depth = depth
  }

  /** The first code unit of what comes next, behind blanks; NaN at the end. */
  peek(): number {
    const text = this.#text
    let at = this.#at
    let code = text.charCodeAt(at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++at)
    this.#at = at
    return code
  }

  /** Nothing but blanks may follow. */
  end(): void {
    if (!Number.isNaN(this.peek())) throw this.fault('text follows the value')
  }

  /** Takes `null`, `true` or `false`, if that is what comes next. */
  literal(word: string): boolean {
    this.peek()
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  /** Source text of the number that comes next. */
  number(): string {
    const text = this.#text
    const from = this.#at
    let at = text.charCodeAt(from) === MINUS ? from + 1 : from
    const whole = at
    at = digitsEnd(text, at)
    if (at === whole || (text.charCodeAt(whole) === ZERO && at !== whole + 1)) throw this.fault('a value is missing or misspelt')
    if (text.charCodeAt(at) === POINT) {
      const fraction = at + 1
      at = digitsEnd(text, fraction)
      if (at === fraction) throw this.fault('bad number')
    }
    if ((text.charCodeAt(at) | 0x20) === SMALL_E) {
      const sign = text.charCodeAt(at + 1)
      const exponent = sign === PLUS || sign === MINUS ? at + 2 : at + 1
      at = digitsEnd(text, exponent)
      if (at === exponent) throw this.fault('bad number')
    }
    this.#at = at
    return text.slice(from, at)
  }

  string(): string {
    const text = this.#text
    const from = ++this.#at
    for (let at = from; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return text.slice(from, at)
      }
      if (code === BACKSLASH) return this.#escaped(from, at)
      if (Number.isNaN(code)) throw this.fault('a string is not closed')
    }
  }

  #escaped(from: number, firstEscape: number): string {
    const text = this.#text
    let out = text.slice(from, firstEscape)
    let at = firstEscape
    for (;;) {
      const char = text[at]
      if (char === undefined) throw this.fault('a string is not closed')
      if (char === '"') break
      if (char !== '\\') {
        out += char
        at++
        continue
      }
      const kind = text[at + 1] ?? ''
      const plain = ESCAPES[kind]
      if (plain !== undefined) {
        out += plain
        at += 2
        continue
      }
      const hex = text.slice(at + 2, at + 6)
      if (kind !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) throw this.fault('bad escape in a string')
      out += String.fromCharCode(Number.parseInt(hex, 16))
      at += 6
    }
    this.#at = at + 1
    return out
  }

  /** Enters `{`. Then call {@link nextName} until it gives undefined. */
  openObject(): void {
    this.#open(OPEN_OBJECT)
  }

  /** The next name of the object, its value to come; undefined after the last, the object then being left. */
  nextName(first: boolean): string | undefined {
    let code = this.peek()
    if (code === CLOSE_OBJECT && first) return this.#close()
    if (!first) {
      if (code === CLOSE_OBJECT) return this.#close()
      if (code !== COMMA) throw this.fault('a comma is missing')
      this.#at++
      code = this.peek()
    }
    if (code !== QUOTE) throw this.fault('a name is missing')
    const name = this.string()
    if (this.peek() !== COLON) throw this.fault('a colon is missing')
    this.#at++
    return name
  }

  openArray(): void {
    this.#open(OPEN_ARRAY)
  }

  /** Whether another element comes; false after the last, the array then being left. */
  nextElement(first: boolean): boolean {
    const code = this.peek()
    if (code === CLOSE_ARRAY) {
      this.#close()
      return false
    }
    if (!first) {
      if (code !== COMMA) throw this.fault('a comma is missing')
      this.#at++
      if (this.peek() === CLOSE_ARRAY) throw this.fault('a value is missing')
    }
    return true
  }

  #open(code: number): void {
    if (this.peek() !== code) throw this.fault(code === OPEN_OBJECT ? 'it is no object' : 'it is no array')
    if (++this.#depth > JSON_DEPTH_MAX) throw this.fault(`it is nested deeper than ${JSON_DEPTH_MAX}`)
    this.#at++
  }

  #close(): undefined {
    this.#depth--
    this.#at++
  }

  /** Reads over a value, checking that it is one. */
  skip(): void {
    const code = this.peek()
    if (code === QUOTE) this.string()
    else if (code === OPEN_OBJECT) {
      this.openObject()
      for (let first = true; this.nextName(first) !== undefined; first = false) this.skip()
    } else if (code === OPEN_ARRAY) {
      this.openArray()
      for (let first = true; this.nextElement(first); first = false) this.skip()
    } else if (!this.#word()) this.number()
  }

  #word(): boolean {
    return this.literal('null') || this.literal('true') || this.literal('false')
  }

  fault(text: string): JsonFault {
    return new JsonFault(`${text}, at character ${this.#at + 1}`)
  }
}

export const isQuote = (code: number): boolean => code === QUOTE
export const isObject = (code: number): boolean => code === OPEN_OBJECT
export const isArray = (code: number): boolean => code === OPEN_ARRAY
