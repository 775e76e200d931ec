import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MillraceError } from '../../../../src/engine-lite/contract/errors/index.js'
import { renderError } from '../../../../src/engine-lite/sql/errors/render.js'
import { parseExpression, parseScript } from '../../../../src/engine-lite/sql/parser/script.js'

const WORDS =
  `SELECT FROM WHERE GROUP BY HAVING UNION ALL INSERT INTO VALUES CREATE TABLE VIEW AS ( ) ( ) , ; ; . * + - = <> < > [ ] { } a b t ts
  'x' 1 1.5 INTERVAL DAY TUMBLE DESCRIPTOR TABLE => JOIN ON CASE WHEN THEN ELSE END CAST ROW ARRAY < > NOT NULL IN BETWEEN AND LIKE OVER PARTITION
  BEGIN STATEMENT SET EXECUTE EXPLAIN WITH /*+ */ MATCH_RECOGNIZE PATTERN DEFINE EXISTS LATERAL UNNEST IS JSON ? "`.split(/\s+/)

describe('any text', () => {
  it('ends in statements and errors, each error with a place that can be shown', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }), (words) => {
        const { errors } = parseScript(words.join(' '), 'f.sql')
        for (const error of errors) {
          expect(error).toBeInstanceOf(MillraceError)
          expect(error.place?.span).toBeDefined()
          expect(renderError(error)).toContain('f.sql:1:')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('is refused or accepted without losing itself in parentheses', () => {
    const deep = 60
    expect(parseExpression(`${'('.repeat(deep)}SELECT 1${')'.repeat(deep)}`).kind).toBe('scalar-query')
    expect(parseExpression(`${'('.repeat(deep)}(SELECT 1)${' + 1)'.repeat(deep)}`).kind).toBe('binary')
    expect(parseScript(`SELECT * FROM ${'('.repeat(deep)}SELECT 1${')'.repeat(deep)}`).errors).toEqual([])
  })
})
