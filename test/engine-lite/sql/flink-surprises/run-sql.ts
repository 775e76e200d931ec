/** Statements run as a program runs them, over tables of JSON rows, told as text: what a surprise of Flink looks like from outside. */
import { MillraceError, MillraceErrors } from '../../../../src/engine-lite/contract/errors/index.js'
import { FORMATS } from '../../../../src/engine-lite/format/registry.js'
import type { CatalogTable } from '../../../../src/engine-lite/sql/catalog/table.js'
import { TableEnvironment } from '../../../../src/engine-lite/sql/table-environment.js'
import { rowPrinter } from '../../../../src/engine-lite/sql/values/row-text.js'
import { Feed, rowsConnector } from '../../../kit/rows-connector.js'

/** Rows of tables, each as its json format reads it. */
export type Input = Readonly<Record<string, readonly object[]>>

export interface Outcome {
  /** `+I[a, 1]` per change; the code of an error comes last where the statement failed. */
  readonly rows: readonly string[]
  readonly types: readonly string[]
}

function codeOf(error: unknown): string {
  const first = error instanceof MillraceErrors ? error.errors[0] : error
  if (!(first instanceof MillraceError)) throw error
  return first.code
}

function feedOf(rows: readonly object[], table: CatalogTable): Feed {
  const feed = new Feed()
  const columns = table.columns.filter(({ kind }) => kind === 'physical').map(({ name, type }) => ({ name, type, used: true }))
  const decoder = FORMATS.get('json')!.decoder!(columns, new Map())
  for (const row of rows) {
    const bytes = Buffer.from(typeof row === 'string' ? row : JSON.stringify(row))
    const decoded: unknown[][] = []
    const error = decoder.decode(bytes, 0, bytes.length, decoded)
    if (error !== undefined) throw new Error(`${JSON.stringify(row)}: ${error.text}`)
    feed.rows.push({ kind: 0, row: decoded[0]! })
  }
  feed.available = feed.rows.length
  feed.ended = true
  return feed
}

/**
 * Runs the statements of a script, the last of which is a query. Tables `WITH ('connector' = 'rows')` are fed from `input`; all end.
 * An error ends the outcome with its code, be it of binding or of a row.
 */
export async function runSql(script: string, input: Input = {}): Promise<Outcome> {
  const feeds = new Map<string, Feed>()
  const env = new TableEnvironment({ connectors: [rowsConnector(feeds)], random: () => 0.5 })
  const statements = script.split(/;\s*\n/).filter((text) => text.trim() !== '')
  const rows: string[] = []
  let types: readonly string[] = []
  try {
    for (const [i, statement] of statements.entries()) {
      const result = await env.executeSql(statement)
      for (const table of env.session.catalog.objects('table')) {
        if (!feeds.has(table.name)) feeds.set(table.name, feedOf(input[table.name] ?? [], table as CatalogTable))
      }
      if (i < statements.length - 1) continue
      types = result.columns.map(({ type }) => type)
      const print = rowPrinter(result.schema)
      for await (const { row, kind } of result.internal()) rows.push(print(row, kind))
      await result.finished
    }
  } catch (error) {
    rows.push(codeOf(error))
  }
  return { rows, types }
}

/** One of each, nullable and filled, so that nothing is constant. `z` is 0, `nn` and `ns` are NULL, `nan` is NaN. */
const COLUMNS = `
CREATE TABLE t (
  i INT, big BIGINT, ti TINYINT, si SMALLINT, l BIGINT, z INT, f FLOAT, d DOUBLE, nan DOUBLE, inf DOUBLE, dc DECIMAL(10, 2), wide DECIMAL(38, 18),
  huge DECIMAL(38, 0), s STRING, num STRING, bad STRING, straw STRING, emoji STRING, b BOOLEAN, dt DATE, tm TIME, ts TIMESTAMP(3), ts0 TIMESTAMP(0),
  ltz TIMESTAMP_LTZ(3), nn INT, ns STRING, nd DOUBLE, js STRING, arr ARRAY<INT>, arrnn ARRAY<INT NOT NULL>, m MAP<STRING, INT>,
  r ROW<x INT, y STRING>, ij INT NOT NULL, sj STRING NOT NULL
) WITH ('connector' = 'rows');
`

const ROW = {
  i: 2147483647,
  big: '9223372036854775807',
  ti: 127,
  si: 32767,
  l: 5,
  z: 0,
  f: 1.5,
  d: 1.8,
  nan: 'NaN',
  inf: 'Infinity',
  dc: 2.5,
  wide: 1,
  huge: '99999999999999999999999999999999999999',
  s: 'hello',
  num: ' 7 ',
  bad: 'x1',
  straw: 'straße',
  emoji: '😀',
  b: true,
  dt: '2024-03-03',
  tm: '23:30:00',
  ts: '2024-02-29 10:11:12.345',
  ts0: '2024-01-01 00:00:00',
  ltz: '2024-03-31 10:00:00.000Z',
  js: '{"a":1.10,"b":1e3,"n":null,"o":{"z":1,"b":2.50},"t":"x","i":42,"big":123456789012345678901234567890}',
  arr: [1, 2, null],
  arrnn: [1, 2, 3],
  m: { k: 1 },
  r: { x: 1, y: 'a' },
  ij: 3,
  sj: 'abc',
}

/** `value TYPE` of an expression over one row of the table of columns; NULL as `null`; a code where it is refused (E…) or fails (R…). */
export async function columnValue(expression: string, timeZone = 'UTC'): Promise<string> {
  const { rows, types } = await runSql(`SET 'table.local-time-zone' = '${timeZone}';\n${COLUMNS}SELECT ${expression} FROM t`, { t: [ROW] })
  const row = rows.at(-1)!
  return row.startsWith('+I[') ? `${row.slice(3, -1)} ${types.join(', ')}` : row
}

/** As {@link columnValue} for an expression of constants, in a query without a table. */
export async function constantValue(expression: string, timeZone = 'UTC'): Promise<string> {
  const { rows, types } = await runSql(`SET 'table.local-time-zone' = '${timeZone}';\nSELECT ${expression}`)
  const row = rows.at(-1)!
  return row.startsWith('+I[') ? `${row.slice(3, -1)} ${types.join(', ')}` : row
}
