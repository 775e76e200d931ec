import { describe, expect, it } from 'vitest'
import { runSql } from './run-sql.js'

const TABLES = `CREATE TABLE t (k STRING, v INT, \`value\` INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE u (k STRING, w INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
`

/** What a surprising form is refused with: E0301 where Flink takes it, another code where Flink refuses it, too. */
const REFUSED: readonly (readonly [string, string])[] = [
  // Not built.
  ['SELECT * FROM t WHERE v NOT IN (SELECT w FROM u)', 'E0301'],
  ['SELECT * FROM t WHERE EXISTS (SELECT w FROM u WHERE u.k = t.k)', 'E0301'],
  ['SELECT * FROM t JOIN u ON t.k = u.k', 'E0301'],
  ['SELECT * FROM t, u WHERE t.k = u.k', 'E0301'],
  ['SELECT * FROM t LEFT JOIN u ON t.k IS NOT DISTINCT FROM u.k', 'E0301'],
  ['SELECT k FROM t NATURAL JOIN u', 'E0301'],
  ['SELECT * FROM t JOIN u FOR SYSTEM_TIME AS OF t.ts ON t.k = u.k', 'E0301'],
  ['SELECT * FROM t, LATERAL (SELECT w FROM u WHERE u.k = t.k ORDER BY w LIMIT 1)', 'E0301'],
  ['SELECT k, SUM(v) OVER (PARTITION BY k ORDER BY ts) FROM t', 'E0301'],
  ['SELECT k, LAG(v) OVER (PARTITION BY k ORDER BY ts) FROM t', 'E0301'],
  ['SELECT k, LEAD(v) OVER (PARTITION BY k ORDER BY ts) FROM t', 'E0301'],
  ['SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts) AS rn FROM t) WHERE rn = 1', 'E0301'],
  ['SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS rn FROM t) WHERE rn <= 2', 'E0301'],
  [
    "SELECT COUNT(*) FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND, INTERVAL '5' SECOND)) GROUP BY window_start, window_end",
    'E0301',
  ],
  [
    "SELECT COUNT(*) FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end",
    'E0301',
  ],
  ["SELECT COUNT(*) FROM t GROUP BY SESSION(ts, INTERVAL '1' SECOND)", 'E0301'],
  ['SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.v AS av PATTERN (A B* C) DEFINE A AS A.v > 1)', 'E0301'],
  ['SELECT * FROM t ORDER BY ts LIMIT 1', 'E0301'],
  ['SELECT k FROM t INTERSECT SELECT k FROM u', 'E0301'],
  ['SELECT k, COUNT(*) FROM t GROUP BY ROLLUP (k)', 'E0301'],
  // Refused by Flink.
  ['SELECT * FROM t ORDER BY v', 'E0302'],
  ['SELECT NULL FROM t', 'E0205'],
  ['SELECT a FROM (VALUES (1), (NULL)) AS x(a)', 'E0205'],
  ['SELECT K FROM t', 'E0207'],
  ["SELECT v = 'x' FROM t", 'E0204'],
  ['SELECT v != 1 FROM t', 'E0101'],
  ['SELECT v FROM t WHERE v', 'E0205'],
]

/** Words that Calcite keeps for itself; `level` and others are free. */
const RESERVED = ['value', 'time', 'at', 'floor', 'model', 'per', 'prev', 'second', 'none', 'dec', 'year', 'date', 'timestamp']
const FREE = ['level', 'device', 'temp', 'ts', 'k', 'reading', 'n', 'total']

describe('forms that are refused with a reason, never run otherwise', () => {
  it.each(REFUSED)('%s is %s', async (query, code) => expect((await runSql(TABLES + query)).rows).toEqual([code]))
  it.each(RESERVED)('%s is no name without backticks', async (word) => {
    expect((await runSql(`${TABLES}SELECT v AS ${word} FROM t`)).rows).toEqual(['E0101'])
    expect((await runSql(`${TABLES}SELECT v AS \`${word}\` FROM t`)).rows).toEqual([])
  })
  it.each(FREE)('%s is a name', async (word) => expect((await runSql(`${TABLES}SELECT v AS ${word} FROM t`)).rows).toEqual([]))
})
