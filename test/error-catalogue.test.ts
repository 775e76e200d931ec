import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { errorsPage } from '../scripts/reference/errors-page.js'
import { CATALOGUE, type ErrorEntry, MillraceError, MillraceErrors } from '../src/engine-lite/contract/errors/index.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const entries = Object.entries(CATALOGUE) as [string, ErrorEntry][]

describe('the error catalogue', () => {
  it.each(entries)('%s says what it means and what to do', (code, { title, help }) => {
    expect(code).toMatch(/^[ECRSKM]\d{4}$/)
    // Primary messages in PostgreSQL's form: short, no full stop; help in sentences.
    expect(title).toMatch(/^[^.]{4,60}$/)
    expect(title[0]).toBe(/^(NULL|SQL)/.test(title) ? title[0] : title[0]?.toLowerCase())
    expect(help).toMatch(/^[A-Z].{15,}[.]$/)
  })

  // A client that breaks the protocol is disconnected with the broken rule in the log; there is nobody to show a code to.
  const silent = ['M0104']

  it('has every code raised somewhere', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && (!path.includes('contract/errors') || path.endsWith('dead-letter-codes.ts')))
      .map((path) => readFileSync(join(root, 'src', path), 'utf8'))
      .join('\n')
    expect(entries.map(([code]) => code).filter((code) => !silent.includes(code) && !sources.includes(`'${code}'`))).toEqual([])
  })

  it('is what the documentation shows', () => {
    expect(readFileSync(join(root, 'docs/reference/errors.md'), 'utf8')).toBe(errorsPage())
  })
})

describe('an error', () => {
  it('is retriable where its code is', () => {
    expect(new MillraceError('S0105', 'disk full').retriable).toBe(true)
    expect(new MillraceError('S0107', 'disk failed').retriable).toBe(false)
  })

  it('carries cause, hint and detail', () => {
    const cause = new Error('why')
    expect(new MillraceError('C0011', 'bad', { cause, hint: 'do this', detail: ['a', 'b'] })).toMatchObject({
      code: 'C0011',
      cause,
      hint: 'do this',
      detail: ['a', 'b'],
    })
  })

  it('may be one of several, whose messages are read together', () => {
    const errors = [new MillraceError('C0011', 'one'), new MillraceError('C0012', 'two')]
    expect(new MillraceErrors(errors)).toMatchObject({ message: 'one\ntwo', errors })
  })
})
