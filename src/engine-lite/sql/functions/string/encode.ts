/** Padding, splitting, encodings, digests and the small tests on text. */
import { createHash } from 'node:crypto'
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import { BOOLEAN, BYTES, char, INT, map, nullable, STRING, varchar } from '../../types/make.js'
import { isBinary, isCharacter } from '../../types/predicate.js'
import { BIGINT_ARG, BYTE_STRING, define, family, INT_ARG, overloads, TEXT } from '../define.js'
import type { ScalarFunction } from '../definition.js'

const TEXT_OR_BYTES = family('<CHARACTER_STRING> or <BINARY_STRING>', (type) => isCharacter(type) || isBinary(type), STRING)

/** LPAD and RPAD count UTF-16 units. NULL for a negative length, and where an empty pad would have to grow the text. */
function pad(text: string, length: number, fill: string, left: boolean): string | null {
  if (length < 0 || (fill === '' && length > text.length)) return null
  if (length <= text.length) return text.slice(0, length)
  const missing = length - text.length
  const padding = fill.repeat(Math.ceil(missing / fill.length)).slice(0, missing)
  return left ? padding + text : text + padding
}

function splitIndex(text: string, separator: string | number, index: number): string | null {
  if (index < 0 || text === '') return null
  if (typeof separator === 'number' && (separator <= 0 || separator > 255)) return null
  const by = typeof separator === 'number' ? String.fromCharCode(separator) : separator
  const parts = by === '' ? [text] : text.split(by)
  return parts[index] ?? null
}

/** Java's String.hashCode. */
function hashCode(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0
  return hash
}

function digest(algorithm: string, value: string | Uint8Array): string {
  return createHash(algorithm).update(value).digest('hex')
}

function hash(name: string, algorithm: string, digits: number): ScalarFunction {
  return define({ name, args: [TEXT_OR_BYTES], type: char(digits), apply: (value: string | Uint8Array) => digest(algorithm, value) })
}

const SHA2_BITS: ReadonlySet<number> = new Set([224, 256, 384, 512])

const sha2 = define({
  name: 'SHA2',
  args: [TEXT_OR_BYTES, INT_ARG],
  type: varchar(128),
  check: ({ args }) => {
    const bits = args[1]!.literal?.value
    return typeof bits === 'number' && !SHA2_BITS.has(bits) ? `SHA2 takes 224, 256, 384 or 512 bits, not ${bits}` : undefined
  },
  apply: (value: string | Uint8Array, bits: number) => digest(`sha${SHA2_BITS.has(bits) ? bits : 256}`, value),
})

/** The character of the low 8 bits; '' for a negative number. */
function chr(code: Integral): string {
  if (code < 0) return ''
  return String.fromCharCode(Number(BigInt(code) & 255n))
}

/** The first byte, signed. */
function ascii(text: string): number {
  const first = Buffer.from(text, 'utf8')[0]
  return first === undefined ? 0 : (first << 24) >> 24
}

const CHARSETS: Readonly<Record<string, BufferEncoding>> = {
  'UTF-8': 'utf8',
  'UTF-16LE': 'utf16le',
  'US-ASCII': 'ascii',
  'ISO-8859-1': 'latin1',
}

function charset(name: string): BufferEncoding {
  const encoding = CHARSETS[name.toUpperCase()]
  if (encoding === undefined)
    throw new MillraceError('R0101', `unknown character set '${name}'`, { detail: [`known: ${Object.keys(CHARSETS).join(', ')}`] })
  return encoding
}

function encode(text: string, name: string): Uint8Array {
  const encoding = charset(name)
  const safe = encoding === 'ascii' ? text.replace(/[^\0-\x7f]/g, '?') : encoding === 'latin1' ? text.replace(/[^\0-\xff]/g, '?') : text
  return Uint8Array.from(Buffer.from(safe, encoding))
}

function decode(bytes: Uint8Array, name: string): string {
  return Buffer.from(bytes).toString(charset(name))
}

/** Pairs by plain separators; those that are regular expressions in Java are handled by the caller. */
function strToMap(text: string, pairs = ',', keys = '='): Map<string, string | null> {
  const result = new Map<string, string | null>()
  if (text === '') return result
  for (const pair of text.split(unquote(pairs))) {
    const [key = '', ...rest] = pair.split(unquote(keys))
    result.set(key, rest.length === 0 ? null : rest.join(unquote(keys)))
  }
  return result
}

/** `\|` and `\$` stand for themselves. */
function unquote(separator: string): string {
  return separator.replace(/\\(.)/g, '$1')
}

function isPlainSeparator(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && /^(?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])+$/.test(value))
}

const DECIMAL_FORM = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

function textTest(name: string, test: (text: string) => boolean): ScalarFunction {
  return define({
    name,
    args: [TEXT],
    nulls: 'custom',
    nullability: 'never',
    type: BOOLEAN,
    apply: (text: string | null) => text !== null && test(text),
  })
}

export const ENCODE_FUNCTIONS: readonly ScalarFunction[] = [
  define({
    name: 'LPAD',
    args: [TEXT, INT_ARG, TEXT],
    type: STRING,
    mayReturnNull: true,
    apply: (text: string, n: number, fill: string) => pad(text, n, fill, true),
  }),
  define({
    name: 'RPAD',
    args: [TEXT, INT_ARG, TEXT],
    type: STRING,
    mayReturnNull: true,
    apply: (text: string, n: number, fill: string) => pad(text, n, fill, false),
  }),
  overloads('SPLIT_INDEX', [
    { name: 'SPLIT_INDEX', args: [TEXT, TEXT, INT_ARG], type: STRING, nullability: 'always', apply: splitIndex },
    { name: 'SPLIT_INDEX', args: [TEXT, INT_ARG, INT_ARG], type: STRING, nullability: 'always', apply: splitIndex },
  ]),
  define({ name: 'HASH_CODE', args: [TEXT], type: INT, apply: hashCode }),
  hash('MD5', 'md5', 32),
  hash('SHA1', 'sha1', 40),
  hash('SHA224', 'sha224', 56),
  hash('SHA256', 'sha256', 64),
  hash('SHA384', 'sha384', 96),
  hash('SHA512', 'sha512', 128),
  sha2,
  define({ name: 'CHR', args: [BIGINT_ARG], type: STRING, nullability: 'always', apply: chr }),
  define({ name: 'ASCII', args: [TEXT], type: INT, apply: ascii }),
  define({ name: 'ENCODE', args: [TEXT, TEXT], type: BYTES, apply: encode }),
  define({ name: 'DECODE', args: [BYTE_STRING, TEXT], type: STRING, nullability: 'always', apply: decode }),
  define({
    name: 'TO_BASE64',
    args: [TEXT_OR_BYTES],
    type: STRING,
    apply: (value: string | Uint8Array) => Buffer.from(value).toString('base64'),
  }),
  define({
    name: 'FROM_BASE64',
    args: [TEXT_OR_BYTES],
    type: STRING,
    apply: (value: string | Uint8Array) =>
      Buffer.from(typeof value === 'string' ? value : Buffer.from(value).toString('latin1'), 'base64').toString('utf8'),
  }),
  define({
    name: 'STR_TO_MAP',
    args: [TEXT, TEXT, TEXT],
    optional: 2,
    type: map(STRING, nullable(STRING)),
    check: ({ args }) =>
      args.slice(1).every((arg) => arg.literal !== undefined && isPlainSeparator(arg.literal.value))
        ? undefined
        : 'STR_TO_MAP takes constant separators without regular expressions',
    apply: strToMap,
  }),
  textTest('IS_DECIMAL', (text) => DECIMAL_FORM.test(text)),
  textTest('IS_DIGIT', (text) => /^\d+$/.test(text)),
  textTest('IS_ALPHA', (text) => /^\p{L}+$/u.test(text)),
]
