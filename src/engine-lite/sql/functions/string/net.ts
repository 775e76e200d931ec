/** URLs, network addresses, bytes and their hexadecimal form. */
import type { Integral } from '../../../contract/row.js'
import { BIGINT, BOOLEAN, BYTES, STRING, withNullability } from '../../types/make.js'
import { BIGINT_ARG, BYTE_STRING, define, overloads, TEXT } from '../define.js'
import type { ScalarFunction } from '../definition.js'

/** `127.0.0.1`, and the short forms of inet_aton: the last part fills what is left. Each part fits one byte. */
function inetAton(text: string): number | null {
  const parts = text.split('.')
  if (parts.length > 4 || !parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255)) return null
  const last = Number(parts.at(-1))
  return parts.slice(0, -1).reduce((sum, part, i) => sum + Number(part) * 256 ** (3 - i), 0) + last
}

function inetNtoa(value: Integral): string | null {
  if (value < 0 || value > 4_294_967_295) return null
  const number = Number(value)
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}

/** application/x-www-form-urlencoded, as Java's URLEncoder. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

function urlDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

/** Of an odd number of digits the first one counts as 00, as in Flink. */
function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null
  return Uint8Array.from(Buffer.from(text.length % 2 === 0 ? text : `00${text.slice(1)}`, 'hex'))
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Half a surrogate pair is no character. */
const HALF_CHARACTER = /\p{Surrogate}/u

function startsWith(text: string | Uint8Array, start: string | Uint8Array): boolean {
  if (typeof text === 'string') return text.startsWith(start as string) && !HALF_CHARACTER.test(start as string)
  return start.length <= text.length && (start as Uint8Array).every((byte, i) => text[i] === byte)
}

function endsWith(text: string | Uint8Array, end: string | Uint8Array): boolean {
  if (typeof text === 'string') return text.endsWith(end as string) && !HALF_CHARACTER.test(end as string)
  const from = text.length - end.length
  return from >= 0 && (end as Uint8Array).every((byte, i) => text[from + i] === byte)
}

function affix(name: string, apply: (text: string | Uint8Array, part: string | Uint8Array) => boolean): ScalarFunction {
  return overloads(name, [
    { name, args: [TEXT, TEXT], type: BOOLEAN, apply },
    { name, args: [BYTE_STRING, BYTE_STRING], type: BOOLEAN, apply },
  ])
}

/** Each character of `from` becomes the one at its place in `to`, or goes. */
function translate(text: string | null, from: string | null, to: string | null): string | null {
  if (text === null || from === null) return text
  const target = Array.from(to ?? '')
  const places = new Map<string, number>()
  for (const [i, char] of Array.from(from).entries()) if (!places.has(char)) places.set(char, i)
  let result = ''
  for (const char of text) {
    const place = places.get(char)
    result += place === undefined ? char : (target[place] ?? '')
  }
  return result
}

export const NET_FUNCTIONS: readonly ScalarFunction[] = [
  define({ name: 'INET_ATON', args: [TEXT], type: BIGINT, nullability: 'always', apply: inetAton }),
  define({ name: 'INET_NTOA', args: [BIGINT_ARG], type: STRING, nullability: 'always', apply: inetNtoa }),
  define({ name: 'URL_ENCODE', args: [TEXT], type: STRING, nullability: 'always', apply: urlEncode }),
  define({ name: 'URL_DECODE', args: [TEXT], type: STRING, nullability: 'always', apply: urlDecode }),
  define({ name: 'UNHEX', args: [TEXT], type: BYTES, nullability: 'always', apply: unhex }),
  define({ name: 'IS_VALID_UTF8', args: [BYTE_STRING], type: BOOLEAN, apply: isUtf8 }),
  affix('STARTSWITH', startsWith),
  affix('ENDSWITH', endsWith),
  define({
    name: 'TRANSLATE',
    args: [TEXT, TEXT, TEXT],
    nulls: 'custom',
    nullability: 'type',
    type: ({ types }) => withNullability(STRING, types[0]!.nullable),
    apply: translate,
  }),
]
