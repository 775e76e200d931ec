/**
 * Text to tokens. Comments are `--`, `//` (Calcite's lexer has both) and slash-star; hints open with slash-star-plus. Words are
 * case-insensitive, names keep their spelling. Never throws: text that is no token becomes an `invalid` token with its error, and
 * the parser reports it where it meets it.
 */
import { isDigit, isLetter, isSpace } from './characters.js'
import { lineStartsOf, positionAt } from './position.js'
import { closingQuote, unescapeC, unescapeUnicode, unquote } from './string-literal.js'
import type { Token, TokenKind } from './token.js'

const TWO_CHARACTER_SYMBOLS = new Set(['<>', '<=', '>=', '!=', '||', '=>', '..', '*/'])
const SYMBOLS = new Set('()[]{},;.=<>+-*/%:?|^~&@')
const NUMBER = /(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const STRING_PREFIX = /(?:[xX]|[nN]|[eE]|[uU]&|_[A-Za-z][\w:.-]*)'/y

/** All tokens of a text, the last of kind `end`. */
export function tokenize(text: string): Token[] {
  return new Lexer(text).run()
}

class Lexer {
  private readonly tokens: Token[] = []
  private readonly lineStarts: readonly number[]
  private at = 0
  private inHint = false

  constructor(private readonly text: string) {
    this.lineStarts = lineStartsOf(text)
  }

  run(): Token[] {
    while (this.skipBlanks()) this.token()
    this.push('end', '', this.text.length, this.text.length)
    return this.tokens
  }

  private push(kind: TokenKind, value: string, start: number, end: number, error?: Token['error']): void {
    const from = positionAt(this.lineStarts, start)
    const to = positionAt(this.lineStarts, end)
    this.tokens.push({
      kind,
      value,
      start,
      end,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
      ...(error === undefined ? {} : { error }),
    })
    this.at = end
  }

  private invalid(start: number, end: number, code: 'E0101' | 'E0102' | 'E0103', message: string, hint?: string): void {
    this.push('invalid', this.text.slice(start, end), start, end, { code, message, ...(hint === undefined ? {} : { hint }) })
  }

  /** Skips blanks and comments; false at the end of the text. */
  private skipBlanks(): boolean {
    const { text } = this
    while (this.at < text.length) {
      if (isSpace(text.charCodeAt(this.at))) this.at++
      else if (text.startsWith('--', this.at) || text.startsWith('//', this.at)) this.skipLine()
      else if (text.startsWith('/*', this.at) && text[this.at + 2] !== '+') {
        const end = text.indexOf('*/', this.at + 2)
        if (end < 0) {
          this.invalid(this.at, this.at + 2, 'E0102', 'comment is never closed', 'close it with */')
          this.at = text.length
        } else this.at = end + 2
      } else return true
    }
    return false
  }

  private skipLine(): void {
    const end = /[\r\n]/g
    end.lastIndex = this.at
    const match = end.exec(this.text)
    this.at = match === null ? this.text.length : match.index
  }

  private token(): void {
    const { text, at } = this
    const code = text.charCodeAt(at)
    STRING_PREFIX.lastIndex = at
    if (code === 39) this.string(at, '')
    else if (STRING_PREFIX.test(text)) this.string(STRING_PREFIX.lastIndex - 1, text.slice(at, STRING_PREFIX.lastIndex - 1))
    else if (isLetter(code)) this.word()
    else if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)))) this.number()
    else if (code === 96) this.quotedName()
    else this.symbol()
  }

  private word(): void {
    const start = this.at
    let end = start + 1
    while (end < this.text.length) {
      const code = this.text.charCodeAt(end)
      if (!isLetter(code) && !isDigit(code)) break
      end++
    }
    this.push('word', this.text.slice(start, end).toUpperCase(), start, end)
  }

  private number(): void {
    NUMBER.lastIndex = this.at
    const match = NUMBER.exec(this.text)
    const digits = match === null ? '' : match[0]
    this.push('number', digits, this.at, this.at + digits.length)
  }

  private quotedName(): void {
    const start = this.at
    const end = closingQuote(this.text, start, '`')
    if (end < 0) this.unterminated(start, 'quoted name is never closed', 'close it with a backtick')
    else if (end - start === 2) this.invalid(start, end, 'E0101', 'a quoted name must not be empty')
    else this.push('quoted', unquote(this.text.slice(start + 1, end - 1), '`'), start, end)
  }

  private unterminated(start: number, message: string, hint: string): void {
    const lineEnd = this.text.slice(start).search(/[\r\n]/)
    this.invalid(start, lineEnd < 0 ? this.text.length : start + lineEnd, 'E0102', message, hint)
    this.at = this.text.length
  }

  private string(open: number, prefix: string): void {
    const start = this.at
    const style = prefix.toUpperCase()
    const end = closingQuote(this.text, open, "'", style === 'E')
    if (end < 0) {
      this.unterminated(start, 'string is never closed', "close it with '; a quote inside is written twice")
      return
    }
    const raw = this.text.slice(open + 1, end - 1)
    if (style === 'X') this.binary(raw, start, end)
    else if (style === 'E') this.escaped(unescapeC(raw), start, end)
    else if (style === 'U&') this.unicode(unquote(raw, "'"), start, end)
    else this.push('string', unquote(raw, "'"), start, end)
  }

  private binary(hex: string, start: number, end: number): void {
    if (!/^[0-9A-Fa-f]*$/.test(hex)) this.invalid(start, end, 'E0103', "a binary literal holds hex digits only, like X'0AFF'")
    else if (hex.length % 2 !== 0) this.invalid(start, end, 'E0103', 'a binary literal needs an even number of hex digits')
    else this.push('binary', hex, start, end)
  }

  private unicode(body: string, start: number, end: number): void {
    const uescape = /^\s*uescape\s*'([^'])'/i.exec(this.text.slice(end))
    const value = unescapeUnicode(body, uescape === null ? '\\' : (uescape[1] as string))
    this.escaped(value, start, uescape === null ? end : end + uescape[0].length)
  }

  private escaped(value: string | undefined, start: number, end: number): void {
    if (value === undefined)
      this.invalid(start, end, 'E0103', 'bad escape in a string', "U&'\\00e9' takes four hex digits, U&'\\+01f600' six")
    else this.push('string', value, start, end)
  }

  private symbol(): void {
    const start = this.at
    const two = this.text.slice(start, start + 2)
    if (two === '/*') {
      this.inHint = true
      this.push('hint-start', '/*+', start, start + 3)
    } else if (two === '*/' && this.inHint) {
      this.inHint = false
      this.push('symbol', two, start, start + 2)
    } else if (two !== '*/' && TWO_CHARACTER_SYMBOLS.has(two)) this.push('symbol', two, start, start + 2)
    else if (SYMBOLS.has(two[0] as string)) this.push('symbol', two[0] as string, start, start + 1)
    else this.unknown(start)
  }

  private unknown(start: number): void {
    const char = String.fromCodePoint(this.text.codePointAt(start) as number)
    const hint = char === '"' ? 'names are quoted with backticks, strings with single quotes' : undefined
    this.invalid(start, start + char.length, 'E0101', `unexpected character ${char}`, hint)
  }
}
