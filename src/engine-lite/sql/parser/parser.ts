/**
 * The cursor over the tokens that every grammar function takes, and how it fails. The grammar is recursive across files (a query
 * holds expressions, an expression holds queries); the three entry points that recurse are therefore injected as {@link Grammar}.
 */
import { MillraceError, type Place, type Span } from '../../contract/errors/index.js'
import type { ExpressionAst } from '../ast/expression.js'
import type { QueryAst } from '../ast/query.js'
import type { ObjectNameAst } from '../ast/statement.js'
import { RESERVED } from '../lexer/keywords.js'
import { spelling, type Token } from '../lexer/token.js'

/** Reserved words that nobody means as a column where an expression is missing. */
const CLAUSE_WORDS = new Set(
  'SELECT FROM WHERE GROUP HAVING ORDER BY LIMIT UNION AS AND OR ON THEN ELSE END WHEN INTO VALUES WITH'.split(' '),
)

export interface Grammar {
  /** An expression whose operators bind tighter than `minimumPower`. */
  expression(p: Parser, minimumPower: number): ExpressionAst
  /** A query with WITH, set operations, ORDER BY and LIMIT. */
  query(p: Parser): QueryAst
}

/** Leaves the statement: valid Flink SQL of a kind that is not even represented. Caught by the statement parser. */
export class UnsupportedSyntax extends Error {
  constructor(
    readonly what: string,
    readonly span: Span,
  ) {
    super(what)
  }
}

export interface Name {
  readonly name: string
  readonly span: Span
}

export class Parser {
  /** Index of the next token. Writable so that a caller can go back. */
  at = 0
  /** False inside DDL expressions, where Flink refuses sub-queries. */
  queriesAllowed = true
  /** First construct of the statement that parses but has no meaning here. */
  unsupported: { readonly what: string; readonly span: Span } | undefined

  constructor(
    readonly text: string,
    readonly file: string | undefined,
    readonly tokens: readonly Token[],
    private readonly grammar: Grammar,
  ) {}

  expression(minimumPower = 0): ExpressionAst {
    return this.grammar.expression(this, minimumPower)
  }

  query(): QueryAst {
    return this.grammar.query(this)
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.peek()
    if (token.kind === 'invalid') this.fail('', token)
    if (token.kind !== 'end') this.at++
    return token
  }

  /** The token before the cursor. */
  get previous(): Token {
    return this.tokens[Math.max(0, this.at - 1)] as Token
  }

  atWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'word' && token.value === word
  }

  /** True where the next tokens are exactly these words. */
  atWords(...words: readonly string[]): boolean {
    return words.every((word, i) => this.atWord(word, i))
  }

  atSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'symbol' && token.value === symbol
  }

  /** Takes these words if all of them come next. */
  accept(...words: readonly string[]): boolean {
    if (!this.atWords(...words)) return false
    this.at += words.length
    return true
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.atSymbol(symbol)) return false
    this.at++
    return true
  }

  /** Takes one of the words and returns it, or undefined. */
  acceptOneOf(...words: readonly string[]): string | undefined {
    const token = this.peek()
    if (token.kind !== 'word' || !words.includes(token.value)) return undefined
    this.at++
    return token.value
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail(word)
  }

  expectOneOf(...words: readonly string[]): string {
    return this.acceptOneOf(...words) ?? this.fail(words.join(' or '))
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) this.fail(`\`${symbol}\``)
  }

  expectString(what: string): string {
    const token = this.peek()
    if (token.kind !== 'string') this.fail(`${what} in single quotes`)
    this.at++
    let value = token.value
    // Literals on separate lines are one literal.
    while (this.peek().kind === 'string' && this.peek().line > this.previous.endLine) value += this.next().value
    return value
  }

  expectInteger(what: string): number {
    const token = this.peek()
    if (token.kind !== 'number' || !/^\d+$/.test(token.value)) this.fail(what)
    this.at++
    return Number(token.value)
  }

  atIdentifier(ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.value))
  }

  /** A name: quoted, or a word that is not reserved. */
  identifier(what: string): Name {
    const token = this.peek()
    if (!this.atIdentifier()) this.fail(what)
    this.at++
    return { name: spelling(token, this.text), span: spanOf(token) }
  }

  identifierList(what: string): string[] {
    return this.parenthesised(() => this.identifier(what).name)
  }

  /** `a.b.c`. */
  objectName(what: string): ObjectNameAst {
    const start = this.peek()
    const parts = [this.identifier(what).name]
    while (this.acceptSymbol('.')) parts.push(this.identifier(what).name)
    return { parts, span: this.spanFrom(start) }
  }

  /** One or more items between commas. */
  list<T>(item: () => T): T[] {
    const items = [item()]
    while (this.acceptSymbol(',')) items.push(item())
    return items
  }

  parenthesised<T>(item: () => T): T[] {
    this.expectSymbol('(')
    const items = this.list(item)
    this.expectSymbol(')')
    return items
  }

  /** From a token to the last one taken. */
  spanFrom(start: Span): Span {
    const end = this.previous
    return { line: start.line, column: start.column, endLine: end.endLine, endColumn: end.endColumn }
  }

  sourceOf(from: Token, to: Token): string {
    return this.text.slice(from.start, to.end)
  }

  /** Remembers that the statement holds something without meaning here; parsing goes on, so that syntax errors are still found. */
  noteUnsupported(what: string, span: Span): void {
    this.unsupported ??= { what, span }
  }

  place(span: Span): Place {
    return { ...(this.file === undefined ? {} : { file: this.file }), text: this.text, span }
  }

  /** Raises E0101 `message` at a span. */
  refuse(message: string, span: Span, hint?: string): never {
    throw new MillraceError('E0101', message, { place: this.place(spanOf(span)), ...(hint === undefined ? {} : { hint }) })
  }

  /** Raises the syntax error for a token that does not fit; an invalid token raises its own error. */
  fail(expected: string, token = this.peek()): never {
    if (token.error !== undefined) {
      const { code, message, hint } = token.error
      throw new MillraceError(code, message, { place: this.place(spanOf(token)), ...(hint === undefined ? {} : { hint }) })
    }
    const label = expected === '' ? undefined : `expected ${expected}`
    const atEnd = token.kind === 'end' || (token.kind === 'symbol' && token.value === ';')
    const marked = token.kind === 'end' && this.at > 0 ? this.previous : token
    const found = atEnd ? 'the statement ends too early' : `unexpected ${this.describe(token)}`
    const hint = this.hintFor(token, expected)
    throw new MillraceError('E0101', found, {
      place: this.place(spanOf(marked)),
      ...(label === undefined ? {} : { label }),
      ...(hint === undefined ? {} : { hint }),
    })
  }

  private describe(token: Token): string {
    if (token.kind === 'string') return 'string literal'
    if (token.kind === 'hint-start') return 'hint: hints stand after SELECT and after a table name'
    return `\`${this.text.slice(token.start, token.end)}\``
  }

  private hintFor(token: Token, expected: string): string | undefined {
    if (token.kind === 'symbol' && token.value === '!=') return 'Flink SQL writes not-equal as <>'
    if (token.kind !== 'word' || !RESERVED.has(token.value) || !/name|alias|expression/.test(expected)) return undefined
    if (expected === 'an expression' && CLAUSE_WORDS.has(token.value)) return undefined
    const word = this.text.slice(token.start, token.end)
    return `${word.toUpperCase()} is a reserved word: as a name write it in backticks, \`${word}\``
  }
}

/** A plain span, without the other fields of a token. */
export function spanOf(span: Span): Span {
  return { line: span.line, column: span.column, endLine: span.endLine, endColumn: span.endColumn }
}
