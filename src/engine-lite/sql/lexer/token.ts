/** What the lexer hands to the parser. */
import type { ErrorCode, Span } from '../../contract/errors/index.js'

export type TokenKind =
  /** Unquoted word: a keyword or an identifier; which one the grammar decides. */
  | 'word'
  /** Name in backticks. */
  | 'quoted'
  | 'number'
  | 'string'
  /** `X'00FF'`; value is the hex digits. */
  | 'binary'
  | 'symbol'
  /** The opening of a hint, slash-star-plus; the closing one is the symbol star-slash. */
  | 'hint-start'
  /** Text that is no token of the language; carries its error. */
  | 'invalid'
  | 'end'

export interface Token extends Span {
  readonly kind: TokenKind
  /** Words upper-cased, quoted names and strings unescaped, symbols and numbers as written. */
  readonly value: string
  /** Offsets in the source text, end exclusive. */
  readonly start: number
  readonly end: number
  /** Of an `invalid` token: why. */
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly hint?: string }
}

/** The source text of a token: the spelling of a word is its name. */
export function spelling(token: Token, text: string): string {
  return token.kind === 'quoted' ? token.value : text.slice(token.start, token.end)
}
