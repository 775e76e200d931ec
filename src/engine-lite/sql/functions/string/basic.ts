/** Concatenation, case, length, cutting, trimming and searching of text. Positions count code points from 1. */
import { LENGTH_MAX, type LogicalType } from '../../../contract/type.js'
import { INT, nullable, STRING, varchar } from '../../types/make.js'
import { isBinary, isCharacter } from '../../types/predicate.js'
import { printType } from '../../types/print.js'
import { codePointCount, isPlain, sliceCodePoints } from '../../values/text.js'
import { type CallSite, define, INT_ARG, resolved, TEXT } from '../define.js'
import type { ResolvedFunction, ScalarFunction } from '../definition.js'

/** VARCHAR of the first argument's length. */
export function varyingOfFirst({ types }: CallSite): LogicalType {
  const type = types[0]!
  return 'length' in type ? varchar(type.length) : STRING
}

function concatType(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (!('length' in a) || !('length' in b)) return undefined
  const length = Math.min(a.length + b.length, LENGTH_MAX)
  const fixed = (a.kind === 'CHAR' && b.kind === 'CHAR') || (a.kind === 'BINARY' && b.kind === 'BINARY')
  return {
    kind: isCharacter(a) ? (fixed ? 'CHAR' : 'VARCHAR') : fixed ? 'BINARY' : 'VARBINARY',
    length,
    nullable: a.nullable || b.nullable,
  }
}

const CONCAT_OPERATOR: ScalarFunction = {
  name: '||',
  nulls: 'strict',
  deterministic: true,
  resolve: ([left, right]): ResolvedFunction | string => {
    if (left === undefined || right === undefined) return '|| takes two sides'
    const a = left.type.kind === 'NULL' ? nullable(right.type) : left.type
    const b = right.type.kind === 'NULL' ? nullable(left.type) : right.type
    if (a.kind === 'ARRAY' || b.kind === 'ARRAY') return '|| does not take arrays'
    const same = (isCharacter(a) && isCharacter(b)) || (isBinary(a) && isBinary(b))
    const type = same ? concatType(a, b) : undefined
    if (type === undefined) return `|| takes text on both sides, not ${printType(left.type)} and ${printType(right.type)}`
    if (isCharacter(a))
      return resolved(
        type,
        [a, b],
        (x: string, y: string) => x + y,
        ([x, y]) => `${x} + ${y}`,
      )
    return resolved(type, [a, b], (x: Uint8Array, y: Uint8Array) => Uint8Array.from([...x, ...y]))
  },
}

/** Flink's SUBSTRING: position 0 is 1, negative ones count from the end, before the start or beyond the end gives ''. */
export function substring(text: string, from: number, length?: number): string | null {
  if (length !== undefined && length < 0) return null
  const count = isPlain(text) ? text.length : codePointCount(text)
  const start = from > 0 ? from - 1 : from === 0 ? 0 : count + from
  if (start < 0 || start >= count) return ''
  return sliceCodePoints(text, start, length === undefined ? count : start + length)
}

function trimmer(leading: boolean, trailing: boolean) {
  return (text: string, set = ' '): string => {
    const chars = Array.from(text)
    const strip = new Set(set)
    let start = 0
    let end = chars.length
    if (leading) while (start < end && strip.has(chars[start]!)) start++
    if (trailing) while (end > start && strip.has(chars[end - 1]!)) end--
    return chars.slice(start, end).join('')
  }
}

const trim = define({
  name: 'TRIM',
  args: [TEXT, TEXT],
  optional: 1,
  type: varyingOfFirst,
  make: ({ modifiers }) => trimmer(modifiers.trim !== 'TRAILING', modifiers.trim !== 'LEADING'),
})

function initCap(text: string): string {
  return text.toLowerCase().replace(/[a-zA-Z0-9]+/g, (word) => word[0]!.toUpperCase() + word.slice(1))
}

/** 1-based position from a start; 0 where it is not there. */
function locate(needle: string, text: string, from = 1): number {
  if (from <= 0) return 0
  if (isPlain(text)) return text.indexOf(needle, from - 1) + 1
  const rest = Array.from(text).slice(from - 1)
  const at = rest.join('').indexOf(needle)
  return at === -1 ? 0 : codePointCount(rest.join('').slice(0, at)) + from
}

/** The n-th occurrence, from the end where the start is negative. */
function instr(text: string, needle: string, from = 1, occurrence = 1): number {
  if (from === 0 || occurrence < 1) return 0
  const chars = Array.from(text)
  const width = Array.from(needle).length
  let left = occurrence
  const step = from > 0 ? 1 : -1
  for (let i = from > 0 ? from - 1 : chars.length + from; i >= 0 && i < chars.length; i += step) {
    if (chars.slice(i, i + width).join('') === needle && --left === 0) return i + 1
  }
  return 0
}

/** Flink's OVERLAY: positions count UTF-16 units; a start below 1 or beyond the end changes nothing. */
function overlay(text: string, replacement: string, from: number, length = replacement.length): string {
  if (from <= 0 || from > text.length) return text
  const head = text.slice(0, from - 1) + replacement
  return length <= 0 || from + length > text.length ? head : head + text.slice(from + length - 1)
}

function concatWs(separator: string | null, ...parts: readonly (string | null)[]): string | null {
  return separator === null ? null : parts.filter((part) => part !== null).join(separator)
}

const length = define({ name: 'CHAR_LENGTH', args: [TEXT], type: INT, apply: codePointCount })

export const BASIC_STRING_FUNCTIONS: readonly ScalarFunction[] = [
  CONCAT_OPERATOR,
  define({ name: 'CONCAT', args: [TEXT], rest: TEXT, type: STRING, apply: (...parts: string[]) => parts.join('') }),
  define({
    name: 'CONCAT_WS',
    args: [TEXT, TEXT],
    rest: TEXT,
    nulls: 'custom',
    type: STRING,
    apply: concatWs,
  }),
  length,
  { ...length, name: 'CHARACTER_LENGTH' },
  define({ name: 'UPPER', args: [TEXT], type: varyingOfFirst, apply: (text: string) => text.toUpperCase() }),
  define({ name: 'LOWER', args: [TEXT], type: varyingOfFirst, apply: (text: string) => text.toLowerCase() }),
  define({ name: 'INITCAP', args: [TEXT], type: varyingOfFirst, apply: initCap }),
  define({ name: 'SUBSTRING', args: [TEXT, INT_ARG, INT_ARG], optional: 1, type: varyingOfFirst, nullability: 'always', apply: substring }),
  define({ name: 'SUBSTR', args: [TEXT, INT_ARG, INT_ARG], optional: 1, type: varyingOfFirst, nullability: 'always', apply: substring }),
  define({
    name: 'LEFT',
    args: [TEXT, INT_ARG],
    type: varyingOfFirst,
    nullability: 'always',
    apply: (text: string, n: number) => (n <= 0 ? '' : sliceCodePoints(text, 0, n)),
  }),
  define({
    name: 'RIGHT',
    args: [TEXT, INT_ARG],
    type: varyingOfFirst,
    nullability: 'always',
    apply: (text: string, n: number) => (n <= 0 ? '' : Array.from(text).slice(-n).join('')),
  }),
  trim,
  define({ name: 'LTRIM', args: [TEXT, TEXT], optional: 1, type: varyingOfFirst, apply: trimmer(true, false) }),
  define({ name: 'RTRIM', args: [TEXT, TEXT], optional: 1, type: varyingOfFirst, apply: trimmer(false, true) }),
  define({ name: 'BTRIM', args: [TEXT, TEXT], optional: 1, type: STRING, apply: trimmer(true, true) }),
  define({ name: 'POSITION', args: [TEXT, TEXT], type: INT, apply: (needle: string, text: string) => locate(needle, text) }),
  define({ name: 'LOCATE', args: [TEXT, TEXT, INT_ARG], optional: 1, type: INT, apply: locate }),
  define({ name: 'INSTR', args: [TEXT, TEXT, INT_ARG, INT_ARG], optional: 2, type: INT, apply: instr }),
  define({
    name: 'REPLACE',
    args: [TEXT, TEXT, TEXT],
    type: STRING,
    apply: (text: string, from: string, to: string) => text.replaceAll(from, () => to),
  }),
  define({ name: 'OVERLAY', args: [TEXT, TEXT, INT_ARG, INT_ARG], optional: 1, type: STRING, apply: overlay }),
  define({
    name: 'REVERSE',
    args: [TEXT],
    type: STRING,
    nullability: 'always',
    apply: (text: string) => Array.from(text).reverse().join(''),
  }),
  define({ name: 'REPEAT', args: [TEXT, INT_ARG], type: STRING, apply: (text: string, n: number) => (n <= 0 ? '' : text.repeat(n)) }),
]
