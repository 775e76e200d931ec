/** LIKE and SIMILAR TO. Without ESCAPE a backslash is an ordinary character. A bad constant escape is refused while binding. */
import { MillraceError } from '../../../contract/errors/index.js'
import { BOOLEAN } from '../../types/make.js'
import { type CallSite, define, TEXT } from '../define.js'
import type { DirectFunction, ScalarFunction } from '../definition.js'

type Test = (text: string) => boolean

/** Patterns from rows are kept up to this many. */
const CACHE_MAX = 200

/** The test of a LIKE pattern. A sentence where the escape is bad. */
export function likeTest(pattern: string, escapeText: string | undefined): Test | string {
  const escapeChar = escapeText === '' ? undefined : escapeText
  const source = likeSource(pattern, escapeChar)
  if (typeof source !== 'string') return source.problem
  const expression = new RegExp(`^${source}$`, 'su')
  const plain = plainTest(pattern, escapeChar)
  return plain ?? ((text) => expression.test(text))
}

/** Patterns with % at the ends only need no regular expression. */
function plainTest(pattern: string, escapeChar: string | undefined): Test | undefined {
  if (escapeChar !== undefined || pattern.includes('_')) return undefined
  const inner = pattern.replace(/^%+/, '').replace(/%+$/, '')
  if (inner.includes('%')) return undefined
  const [open, close] = [pattern.startsWith('%'), pattern.endsWith('%')]
  if (open && close) return (text) => text.includes(inner)
  if (open) return (text) => text.endsWith(inner)
  return close ? (text) => text.startsWith(inner) : (text) => text === inner
}

function likeSource(pattern: string, escapeChar: string | undefined): string | { problem: string } {
  if (escapeChar !== undefined && (Array.from(escapeChar).length !== 1 || escapeChar === '\0'))
    return { problem: `invalid escape character '${escapeChar}'` }
  const chars = Array.from(pattern)
  let source = ''
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!
    if (char === escapeChar) {
      const next = chars[i + 1]
      if (next === undefined || (next !== '%' && next !== '_' && next !== escapeChar))
        return { problem: `invalid escape sequence '${pattern}', ${i}` }
      source += quote(next)
      i++
    } else source += char === '%' ? '.*' : char === '_' ? '.' : quote(char)
  }
  return source
}

function quote(char: string): string {
  return /[.*+?^${}()|[\]\\/]/.test(char) ? `\\${char}` : char
}

/** Regular expression of SIMILAR TO: SQL's wildcards, the operators of regular expressions as they are. */
export function similarTest(pattern: string, escapeChar: string | undefined): Test | string {
  if (escapeChar !== undefined && Array.from(escapeChar).length !== 1) return `invalid escape character '${escapeChar}'`
  const chars = Array.from(pattern)
  let source = ''
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!
    if (char === escapeChar) {
      const next = chars[++i]
      if (next === undefined) return `invalid escape sequence '${pattern}'`
      source += quote(next)
    } else if (char === '%') source += '.*'
    else if (char === '_') source += '.'
    else if (/[\\[\]^$&~]/.test(char)) throw new MillraceError('E0301', `'${char}' in a pattern of SIMILAR TO is not built yet`)
    else source += char
  }
  return new RegExpTest(source).test
}

class RegExpTest {
  private readonly expression: RegExp

  constructor(source: string) {
    this.expression = new RegExp(`^(?:${source})$`, 'su')
  }

  readonly test = (text: string): boolean => this.expression.test(text)
}

type Compile = (pattern: string, escapeChar: string | undefined) => Test | string

function literalText(site: CallSite, index: number): string | undefined {
  const value = site.args[index]?.literal?.value
  return typeof value === 'string' ? value : undefined
}

function isConstant(site: CallSite): boolean {
  return literalText(site, 1) !== undefined && (site.args.length < 3 || literalText(site, 2) !== undefined)
}

function matcher(name: string, compile: Compile): ScalarFunction {
  const compiled = (site: CallSite) => compile(literalText(site, 1)!, literalText(site, 2))
  return define({
    name,
    args: [TEXT, TEXT, TEXT],
    optional: 1,
    type: BOOLEAN,
    check: (site) => {
      if (!isConstant(site)) return undefined
      const test = compiled(site)
      return typeof test === 'string' ? test : undefined
    },
    make: (site): DirectFunction => (isConstant(site) ? (compiled(site) as Test) : perRow(compile)),
  })
}

function perRow(compile: Compile): DirectFunction {
  const cache = new Map<string, Test>()
  return (text: string, pattern: string, escapeChar?: string) => {
    const key = `${escapeChar ?? ''}\u0000${pattern}`
    let test = cache.get(key)
    if (test === undefined) {
      const made = compile(pattern, escapeChar)
      if (typeof made === 'string') throw new MillraceError('R0101', made)
      test = made
      if (cache.size >= CACHE_MAX) cache.clear()
      cache.set(key, test)
    }
    return test(text)
  }
}

export const LIKE_FUNCTIONS: readonly ScalarFunction[] = [matcher('LIKE', likeTest), matcher('SIMILAR', similarTest)]
