/**
 * SQLite as an oracle: over bounded input a windowed or grouped query gives the rows of the same SELECT there, run in one go and killed on the
 * way. SQLite knows no windows: each row is put into its windows by hand, late rows left out, and grouped by plain columns.
 */
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBigInt } from '../../../src/engine-lite/sql/values/integral.js'
import { Feed, rowsConnector } from '../../kit/rows-connector.js'
import { ScriptRun } from '../../kit/script-run.js'

interface Reading {
  readonly k: string | null
  readonly n: number | null
  readonly l: bigint | null
  readonly label: string | null
  /** Half seconds since 2024-01-01. */
  readonly halves: number
}

const EPOCH_MS = Date.UTC(2024, 0, 1)
const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 4 })
const readings: fc.Arbitrary<Reading[]> = fc.array(
  fc.record({
    k: nullable(fc.constantFrom('a', 'b', 'c')),
    n: nullable(fc.integer({ min: -9, max: 9 })),
    l: nullable(fc.bigInt({ min: -(2n ** 57n), max: 2n ** 57n })),
    label: nullable(fc.constantFrom('', 'a', 'A', 'b', 'é', 'ﬁ', '😀', 'ab')),
    halves: fc.integer({ min: 0, max: 80 }),
  }),
  { maxLength: 30 },
)

const AGGREGATES = [
  'COUNT(*)',
  'COUNT(n)',
  'COUNT(label)',
  'COUNT(DISTINCT n)',
  'COUNT(DISTINCT l)',
  'COUNT(DISTINCT label)',
  'SUM(n)',
  'SUM(l)',
  'SUM(DISTINCT n)',
  'SUM(n * 2 - 1)',
  'SUM(n % 3)',
  'SUM(n) / COUNT(n)',
  'MIN(n)',
  'MAX(n)',
  'MIN(l)',
  'MAX(l)',
  'MIN(label)',
  'MAX(label)',
  'MIN(COALESCE(n, -1))',
  'COUNT(*) FILTER (WHERE n > 0)',
  'COUNT(DISTINCT n) FILTER (WHERE n > 0)',
  'MAX(label) FILTER (WHERE n IS NOT NULL)',
  "SUM(CASE WHEN k = 'a' THEN n WHEN n > 3 THEN 100 END)",
  "MAX(CASE k WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 0 END)",
] // prettier-ignore
const CONDITIONS = [
  '',
  'n > 0',
  "k = 'a' OR n IS NULL",
  'NOT (n < 3)',
  "k IN ('a', 'b')",
  "n <> 2 AND label >= 'b'",
  'n BETWEEN -3 AND 3',
  'l > n',
]
const HAVING = ['', 'COUNT(*) > 1', 'SUM(n) > 2', 'MAX(n) IS NULL OR MIN(n) < 0', 'COUNT(DISTINCT n) = 1']

interface Query {
  readonly aggregates: readonly string[]
  readonly keys: readonly string[]
  readonly where: string
  readonly having: string
}

const queries: fc.Arbitrary<Query> = fc.record({
  aggregates: fc.uniqueArray(fc.constantFrom(...AGGREGATES), { minLength: 1, maxLength: 5 }),
  keys: fc.constantFrom([], ['k'], ['k', 'label']),
  where: fc.constantFrom(...CONDITIONS),
  having: fc.constantFrom(...HAVING),
})

/** Moments of death: after so many rows. */
const deaths = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 4 })

const clause = (word: string, text: string) => (text === '' ? '' : ` ${word} ${text}`)

function selectOf({ aggregates, keys, where, having }: Query, columns: readonly string[], groups: readonly string[], from: string): string {
  const items = [...keys, ...columns, ...aggregates].join(', ')
  const groupBy = [...keys, ...groups].join(', ')
  return `SELECT ${items} FROM ${from}${clause('WHERE', where)}${clause('GROUP BY', groupBy)}${clause('HAVING', having)}`
}

/** What a sink holds at the end, after all changes. */
function materialized(changes: readonly string[]): string[] {
  const rows: string[] = []
  for (const change of changes) {
    const row = change.slice(2)
    if (change.startsWith('+')) rows.push(row)
    else rows.splice(rows.indexOf(row), 1)
  }
  return rows.sort()
}

/** Rows of a query over `t`, in one go or with the process dying after the given numbers of rows. */
async function ours(query: string, types: string, rows: readonly Reading[], diesAfter: readonly number[]): Promise<string[]> {
  const script = `${TABLE}CREATE TABLE r (${types}) WITH ('connector' = 'rows');\nINSERT INTO r ${query};`
  const run = new ScriptRun(script, (feeds) => [rowsConnector(feeds)])
  const feed = new Feed()
  run.feeds.set('t', feed)
  for (const { k, n, l, label, halves } of rows) {
    feed.rows.push({ kind: 0, row: [k, n, l === null ? null : fromBigInt(l), label, EPOCH_MS + halves * 500] })
  }
  for (const count of [...diesAfter].sort((a, b) => a - b)) {
    feed.available = Math.min(count, rows.length)
    await run.start()
    await run.caughtUp()
    await run.kill()
  }
  feed.available = rows.length
  feed.ended = true
  await run.start()
  await run.finish()
  return materialized(await run.rowsOf('r'))
}

const DELAY_S = 2
const TABLE = `CREATE TABLE t (k STRING, n INT, l BIGINT, label STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '${DELAY_S}' SECOND)
WITH ('connector' = 'rows');\n`

interface Window {
  readonly sizeS: number
  readonly slideS: number
  readonly offsetS: number
}

const windows: fc.Arbitrary<Window> = fc.record({
  sizeS: fc.constantFrom(2, 6, 10),
  slideS: fc.constantFrom(2),
  offsetS: fc.constantFrom(0, 1, -1),
})

/** Starts, in seconds, of the windows that a row of that time lies in. */
function startsOf(seconds: number, { sizeS, slideS, offsetS }: Window): number[] {
  const starts: number[] = []
  for (let start = offsetS - 100 * slideS; start <= seconds; start += slideS) if (seconds < start + sizeS) starts.push(start)
  return starts
}

/** Each row with the windows it counts in: those that had not fired when it came. */
function assigned(rows: readonly Reading[], window: Window): { readonly reading: Reading; readonly startS: number }[] {
  let watermarkMs = Number.NEGATIVE_INFINITY
  return rows.flatMap((reading) => {
    const open = startsOf(reading.halves / 2, window).filter((startS) => (startS + window.sizeS) * 1000 - 1 > watermarkMs)
    watermarkMs = Math.max(watermarkMs, reading.halves * 500 - DELAY_S * 1000)
    return open.map((startS) => ({ reading, startS }))
  })
}

/** Rows of a query in SQLite over `t (k, n, l, label, s)`. */
function theirs(query: string, rows: readonly { readonly reading: Reading; readonly startS: number }[]): string[] {
  const db = new Database(':memory:')
  db.defaultSafeIntegers(true)
  db.exec('CREATE TABLE t (k TEXT, n INTEGER, l INTEGER, label TEXT, s INTEGER)')
  const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?)')
  for (const { reading, startS } of rows) insert.run(reading.k, reading.n, reading.l, reading.label, startS)
  const found = db.prepare(query).raw().all() as unknown[][]
  db.close()
  return found.map((row) => `[${row.map(String).join(', ')}]`).sort()
}

/** STRING keys, the start in seconds, then aggregates as text, so that one table takes any of them. */
function sinkOf({ keys, aggregates }: Query, windowed: boolean): { readonly types: string; readonly cast: readonly string[] } {
  const names = [...keys, ...(windowed ? ['s INT'] : []), ...aggregates.map((_, i) => `a${i}`)]
  return {
    types: names.map((name) => (name.includes(' ') ? name : `${name} STRING`)).join(', '),
    cast: aggregates.map((aggregate) => `CAST(${aggregate} AS STRING)`),
  }
}

describe('SQLite agrees', () => {
  it('on windows, straight and restored', async () => {
    await fc.assert(
      fc.asyncProperty(readings, queries, windows, deaths, async (rows, query, window, diesAfter) => {
        const interval = (seconds: number) => `INTERVAL '${seconds}' SECOND`
        const from = `TABLE(HOP(TABLE t, DESCRIPTOR(ts), ${interval(window.slideS)}, ${interval(window.sizeS)}, ${interval(window.offsetS)}))`
        const { types, cast } = sinkOf(query, true)
        const start = "TIMESTAMPDIFF(SECOND, TIMESTAMP '2024-01-01 00:00:00', window_start)"
        const sql = selectOf({ ...query, aggregates: cast }, [start], ['window_start', 'window_end'], from)
        const expected = theirs(selectOf(query, ['s'], ['s'], 't'), assigned(rows, window))
        expect(await ours(sql, types, rows, [])).toEqual(expected)
        expect(await ours(sql, types, rows, diesAfter)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('on tumbling windows, straight and restored', async () => {
    await fc.assert(
      fc.asyncProperty(readings, queries, windows, deaths, async (rows, query, { sizeS, offsetS }, diesAfter) => {
        const from = `TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '${sizeS}' SECOND, INTERVAL '${offsetS}' SECOND))`
        const { types, cast } = sinkOf(query, true)
        const start = "TIMESTAMPDIFF(SECOND, TIMESTAMP '2024-01-01 00:00:00', window_start)"
        const sql = selectOf({ ...query, aggregates: cast }, [start], ['window_start', 'window_end'], from)
        const expected = theirs(selectOf(query, ['s'], ['s'], 't'), assigned(rows, { sizeS, slideS: sizeS, offsetS }))
        expect(await ours(sql, types, rows, [])).toEqual(expected)
        expect(await ours(sql, types, rows, diesAfter)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('on unbounded groups, after all changes, straight and restored', async () => {
    await fc.assert(
      fc.asyncProperty(readings, queries, deaths, async (rows, query, diesAfter) => {
        // A stream without rows has no aggregate at all; SQLite has one of no rows.
        const grouped = query.keys.length === 0 ? { ...query, keys: ['k'] } : query
        const { types, cast } = sinkOf(grouped, false)
        const sql = selectOf({ ...grouped, aggregates: cast }, [], [], 't')
        const plain = rows.map((reading) => ({ reading, startS: 0 }))
        const expected = theirs(selectOf(grouped, [], [], 't'), plain)
        expect(await ours(sql, types, rows, [])).toEqual(expected)
        expect(await ours(sql, types, rows, diesAfter)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('on groups over groups, where rows are taken back', async () => {
    const outer = ['COUNT(*)', 'MIN(label)', 'MAX(label)', 'SUM(m)', 'COUNT(DISTINCT m)', 'MIN(m)', 'MAX(c)']
    await fc.assert(
      fc.asyncProperty(readings, fc.uniqueArray(fc.constantFrom(...outer), { minLength: 1 }), deaths, async (rows, items, diesAfter) => {
        const inner = 'SELECT k, label, COUNT(*) AS c, MAX(n) AS m FROM t GROUP BY k, label'
        const select = (aggregates: readonly string[]) => `SELECT k, ${aggregates.join(', ')} FROM (${inner}) AS g GROUP BY k`
        const types = ['k STRING', ...items.map((_, i) => `a${i} STRING`)].join(', ')
        const sql = select(items.map((item) => `CAST(${item} AS STRING)`))
        const plain = rows.map((reading) => ({ reading, startS: 0 }))
        const expected = theirs(select(items), plain)
        expect(await ours(sql, types, rows, [])).toEqual(expected)
        expect(await ours(sql, types, rows, diesAfter)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})
