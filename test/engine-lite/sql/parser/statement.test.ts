import { describe, expect, it } from 'vitest'
import { parseScript, parseStatement } from '../../../../src/engine-lite/sql/parser/script.js'

const one = (text: string) => {
  const { statements, errors } = parseScript(text)
  expect(errors).toEqual([])
  expect(statements).toHaveLength(1)
  return statements[0] as (typeof statements)[0]
}

describe('CREATE TABLE', () => {
  it('keeps columns, watermark, key and options', () => {
    const table = one(`CREATE TEMPORARY TABLE IF NOT EXISTS db.telemetry (
      line STRING METADATA FROM 'topic.line' VIRTUAL COMMENT 'from the topic',
      temp DOUBLE NOT NULL COMMENT 'celsius',
      fahrenheit AS temp * 1.8 + 32,
      ts TIMESTAMP_LTZ(3) METADATA,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND,
      PRIMARY KEY (line, ts) NOT ENFORCED
    ) COMMENT 'sensors' PARTITIONED BY (line) WITH ('connector' = 'mqtt', 'qos' = '1')`)
    if (table.kind !== 'create-table') throw new Error(table.kind)
    expect(table.name.parts).toEqual(['db', 'telemetry'])
    expect(table.columns.map((c) => [c.name, c.kind, c.comment])).toEqual([
      ['line', 'metadata', 'from the topic'],
      ['temp', 'physical', 'celsius'],
      ['fahrenheit', 'computed', undefined],
      ['ts', 'metadata', undefined],
    ])
    expect(table.columns[0]).toMatchObject({ key: 'topic.line', virtual: true })
    expect(table.columns[3]).toMatchObject({ key: 'ts', virtual: false })
    expect(table.watermark).toMatchObject({ column: ['ts'] })
    expect(table.primaryKey).toMatchObject({ columns: ['line', 'ts'], enforced: false })
    expect(table.options.map(({ key, value }) => [key, value])).toEqual([
      ['connector', 'mqtt'],
      ['qos', '1'],
    ])
    expect(table).toMatchObject({ temporary: true, ifNotExists: true, comment: 'sensors', partitionedBy: ['line'] })
  })

  it('takes LIKE with its options, and AS', () => {
    expect(one('CREATE TABLE a LIKE b (EXCLUDING ALL INCLUDING WATERMARKS)')).toMatchObject({
      like: { source: { parts: ['b'] }, options: ['EXCLUDING ALL', 'INCLUDING WATERMARKS'] },
    })
    expect(one("CREATE TABLE a WITH ('x'='y') AS SELECT 1")).toMatchObject({ query: { kind: 'select' } })
  })
})

describe('queries', () => {
  const query = (text: string) => {
    const statement = one(text)
    if (statement.kind !== 'query') throw new Error(statement.kind)
    return statement.query
  }

  it('groups set operations as SQL does', () => {
    expect(query('SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3')).toMatchObject({
      operator: 'UNION',
      all: true,
      right: { operator: 'INTERSECT' },
    })
    expect(query('SELECT 1 EXCEPT SELECT 2 UNION SELECT 3')).toMatchObject({ operator: 'UNION', left: { operator: 'EXCEPT' } })
  })

  it('hangs ORDER BY, OFFSET and FETCH on the whole set operation', () => {
    expect(
      query('SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY a DESC NULLS LAST OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY'),
    ).toMatchObject({
      kind: 'ordered',
      orderBy: [{ descending: true, nulls: 'LAST' }],
      limit: { text: '3' },
      offset: { text: '2' },
      query: { kind: 'set-operation' },
    })
  })

  it('takes window functions with positional and named arguments', () => {
    expect(
      query(`SELECT * FROM TABLE(TUMBLE(TABLE t PARTITION BY (a, b), DESCRIPTOR(ts), SIZE => INTERVAL '1' MINUTE)) AS w (x, y)`),
    ).toMatchObject({
      from: {
        kind: 'table-function',
        name: 'TUMBLE',
        alias: { name: 'w', columns: ['x', 'y'] },
        args: [
          { kind: 'table', table: { parts: ['t'] }, partitionBy: [{ parts: ['a'] }, { parts: ['b'] }] },
          { kind: 'descriptor', columns: ['ts'] },
          { kind: 'expression', name: 'SIZE', expression: { kind: 'interval-literal' } },
        ],
      },
    })
  })

  it('takes joins of every kind', () => {
    expect(query('SELECT * FROM a NATURAL LEFT OUTER JOIN b FULL JOIN c ON x = y, d CROSS JOIN e')).toMatchObject({
      from: {
        type: 'CROSS',
        left: { type: 'FULL', left: { type: 'LEFT', natural: true } },
        right: { type: 'CROSS' },
      },
    })
    expect(query('SELECT * FROM (a JOIN b USING (k)) JOIN (SELECT 1) s ON TRUE')).toMatchObject({
      from: { left: { using: ['k'] }, right: { kind: 'derived', alias: { name: 's' } } },
    })
    expect(query('SELECT * FROM o JOIN r FOR SYSTEM_TIME AS OF o.ts AS r2 ON o.k = r2.k')).toMatchObject({
      from: { right: { alias: { name: 'r2' }, systemTime: { parts: ['o', 'ts'] } } },
    })
    expect(query('SELECT * FROM t LEFT JOIN LATERAL TABLE(f(a)) AS l(x) ON TRUE, UNNEST(arr) WITH ORDINALITY AS u (v, i)')).toMatchObject({
      from: { left: { right: { name: 'F', lateral: true } }, right: { name: 'UNNEST', ordinality: true } },
    })
  })

  it('takes hints after SELECT and after a table', () => {
    expect(query("SELECT /*+ STATE_TTL('t' = '1d'), BROADCAST(u) */ * FROM t /*+ OPTIONS('a'='b', 'c'='d') */ AS x")).toMatchObject({
      hints: [
        { name: 'STATE_TTL', options: [{ key: 't', value: '1d' }] },
        { name: 'BROADCAST', options: [{ key: '', value: 'u' }] },
      ],
      from: { hints: [{ name: 'OPTIONS', options: [{ key: 'a' }, { key: 'c' }] }], alias: { name: 'x' } },
    })
  })

  it('takes grouping sets, HAVING, WINDOW and QUALIFY', () => {
    expect(
      query(`SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), ROLLUP (c, (d, e)), CUBE (f), g HAVING COUNT(*) > 1
             WINDOW w AS (PARTITION BY a ORDER BY b) QUALIFY rn = 1`),
    ).toMatchObject({
      groupBy: { items: [{ kind: 'grouping-sets' }, { kind: 'rollup' }, { kind: 'cube' }, { kind: 'expression' }] },
      windows: [{ name: 'w' }],
      qualify: { kind: 'binary' },
    })
  })

  it('takes MATCH_RECOGNIZE and keeps its pattern as text', () => {
    expect(
      query(`SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.x AS ax ONE ROW PER MATCH AFTER MATCH SKIP TO LAST B
             PATTERN (A B{2,3}? (C | D)* {- E -}) WITHIN INTERVAL '1' HOUR DEFINE B AS B.x > LAST(A.x, 1)) AS m`),
    ).toMatchObject({
      from: {
        kind: 'match-recognize',
        alias: { name: 'm' },
        clause: { pattern: 'A B{2,3}? (C | D)* {- E -}', afterMatch: 'TO LAST B', rowsPerMatch: 'ONE' },
      },
    })
  })

  it('takes CTEs with column lists and VALUES of every row form', () => {
    expect(query('WITH a (x) AS (SELECT 1), b AS (VALUES (1, 2), ROW(3, 4)) SELECT * FROM a, b')).toMatchObject({
      kind: 'with',
      ctes: [
        { columns: ['x'] },
        {
          query: {
            rows: [
              [{ text: '1' }, { text: '2' }],
              [{ text: '3' }, { text: '4' }],
            ],
          },
        },
      ],
    })
  })
})

describe('other statements', () => {
  it.each([
    ["SET 'a.b' = 'c'", { kind: 'set', key: 'a.b', value: 'c' }],
    ['SET', { kind: 'set' }],
    ["RESET 'a.b'", { kind: 'reset', key: 'a.b' }],
    ['EXPLAIN CHANGELOG_MODE, ESTIMATED_COST SELECT 1', { kind: 'explain', details: ['CHANGELOG_MODE', 'ESTIMATED_COST'] }],
    ['EXPLAIN PLAN FOR INSERT INTO t SELECT 1', { kind: 'explain', statement: { kind: 'insert' } }],
    ['DESC EXTENDED c.d.t', { kind: 'describe', name: { parts: ['c', 'd', 't'] } }],
    ["SHOW TABLES IN db NOT LIKE 'x%'", { kind: 'show', what: 'TABLES', from: { parts: ['db'] }, like: { pattern: 'x%', negated: true } }],
    ['SHOW CREATE TABLE t', { kind: 'show', what: 'CREATE TABLE', name: { parts: ['t'] } }],
    ['USE CATALOG c', { kind: 'use', what: 'CATALOG' }],
    ['USE c.d', { kind: 'use', what: 'DATABASE', name: { parts: ['c', 'd'] } }],
    ['DROP TEMPORARY VIEW IF EXISTS v', { kind: 'drop', object: 'VIEW', temporary: true, ifExists: true }],
    ['CREATE VIEW v (a, b) AS SELECT 1, 2', { kind: 'create-view', columns: ['a', 'b'] }],
    ['INSERT OVERWRITE t (a, b) SELECT 1, 2', { kind: 'insert', overwrite: true, columns: [{ name: 'a' }, { name: 'b' }] }],
    ['INSERT INTO t SELECT 1 ON CONFLICT DO DEDUPLICATE', { kind: 'insert', onConflict: { action: 'DEDUPLICATE' } }],
    ['EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END', { kind: 'statement-set', inserts: [{}, {}] }],
    ['BEGIN STATEMENT SET; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;', { kind: 'statement-set', inserts: [{}, {}] }],
    ["CREATE FUNCTION f AS 'c' LANGUAGE JAVA", { kind: 'unsupported', what: 'CREATE FUNCTION' }],
    ['ALTER TABLE t RENAME TO u', { kind: 'unsupported', what: 'ALTER TABLE' }],
    ["ADD JAR 'x'", { kind: 'unsupported', what: 'ADD JAR' }],
  ])('%s', (text, expected) => {
    expect(one(text)).toMatchObject(expected)
  })

  it('parses the two halves of a statement set alone, as the client sends them', () => {
    expect(parseStatement('BEGIN STATEMENT SET').kind).toBe('begin-statement-set')
    expect(parseStatement('END;').kind).toBe('end-statement-set')
  })
})

describe('parseScript', () => {
  it('reports every error of a file and keeps the good statements', () => {
    const { statements, errors } = parseScript(
      "SELECT 1;\nSELEKT 2;\nCREATE TABLE t (value INT);\nSELECT 3;\nINSERT INTO t SELECT a b c FROM t;\nSELECT 'x",
      'f.sql',
    )
    expect(statements).toHaveLength(2)
    expect(errors.map((e) => [e.code, e.place?.file, e.place?.span?.line, e.place?.span?.column])).toEqual([
      ['E0101', 'f.sql', 2, 1],
      ['E0101', 'f.sql', 3, 17],
      ['E0101', 'f.sql', 5, 26],
      ['E0102', 'f.sql', 6, 8],
    ])
  })

  it('reports every error inside a statement set', () => {
    const { statements, errors } = parseScript(
      'EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT ;\nINSERT INTO b SELECT 1;\nINSERT c SELECT 1;\nEND;\nSELECT 1',
    )
    expect(errors.map((e) => e.place?.span?.line)).toEqual([2, 4])
    expect(statements.map((s) => s.kind)).toEqual(['query'])
  })

  it.each([
    ['BEGIN STATEMENT SET; INSERT INTO a SELECT 1;', 'BEGIN STATEMENT SET is never closed: END is missing'],
    ['END;', 'END without BEGIN STATEMENT SET'],
    ['BEGIN STATEMENT SET; SELECT 1; INSERT INTO a SELECT 1; END', 'only INSERT stands between BEGIN STATEMENT SET and END'],
    ['BEGIN STATEMENT SET; END', 'a statement set holds at least one INSERT'],
  ])('refuses %s', (text, message) => {
    expect(parseScript(text).errors.map((e) => e.message)).toContain(message)
  })

  it('takes an empty script, blank statements and comments', () => {
    expect(parseScript(' ;; -- nothing\n;')).toEqual({ statements: [], errors: [] })
  })
})
