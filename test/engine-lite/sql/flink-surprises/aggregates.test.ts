import { describe, expect, it } from 'vitest'
import { runSql } from './run-sql.js'

const TABLE = `CREATE TABLE t (k STRING, v INT, ti TINYINT, si SMALLINT, l BIGINT, d DOUBLE, f FLOAT, c DECIMAL(10, 2), w DECIMAL(10, 8)) WITH ('connector' = 'rows');\n`

const row = (k: string | null, v: number | null) => {
  const small = v !== null && Math.abs(v) > 100 ? null : v
  return { k, v, ti: small, si: small, l: v, d: v, f: v, c: small, w: small }
}

const run = (query: string, rows: readonly object[]) => runSql(TABLE + query, { t: rows })

/** The last row of a query over two values. */
async function lastOf(items: string, ...values: (number | null)[]): Promise<string> {
  const { rows } = await run(
    `SELECT ${items} FROM t`,
    values.map((v) => row('a', v)),
  )
  return rows.at(-1)!
}

describe('aggregates, as Flink types and computes them', () => {
  it('keep the type of a SUM, and give COUNT as BIGINT NOT NULL', async () => {
    const items = 'SUM(ti), SUM(si), SUM(v), SUM(l), SUM(d), SUM(f), SUM(c), COUNT(*), COUNT(v)'
    expect((await run(`SELECT ${items} FROM t`, [])).types.join(' | ')).toBe(
      'TINYINT | SMALLINT | INT | BIGINT | DOUBLE | FLOAT | DECIMAL(38, 2) | BIGINT NOT NULL | BIGINT NOT NULL',
    )
  })

  it('average in the type of the argument, DECIMAL with six digits at least', async () => {
    const items = 'AVG(ti), AVG(v), AVG(l), AVG(d), AVG(f), AVG(c), AVG(w)'
    expect((await run(`SELECT ${items} FROM t`, [])).types.join(' | ')).toBe(
      'TINYINT | INT | BIGINT | DOUBLE | FLOAT | DECIMAL(38, 6) | DECIMAL(38, 8)',
    )
  })

  it('are NOT NULL over NOT NULL in a group, which has a row, and nullable without GROUP BY or with FILTER', async () => {
    const from = 'FROM (SELECT COALESCE(v, 0) AS n, k FROM t)'
    expect((await run(`SELECT SUM(n), AVG(n), MIN(n), MAX(n), FIRST_VALUE(n) ${from} GROUP BY k`, [])).types).toEqual(
      Array(5).fill('INT NOT NULL'),
    )
    expect((await run(`SELECT SUM(n), MAX(n) ${from}`, [])).types).toEqual(['INT', 'INT'])
    expect((await run(`SELECT SUM(n) FILTER (WHERE n > 1) ${from} GROUP BY k`, [])).types).toEqual(['INT'])
  })

  it.each<[string, (number | null)[], string]>([
    ['SUM(v)', [2147483647, 1], '+U[-2147483648]'],
    ['SUM(ti)', [100, 100], '+U[-56]'],
    ['AVG(v)', [50, 55], '+U[52]'],
    ['AVG(v)', [-50, -55], '+U[-52]'],
    ['STDDEV_POP(v), VAR_POP(v)', [50, 55], '+U[2, 6]'],
    ['VAR_SAMP(v), STDDEV_SAMP(v)', [50, 55], '+U[13, 3]'],
    ['VAR_SAMP(v), STDDEV_POP(v)', [40, 41], '+U[1, 0]'],
    ['VAR_SAMP(v), VAR_POP(v), STDDEV_SAMP(v), STDDEV_POP(v)', [40], '+I[null, 0, null, 0]'],
    ['VAR_SAMP(d), VAR_POP(d)', [40], '+I[null, 0.0]'],
    ['SUM(v), AVG(v), MIN(v), COUNT(v), COUNT(*), FIRST_VALUE(v)', [null], '+I[null, null, null, 0, 1, null]'],
    ['AVG(c), SUM(c)', [1, 2], '+U[1.500000, 3.00]'],
    ['AVG(c)', [1, 1, 0], '+U[0.666667]'],
  ])('%s of %j ends as %s', async (items, values, expected) => expect(await lastOf(items, ...values)).toBe(expected))

  it('say nothing about an empty stream, not even 0', async () => {
    expect((await run('SELECT COUNT(*), SUM(v) FROM t', [])).rows).toEqual([])
    expect((await run('SELECT COUNT(*), SUM(v) FROM t WHERE v > 5', [row('a', 1)])).rows).toEqual([])
  })

  it('do not emit an unchanged row again', async () => {
    expect((await run('SELECT k, MAX(v) FROM t GROUP BY k', [row('a', 2), row('a', 1), row('a', 3)])).rows).toEqual([
      '+I[a, 2]',
      '-U[a, 2]',
      '+U[a, 3]',
    ])
  })

  it('delete a group that lost its last row with -D', async () => {
    const inner = 'SELECT k, COUNT(*) AS n FROM t GROUP BY k'
    expect((await run(`SELECT n, COUNT(*) FROM (${inner}) GROUP BY n`, [row('a', 1), row('a', 1), row('b', 1)])).rows).toEqual([
      '+I[1, 1]',
      '-D[1, 1]',
      '+I[2, 1]',
      '+I[1, 1]',
    ])
  })

  it.each([
    'SELECT k, SUM(v) AS s FROM t GROUP BY k HAVING SUM(v) > 3',
    'SELECT * FROM (SELECT k, SUM(v) AS s FROM t GROUP BY k) WHERE s > 3',
  ])('let lone +U and -U through a filter above an update: %s', async (query) => {
    expect((await run(query, [row('a', 2), row('a', 2), row('a', 2), row('a', -5)])).rows).toEqual([
      '+U[a, 4]',
      '-U[a, 4]',
      '+U[a, 6]',
      '-U[a, 6]',
    ])
  })

  it('group NULL keys together', async () => {
    expect((await run('SELECT k, SUM(v) FROM t GROUP BY k', [row(null, 1), row('a', 2), row(null, 4)])).rows).toEqual([
      '+I[null, 1]',
      '+I[a, 2]',
      '-U[null, 1]',
      '+U[null, 5]',
    ])
  })

  it('join text with a comma unless another separator is given, skipping NULL', async () => {
    const rows = [row('x', 1), row(null, 1), row('y', 1)]
    expect((await run("SELECT LISTAGG(k), LISTAGG(k, '-') FROM t", rows)).rows.at(-1)).toBe('+U[x,y, x-y]')
  })

  it('keep NULL in ARRAY_AGG', async () => {
    expect((await run('SELECT ARRAY_AGG(v) FROM t', [row('a', 1), row('a', null)])).rows.at(-1)).toBe('+U[[1, null]]')
  })

  it.each([
    ['SELECT COUNT(v, l) FROM t', 'E0204'],
    ['SELECT COUNT(DISTINCT v, l) FROM t', 'E0204'],
    ['SELECT k, COUNT(*) FROM t GROUP BY 1', 'E0302'],
    ['SELECT k AS j, COUNT(*) FROM t GROUP BY j', 'E0207'],
    ['SELECT LISTAGG(v) FROM t', 'E0204'],
    ['SELECT LISTAGG(k) WITHIN GROUP (ORDER BY k) FROM t', 'E0301'],
    ['SELECT SUM(k) FROM t', 'E0204'],
  ])('refuse %s with %s', async (query, code) => expect((await run(query, [])).rows).toEqual([code]))
})
