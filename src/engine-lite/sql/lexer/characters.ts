/** Character classes of the language. */

const LETTER = /[\p{L}\p{Nl}_$]/u

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000 || code === 0xfeff
}

/** Letters start an identifier: Unicode letters, `_` and `$`, as in Calcite's lexer. */
export function isLetter(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36
  return LETTER.test(String.fromCharCode(code))
}
