/** Character strings: lengths and positions count code points, as in Flink's `BinaryStringData`. */

/** True where every code unit is a character of its own: then positions are plain indexes. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit <= 0xdfff) return false
  }
  return true
}

/** Number of code points. */
export function codePointCount(text: string): number {
  let count = text.length
  for (let i = 0; i + 1 < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(i + 1)
      if (next >= 0xdc00 && next <= 0xdfff) count--
    }
  }
  return count
}

/** Code points from `start` (0-based) up to `end` (exclusive). */
export function sliceCodePoints(text: string, start: number, end: number): string {
  return isPlain(text) ? text.slice(start, end) : Array.from(text).slice(start, end).join('')
}

/** Cut to VARCHAR(n), cut or padded with blanks to CHAR(n). */
export function fitText(text: string, type: { readonly kind: string; readonly length: number }): string {
  const count = text.length <= type.length && type.kind === 'VARCHAR' ? 0 : codePointCount(text)
  if (count > type.length) return sliceCodePoints(text, 0, type.length)
  return type.kind === 'CHAR' && count < type.length ? text + ' '.repeat(type.length - count) : text
}
