/**
 * JSON text as a document that keeps every number exactly as it is written. What stands behind the first value is ignored, as in Flink
 * (Jackson's `readTree`).
 */
import { printDouble } from './float-text.js'

/** A number by its text. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

export type JsonDocument = null | boolean | string | JsonNumber | JsonDocument[] | Map<string, JsonDocument>

const DEPTH_MAX = 1000
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** The document, or undefined for text that is no JSON. */
export function parseJson(text: string): JsonDocument | undefined {
  const reader = new Reader(text)
  const value = reader.value(0)
  return reader.failed ? undefined : value
}

class Reader {
  failed = false
  private at = 0

  constructor(private readonly text: string) {}

  private fail(): null {
    this.failed = true
    return null
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.at++
    }
  }

  value(depth: number): JsonDocument {
    this.space()
    if (depth > DEPTH_MAX) return this.fail()
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth)
      case '[':
        return this.array(depth)
      case '"':
        return this.string()
      case 't':
        return this.word('true', true)
      case 'f':
        return this.word('false', false)
      case 'n':
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  private word<T extends boolean | null>(word: string, value: T): T | null {
    if (!this.text.startsWith(word, this.at) || /\w/.test(this.text[this.at + word.length] ?? '')) return this.fail()
    this.at += word.length
    return value
  }

  private number(): JsonDocument {
    NUMBER.lastIndex = this.at
    const match = NUMBER.exec(this.text)
    if (match === null) return this.fail()
    this.at += match[0].length
    if (/[\w.]/.test(this.text[this.at] ?? '')) return this.fail()
    return new JsonNumber(match[0])
  }

  private string(): string {
    this.at++
    let result = ''
    while (!this.failed) {
      const start = this.at
      while (isPlain(this.text.charCodeAt(this.at))) this.at++
      result += this.text.slice(start, this.at)
      const char = this.text[this.at++]
      if (char === '"') return result
      if (char !== '\\') this.fail()
      else result += this.escape()
    }
    return result
  }

  private escape(): string {
    const char = this.text[this.at++] ?? ''
    if (char === 'u') {
      const digits = this.text.slice(this.at, this.at + 4)
      this.at += 4
      return /^[0-9a-fA-F]{4}$/.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : String(this.fail())
    }
    const known = ESCAPES.get(char)
    return known === undefined ? String(this.fail()) : known
  }

  private array(depth: number): JsonDocument {
    this.at++
    const items: JsonDocument[] = []
    this.space()
    if (this.text[this.at] === ']') {
      this.at++
      return items
    }
    while (!this.failed) {
      items.push(this.value(depth + 1))
      this.space()
      const char = this.text[this.at++]
      if (char === ']') return items
      if (char !== ',') this.fail()
    }
    return items
  }

  private object(depth: number): JsonDocument {
    this.at++
    const fields = new Map<string, JsonDocument>()
    this.space()
    if (this.text[this.at] === '}') {
      this.at++
      return fields
    }
    while (!this.failed) {
      this.space()
      if (this.text[this.at] !== '"') return this.fail()
      const name = this.string()
      this.space()
      if (this.text[this.at++] !== ':') return this.fail()
      fields.set(name, this.value(depth + 1))
      this.space()
      const char = this.text[this.at++]
      if (char === '}') return fields
      if (char !== ',') this.fail()
    }
    return fields
  }
}

/** Part of a string as it is: no quote, backslash or control character (NaN beyond the end). */
function isPlain(code: number): boolean {
  return code >= 32 && code !== 34 && code !== 92
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** Compact JSON text. `sorted`: fields of objects by name. */
export function printJson(value: JsonDocument, sorted: boolean): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof JsonNumber) return numberText(value.text)
  if (Array.isArray(value)) return `[${value.map((item) => printJson(item, sorted)).join(',')}]`
  const entries = [...value]
  if (sorted) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${printJson(item, sorted)}`).join(',')}}`
}

/** A JSON number as Flink 1.20 prints it, which reads fractions as doubles: `1.1` for `1.10`, `1000.0` for `1e3`; integers exactly. */
export function numberText(text: string): string {
  return /[.eE]/.test(text) ? printDouble(Number(text)) : text === '-0' ? '0' : text
}
