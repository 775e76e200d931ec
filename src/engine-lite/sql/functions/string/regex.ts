/** REGEXP, REGEXP_EXTRACT, REGEXP_REPLACE and kin on Java's regular expressions. A constant pattern that Java refuses is refused while binding. */
import { MillraceError } from '../../../contract/errors/index.js'
import { array, BOOLEAN, INT, nullable, STRING } from '../../types/make.js'
import { javaRegex } from '../../values/java-regex.js'
import { type CallSite, define, type FunctionSpec, INT_ARG, TEXT } from '../define.js'
import type { DirectFunction, ScalarFunction } from '../definition.js'

const CACHE_MAX = 200
const cache = new Map<string, RegExp | null>()

/** The global expression of a pattern; null where Java refuses it. Throws E0301 (constant) or R0101 (row) for what is not built. */
function compile(pattern: string, constant: boolean): RegExp | null {
  const known = cache.get(pattern)
  if (known !== undefined) return known
  const made = javaRegex(pattern, 'g')
  if (!(made instanceof RegExp) && !made.invalid) {
    throw new MillraceError(constant ? 'E0301' : 'R0101', `the regular expression '${pattern}' is not supported: ${made.reason}`)
  }
  if (cache.size >= CACHE_MAX) cache.clear()
  const result = made instanceof RegExp ? made : null
  cache.set(pattern, result)
  return result
}

function check(site: CallSite): string | undefined {
  const literal = site.args[1]?.literal
  if (typeof literal?.value !== 'string' || literal.folded) return undefined
  const pattern = literal.value
  return compile(pattern, true) === null ? `'${pattern}' is not a regular expression` : undefined
}

/** The expression for a row: constant ones are compiled once. */
function expressionAt(site: CallSite): (pattern: string) => RegExp | null {
  const pattern = site.args[1]?.literal?.value
  if (typeof pattern === 'string') {
    const compiled = compile(pattern, true)
    return () => compiled
  }
  return (text) => compile(text, false)
}

/** The first match, or null. */
function firstMatch(expression: RegExp, text: string): RegExpExecArray | null {
  expression.lastIndex = 0
  return expression.exec(text)
}

function matches(expression: RegExp, text: string): IterableIterator<RegExpExecArray> {
  expression.lastIndex = 0
  return text.matchAll(expression)
}

type Body = (expression: RegExp | null, text: string, ...rest: never[]) => unknown

/** A bad constant pattern is refused by REGEXP, REGEXP_EXTRACT and REGEXP_REPLACE; for the others it gives NULL. */
const CHECKED: ReadonlySet<string> = new Set(['REGEXP', 'REGEXP_EXTRACT', 'REGEXP_REPLACE'])

function regexFunction(spec: Omit<FunctionSpec, 'make' | 'check'>, body: Body): ScalarFunction {
  const apply = body as (expression: RegExp | null, text: string, ...rest: unknown[]) => unknown
  return define({
    ...spec,
    ...(CHECKED.has(spec.name) && { check }),
    make: (site): DirectFunction => {
      const expressionOf = expressionAt(site)
      return (text: string, pattern: string, ...rest: unknown[]) => apply(expressionOf(pattern), text, ...rest)
    },
  })
}

const extract: Body = (expression, text, group: number = 0 as never) => {
  if (expression === null) return null
  const match = firstMatch(expression, text)
  return match === null || group < 0 || group >= match.length ? null : (match[group] ?? null)
}

const extractAll: Body = (expression, text, group: number = 1 as never) => {
  if (expression === null || group < 0) return null
  const groups = new RegExp(`${expression.source}|`, expression.flags).exec('')!.length
  if (group >= groups) return null
  return Array.from(matches(expression, text), (match) => match[group] ?? null)
}

/** The replacement is text: `$1` and `\` mean nothing. */
const replace: Body = (expression, text, replacement: string) => {
  if (expression === null) return null
  expression.lastIndex = 0
  return text.replace(expression, () => replacement)
}

const count: Body = (expression, text) => (expression === null ? null : Array.from(matches(expression, text)).length)

const position: Body = (expression, text) => {
  if (expression === null) return null
  const match = firstMatch(expression, text)
  return match === null ? 0 : match.index + 1
}

export const REGEX_FUNCTIONS: readonly ScalarFunction[] = [
  regexFunction(
    { name: 'REGEXP', args: [TEXT, TEXT], type: BOOLEAN },
    (expression, text) => expression !== null && firstMatch(expression, text) !== null,
  ),
  regexFunction({ name: 'REGEXP_EXTRACT', args: [TEXT, TEXT, INT_ARG], optional: 1, type: STRING, nullability: 'always' }, extract),
  regexFunction(
    { name: 'REGEXP_EXTRACT_ALL', args: [TEXT, TEXT, INT_ARG], optional: 1, type: array(nullable(STRING)), nullability: 'always' },
    extractAll,
  ),
  regexFunction({ name: 'REGEXP_REPLACE', args: [TEXT, TEXT, TEXT], type: STRING, mayReturnNull: true }, replace),
  regexFunction({ name: 'REGEXP_COUNT', args: [TEXT, TEXT], type: INT, nullability: 'always' }, count),
  regexFunction({ name: 'REGEXP_INSTR', args: [TEXT, TEXT], type: INT, nullability: 'always' }, position),
  regexFunction({ name: 'REGEXP_SUBSTR', args: [TEXT, TEXT], type: STRING, nullability: 'always' }, (expression, text) =>
    expression === null ? null : (firstMatch(expression, text)?.[0] ?? null),
  ),
]
