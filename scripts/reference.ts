/**
 * Writes the generated pages of docs/reference: `npx tsx scripts/reference.ts`. Tests fail when a page is not in step with what it is made from.
 */
import { writeFileSync } from 'node:fs'
import { cliPage } from './reference/cli-page.js'
import { configurationPage } from './reference/configuration-page.js'
import { connectorsPage } from './reference/connectors-page.js'
import { errorsPage } from './reference/errors-page.js'
import { sqlPage } from './reference/sql-page.js'

const pages = { cli: cliPage, configuration: configurationPage, connectors: connectorsPage, errors: errorsPage, sql: sqlPage }

for (const [name, page] of Object.entries(pages)) {
  writeFileSync(new URL(`../docs/reference/${name}.md`, import.meta.url), page())
}
