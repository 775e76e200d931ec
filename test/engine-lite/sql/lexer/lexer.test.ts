import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokenize } from '../../../../src/engine-lite/sql/lexer/lexer.js'

const brief = (text: string) => tokenize(text).map((token) => `${token.kind}:${token.value}`)

describe('tokenize', () => {
  it('skips the three kinds of comments and keeps hints', () => {
    expect(brief('a -- x\n b // y\n c /* z \n */ d /*+ e */')).toEqual([
      'word:A',
      'word:B',
      'word:C',
      'word:D',
      'hint-start:/*+',
      'word:E',
      'symbol:*/',
      'end:',
    ])
  })

  it('takes // as a comment, not as two divisions', () => {
    expect(brief('1 // 2')).toEqual(['number:1', 'end:'])
  })

  it('reads every form of string', () => {
    expect(brief("'it''s' _utf8'é' N'n' U&'\\00e9\\+01f600' U&'!0041' UESCAPE '!' E'a\\n\\u0041' X'0aFF'")).toEqual([
      "string:it's",
      'string:é',
      'string:n',
      'string:é😀',
      'string:A',
      'string:a\nA',
      'binary:0aFF',
      'end:',
    ])
  })

  it('reads numbers without swallowing the range operator', () => {
    expect(brief('1 1.5 .5 1. 1e3 1.5E-3 1..2')).toEqual([
      'number:1',
      'number:1.5',
      'number:.5',
      'number:1.',
      'number:1e3',
      'number:1.5E-3',
      'number:1',
      'symbol:..',
      'number:2',
      'end:',
    ])
  })

  it('keeps the spelling of quoted names and unescapes doubled backticks', () => {
    expect(brief('`Value` `a``b`')).toEqual(['quoted:Value', 'quoted:a`b', 'end:'])
  })

  it.each([
    ["'abc", 'E0102', 'string is never closed'],
    ['`abc', 'E0102', 'quoted name is never closed'],
    ['/* abc', 'E0102', 'comment is never closed'],
    ["X'0'", 'E0103', 'even number of hex digits'],
    ["X'0g'", 'E0103', 'hex digits only'],
    ["U&'\\12'", 'E0103', 'bad escape'],
    ['"name"', 'E0101', 'unexpected character "'],
    ['``', 'E0101', 'must not be empty'],
  ])('marks %s as invalid', (text, code, message) => {
    const invalid = tokenize(text).find((token) => token.kind === 'invalid')
    expect(invalid?.error?.code).toBe(code)
    expect(invalid?.error?.message).toContain(message)
  })

  it('counts lines and columns over every kind of line end', () => {
    const at = tokenize('a\r\n  b\rc\n\td').map(({ line, column, endColumn }) => [line, column, endColumn])
    expect(at).toEqual([
      [1, 1, 2],
      [2, 3, 4],
      [3, 1, 2],
      [4, 2, 3],
      [4, 3, 3],
    ])
  })

  it('never throws, covers the text in order, and always ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1\'`"*/-+;.()<>=!|\n é😀\\x') }), (text) => {
        const tokens = tokenize(text)
        let last = 0
        for (const token of tokens) {
          expect(token.start).toBeGreaterThanOrEqual(last)
          expect(token.end).toBeGreaterThanOrEqual(token.start)
          last = token.end
        }
        expect(tokens.at(-1)?.kind).toBe('end')
        expect(tokens.at(-1)?.start).toBe(text.length)
      }),
    )
  })
})
