import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cliPage } from '../../scripts/reference/cli-page.js'
import { configurationPage } from '../../scripts/reference/configuration-page.js'
import { connectorsPage } from '../../scripts/reference/connectors-page.js'
import { sqlPage } from '../../scripts/reference/sql-page.js'

const page = (name: string) => readFileSync(new URL(`../../docs/reference/${name}.md`, import.meta.url), 'utf8')

/** Out of step? `npx tsx scripts/reference.ts` writes them anew. */
describe('generated reference pages', () => {
  it('show every command as --help does', () => {
    expect(page('cli')).toBe(cliPage())
  })

  it('show every connector with its options', () => {
    expect(page('connectors')).toBe(connectorsPage())
  })

  it('show which functions and settings of SQL there are', () => {
    expect(page('sql')).toBe(sqlPage())
  })

  it('show every setting with its default', () => {
    expect(page('configuration')).toBe(configurationPage())
  })
})
