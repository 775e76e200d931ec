/** Every golden file runs straight, and killed and restored after every row, with one expectation. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../src/engine-lite/format/registry.js'
import type { CatalogTable } from '../../src/engine-lite/sql/catalog/table.js'
import { Feed, rowsConnector } from '../kit/rows-connector.js'
import { ScriptRun } from '../kit/script-run.js'
import { type GoldenFile, readGolden, updateGolden } from './golden-file.js'

const directory = fileURLToPath(new URL('./sql/', import.meta.url))
const files = readdirSync(directory)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readGolden(directory + name))

function open(file: GoldenFile): ScriptRun {
  const run = new ScriptRun(file.sql, (feeds) => [rowsConnector(feeds), rowsConnector(feeds, [], 'upsert')])
  const { session } = run.plan()
  for (const { table, json } of file.inputs) {
    const definition = session.catalog.get([table]) as CatalogTable
    const physical = definition.columns.filter((column) => column.kind === 'physical')
    const columns = physical.map(({ name, type }) => ({ name, type, used: true }))
    const bytes = Buffer.from(json)
    const rows: unknown[][] = []
    const error = FORMATS.get('json')!.decoder!(columns, new Map()).decode(bytes, 0, bytes.length, rows)
    if (error !== undefined) throw new Error(`${file.path}: ${json}: ${error.text}`)
    const feed = run.feeds.get(table) ?? new Feed()
    run.feeds.set(table, feed)
    for (const row of rows) feed.rows.push({ kind: 0, row })
  }
  return run
}

/** Rows of all sinks, `table +I[…]`, sorted. */
async function collected(run: ScriptRun): Promise<string[]> {
  const lines: string[] = []
  for (const { name } of run.plan().session.catalog.objects('table')) {
    for (const row of await run.rowsOf(name)) lines.push(`${name} ${row}`)
  }
  return lines.sort()
}

/** Tables are fed row by row in the order of the file, since lateness depends on it. */
async function straight(file: GoldenFile): Promise<string[]> {
  const run = open(file)
  await run.start()
  for (const { table } of file.inputs) {
    const feed = run.feeds.get(table)!
    feed.available++
    feed.pump()
    await run.caughtUp()
  }
  for (const feed of run.feeds.values()) {
    feed.ended = true
    feed.pump()
  }
  await run.finish()
  return collected(run)
}

/** As {@link straight}, and the process dies after each row. */
async function killedAfterEveryRow(file: GoldenFile): Promise<string[]> {
  const run = open(file)
  for (const { table } of file.inputs) {
    run.feeds.get(table)!.available++
    await run.start()
    await run.caughtUp()
    await run.kill()
  }
  for (const feed of run.feeds.values()) feed.ended = true
  await run.start()
  await run.finish()
  return collected(run)
}

describe.each(files.map((file) => [file.path.slice(directory.length), file] as const))('golden %s', (_, file) => {
  it('gives its rows', async () => {
    const rows = await straight(file)
    if (process.env.UPDATE === '1') updateGolden(file, rows)
    else expect(rows).toEqual([...file.expected].sort())
  })

  it.skipIf(process.env.UPDATE === '1')('gives the same rows killed and restored after every row', async () => {
    expect(await killedAfterEveryRow(file)).toEqual([...file.expected].sort())
  })
})
