/** IS JSON (FALSE for NULL), JSON_QUOTE, JSON_UNQUOTE. */
import { BOOLEAN, STRING } from '../../types/make.js'
import { type JsonDocument, parseJson } from '../../values/json-document.js'
import { define, TEXT } from '../define.js'
import type { ScalarFunction } from '../definition.js'

function isJson(name: string, test: (value: JsonDocument) => boolean): ScalarFunction {
  return define({
    name,
    args: [TEXT],
    type: BOOLEAN,
    nulls: 'custom',
    nullability: 'never',
    apply: (text: string | null) => {
      const document = text === null ? undefined : parseJson(text)
      return document !== undefined && test(document)
    },
  })
}

const QUOTED: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['/', '\\/'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** Everything outside printable ASCII becomes \uXXXX. */
function quote(text: string): string {
  let result = '"'
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    const code = text.charCodeAt(i)
    result += QUOTED.get(char) ?? (code < 0x20 || code > 0x7e ? `\\u${code.toString(16).padStart(4, '0')}` : char)
  }
  return `${result}"`
}

const UNQUOTED: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** The text inside the quotes with its escapes resolved; text without quotes or with a bad escape stays as it is. */
function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  const inner = text.slice(1, -1)
  let result = ''
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] !== '\\') {
      result += inner[i]
      continue
    }
    const next = inner[++i]
    if (next === 'u') {
      const digits = inner.slice(i + 1, i + 5)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) return text
      result += String.fromCharCode(Number.parseInt(digits, 16))
      i += 4
    } else {
      const plain = next === undefined ? undefined : UNQUOTED[next]
      if (plain === undefined) return text
      result += plain
    }
  }
  return result
}

export const JSON_TEXT_FUNCTIONS: readonly ScalarFunction[] = [
  isJson('IS JSON', () => true),
  isJson('IS JSON OBJECT', (value) => value instanceof Map),
  isJson('IS JSON ARRAY', Array.isArray),
  isJson('IS JSON SCALAR', (value) => !Array.isArray(value) && !(value instanceof Map)),
  define({ name: 'JSON_QUOTE', args: [TEXT], type: STRING, apply: quote }),
  define({ name: 'JSON_UNQUOTE', args: [TEXT], type: STRING, apply: unquote }),
]
