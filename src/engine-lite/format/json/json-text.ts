/** JSON printed again without blanks, as Jackson prints a tree: what a STRING column gets of an object or array. */
import { javaDoubleText } from './java-text.js'
import { isArray, isObject, isQuote, type JsonReader } from './json-reader.js'

/** Reads the value that comes next and prints it. Of a repeated name the last value counts, at the place of the first. */
export function printJson(reader: JsonReader): string {
  const code = reader.peek()
  if (isObject(code)) {
    const fields = new Map<string, string>()
    reader.openObject()
    for (let name = reader.nextName(true); name !== undefined; name = reader.nextName(false)) fields.set(name, printJson(reader))
    return `{${Array.from(fields, ([name, value]) => `${quote(name)}:${value}`).join(',')}}`
  }
  if (isArray(code)) {
    const items: string[] = []
    reader.openArray()
    for (let first = true; reader.nextElement(first); first = false) items.push(printJson(reader))
    return `[${items.join(',')}]`
  }
  if (isQuote(code)) return quote(reader.string())
  for (const word of ['null', 'true', 'false']) if (reader.literal(word)) return word
  return printNumber(reader.number())
}

function printNumber(text: string): string {
  if (text === '-0') return '0'
  return /[.eE]/.test(text) ? javaDoubleText(Number(text)) : text
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function quote(text: string): string {
  const body = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
    /["\\\x00-\x1f]/g,
    (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  )
  return `"${body}"`
}
