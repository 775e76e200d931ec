/** The escapes of string literals: '' everywhere, \XXXX and \+XXXXXX in U&'…', C-style in E'…'. */

/** Index after the closing quote of a text that opens at `open`, or -1 where it never closes. A doubled quote does not close. */
export function closingQuote(text: string, open: number, quote: string, backslash = false): number {
  for (let i = open + 1; i < text.length; i++) {
    const char = text[i]
    if (backslash && char === '\\') i++
    else if (char === quote) {
      if (text[i + 1] !== quote) return i + 1
      i++
    }
  }
  return -1
}

export function unquote(body: string, quote: string): string {
  return body.replaceAll(quote + quote, quote)
}

/** Value of the body of U&'…', or undefined where an escape is malformed. */
export function unescapeUnicode(body: string, escapeWith: string): string | undefined {
  let value = ''
  for (let i = 0; i < body.length; i++) {
    const char = body[i] as string
    if (char !== escapeWith) value += char
    else if (body[i + 1] === escapeWith) {
      value += escapeWith
      i++
    } else {
      const digits = /^(?:\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4}))/.exec(body.slice(i + 1))
      const code = digits === null ? Number.NaN : Number.parseInt((digits[1] ?? digits[2]) as string, 16)
      if (digits === null || code > 0x10ffff) return undefined
      value += String.fromCodePoint(code)
      i += digits[0].length
    }
  }
  return value
}

const SIMPLE: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', "'": "'", '\\': '\\', '"': '"' }

/** Value of the body of E'…' (C-style, newer Flink), or undefined where an escape is malformed. */
export function unescapeC(body: string): string | undefined {
  let bad = false
  const value = body.replace(
    /''|\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|[\s\S])/g,
    (match, code: string | undefined) => {
      if (code === undefined) return "'"
      const simple = SIMPLE[code]
      if (simple !== undefined) return simple
      const number = /^[uUx]/.test(code) ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8)
      if (Number.isNaN(number) || number > 0x10ffff) bad = true
      return bad ? match : String.fromCodePoint(number)
    },
  )
  return bad ? undefined : value
}
