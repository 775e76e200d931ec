/** PARSE_URL and ELT. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { Integral } from '../../../contract/row.js'
import type { LogicalType } from '../../../contract/type.js'
import { commonType } from '../../types/common.js'
import { nullable, STRING, withNullability } from '../../types/make.js'
import { isBinary, isCharacter, isInteger } from '../../types/predicate.js'
import { printType } from '../../types/print.js'
import { BYTE_STRING, define, resolved, TEXT } from '../define.js'
import type { ScalarFunction } from '../definition.js'

/** Protocols that java.net.URL knows; others are no URL to it. */
const URL_TEXT = /^(https?|ftp|file|jar):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s

function parseUrl(url: string, part: string, key?: string): string | null {
  const match = URL_TEXT.exec(url)
  if (match === null) return null
  const [, protocol = '', authority = '', path = '', query, ref] = match
  const at = authority.lastIndexOf('@')
  switch (part) {
    case 'PROTOCOL':
      return protocol
    case 'AUTHORITY':
      return authority
    case 'USERINFO':
      return at === -1 ? null : authority.slice(0, at)
    case 'HOST':
      return authority.slice(at + 1).replace(/:\d*$/, '')
    case 'PATH':
      return path
    case 'FILE':
      return query === undefined ? path : `${path}?${query}`
    case 'REF':
      return ref ?? null
    case 'QUERY':
      return key === undefined ? (query ?? null) : queryValue(query, key)
    default:
      return null
  }
}

function queryValue(query: string | undefined, key: string): string | null {
  for (const pair of query?.split('&') ?? []) {
    const at = pair.indexOf('=')
    if (at !== -1 && pair.slice(0, at) === key) return pair.slice(at + 1)
  }
  return null
}

/** The n-th of the arguments; NULL outside. */
const elt: ScalarFunction = {
  name: 'ELT',
  nulls: 'custom',
  deterministic: true,
  resolve: ([index, ...items]) => {
    const common = commonType(items.map(({ type }) => type))
    if (index === undefined || common === undefined || !(isCharacter(common) || isBinary(common)))
      return 'ELT takes an index and texts or bytes'
    if (!isInteger(index.type) && index.type.kind !== 'NULL') return `the index of ELT is an integer, not ${printType(index.type)}`
    const constant = index.literal?.value
    if (typeof constant === 'number' && constant < 0) return `the index of ELT starts at 0, it is ${constant}`
    const argTypes: LogicalType[] = [index.type, ...items.map((item) => withNullability(common, item.type.nullable))]
    return resolved(nullable(common), argTypes, (at: Integral | null, ...values: unknown[]) => {
      if (at !== null && at < 0) throw new MillraceError('R0101', `the index of ELT starts at 0, it is ${at}`)
      return at === null || typeof at === 'bigint' || at === 0 ? null : (values[at - 1] ?? null)
    })
  },
}

export const URL_FUNCTIONS: readonly ScalarFunction[] = [
  define({ name: 'PARSE_URL', args: [TEXT, TEXT, TEXT], optional: 1, type: STRING, nullability: 'always', apply: parseUrl }),
  elt,
  define({ name: 'MAKE_VALID_UTF8', args: [BYTE_STRING], type: STRING, apply: makeValid }),
]

/** Each malformed sequence becomes one replacement character; three bytes that would be a surrogate are one such sequence, as in Java. */
function makeValid(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let text = ''
  let start = 0
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i] !== 0xed || bytes[i + 1]! < 0xa0 || bytes[i + 1]! > 0xbf || bytes[i + 2]! < 0x80 || bytes[i + 2]! > 0xbf) continue
    text += `${decoder.decode(bytes.subarray(start, i))}\ufffd`
    start = i + 3
    i += 2
  }
  return text + decoder.decode(bytes.subarray(start))
}
