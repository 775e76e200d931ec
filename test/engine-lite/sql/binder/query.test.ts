import { describe, expect, it } from 'vitest'
import { changelogOf } from '../../../../src/engine-lite/sql/logical/changelog.js'
import { upsertKeysOf } from '../../../../src/engine-lite/sql/logical/keys.js'
import type { LogicalPlan } from '../../../../src/engine-lite/sql/logical/plan.js'
import { printType } from '../../../../src/engine-lite/sql/types/print.js'
import { errorsOf, planOf } from '../session-kit.js'

const columnsOf = (plan: LogicalPlan) => plan.schema.map(({ name, type }) => `${name} ${printType(type)}`)
const columns = (sql: string) => columnsOf(planOf(sql))

describe('columns of a query', () => {
  it.each([
    ['SELECT device, temp + 1e0, n AS x FROM readings', ['device STRING', 'EXPR$1 DOUBLE', 'x INT']],
    ['SELECT r.device, readings2.n FROM readings AS r', undefined],
    ['SELECT r.place.hall, place.spot.x FROM readings AS r', ['hall STRING', 'x INT']],
    ['SELECT r.*, 1 FROM plain AS r', ['k STRING', 'v INT', 't TIMESTAMP(3)', 'EXPR$1 INT NOT NULL']],
    ['SELECT * FROM (SELECT k, v FROM plain) AS d (a, b)', ['a STRING', 'b INT']],
    ["SELECT 1, 'abc'", ['EXPR$0 INT NOT NULL', 'EXPR$1 CHAR(3) NOT NULL']],
    ["VALUES (1, 'a'), (2.5, 'bcd')", ['EXPR$0 DECIMAL(11, 1) NOT NULL', 'EXPR$1 VARCHAR(3) NOT NULL']],
    ['WITH a (x) AS (SELECT v FROM plain), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b', ['y INT']],
    ['SELECT k FROM plain UNION ALL SELECT device FROM readings', ['k STRING']],
    ['SELECT v FROM plain UNION ALL SELECT 1.5 FROM plain', ['v DECIMAL(11, 1)']],
    ['SELECT ts FROM readings UNION ALL SELECT ts FROM hot', ['ts TIMESTAMP(3) *ROWTIME*']],
    ['SELECT device, ts FROM hot', ['device STRING', 'ts TIMESTAMP(3) *ROWTIME*']],
    ['SELECT COUNT(*), SUM(n), AVG(n), MAX(device) FROM readings', ['EXPR$0 BIGINT NOT NULL', 'EXPR$1 INT', 'EXPR$2 INT', 'EXPR$3 STRING']],
    ['SELECT UPPER(device) AS u, n % 10 FROM readings GROUP BY n % 10, UPPER(device)', ['u STRING', 'EXPR$1 INT']],
    ['SELECT r.device FROM readings AS r GROUP BY device', ['device STRING']],
    ['SELECT place.hall, COUNT(*) AS c FROM readings GROUP BY place', ['hall STRING', 'c BIGINT NOT NULL']],
    ['SELECT COUNT(*) AS c FROM readings GROUP BY ()', ['c BIGINT NOT NULL']],
    ['SELECT kelvin, at_time FROM computed', ['kelvin DOUBLE', 'at_time TIMESTAMP_LTZ(3) *ROWTIME*']],
  ])('%s', (sql, expected) => {
    if (expected === undefined) expect(errorsOf(sql).map((error) => error.code)).toEqual(['E0207'])
    else expect(columns(sql)).toEqual(expected)
  })

  it('computes an aggregate that is written twice once', () => {
    const plan = planOf('SELECT SUM(n) + 1, SUM(n) * 2, COUNT(*) FROM readings HAVING SUM(n) > 3')
    const find = (node: LogicalPlan): LogicalPlan => (node.kind === 'calc' ? find(node.input) : node)
    expect(find(plan)).toMatchObject({ kind: 'group-aggregate', aggregates: [{ name: 'SUM' }, { name: 'COUNT' }] })
  })
})

describe('changes and keys', () => {
  it.each([
    ['SELECT device FROM readings', 'append', []],
    ['SELECT device, COUNT(*) FROM readings GROUP BY device', 'updating', [[0]]],
    ['SELECT COUNT(*), device FROM readings GROUP BY device', 'updating', [[1]]],
    ['SELECT COUNT(*) FROM readings GROUP BY device', 'updating', []],
    ['SELECT COUNT(*) FROM readings', 'updating', [[]]],
    ['SELECT DISTINCT device FROM readings', 'append', [[0]]],
    ['SELECT DISTINCT k FROM cdc', 'updating', [[0]]],
    ['SELECT k FROM cdc UNION ALL SELECT k FROM plain', 'updating', []],
    ['SELECT v, k FROM cdc', 'updating', [[1]]],
    [
      "SELECT device, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY device, window_start, window_end",
      'append',
      [[0, 1]],
    ],
  ])('%s', (sql, mode, keys) => {
    const plan = planOf(sql)
    expect(changelogOf(plan).mode).toBe(mode)
    expect(upsertKeysOf(plan)).toEqual(keys)
  })

  it('deletes only what was taken back below', () => {
    expect(changelogOf(planOf('SELECT device, COUNT(*) FROM readings GROUP BY device')).deletes).toBe(false)
    expect(changelogOf(planOf('SELECT k, COUNT(*) FROM cdc GROUP BY k')).deletes).toBe(true)
  })
})

describe('refusals', () => {
  it.each([
    ['SELECT device FROM readings GROUP BY temp', 'E0208'],
    ['SELECT * FROM readings GROUP BY device', 'E0208'],
    ['SELECT device AS d, COUNT(*) FROM readings GROUP BY d', 'E0207'],
    ['SELECT device, COUNT(*) FROM readings GROUP BY 1', 'E0302'],
    ['SELECT NULL FROM readings', 'E0205'],
    ['SELECT SUM(COUNT(*)) FROM readings', 'E0212'],
    ['SELECT device FROM readings WHERE COUNT(*) > 1', 'E0212'],
    ['SELECT device FROM readings HAVING temp > 1', 'E0208'],
    ['SELECT Device FROM readings', 'E0207'],
    ['SELECT device FROM reading', 'E0201'],
    ['SELECT x.* FROM readings', 'E0207'],
    ['SELECT device FROM readings UNION ALL SELECT v FROM plain', 'E0205'],
    ['SELECT device, temp FROM readings UNION ALL SELECT v FROM plain', 'E0205'],
    ['SELECT device FROM readings ORDER BY temp', 'E0302'],
    ['SELECT device FROM readings WHERE temp', 'E0205'],
    ["VALUES (1), ('a')", 'E0205'],
    ['SELECT * FROM (SELECT k, v FROM plain) AS d (a)', 'E0209'],
  ])('%s', (sql, code) => {
    expect(errorsOf(sql).map((error) => error.code)).toContain(code)
  })

  it.each([
    'SELECT * FROM readings a JOIN plain b ON a.device = b.k',
    'SELECT * FROM readings, plain',
    'SELECT device FROM readings ORDER BY ts',
    'SELECT device FROM readings LIMIT 5',
    'SELECT device FROM readings WHERE device IN (SELECT k FROM plain)',
    'SELECT SUM(n) OVER (PARTITION BY device ORDER BY ts) FROM readings',
    'SELECT device FROM readings GROUP BY GROUPING SETS ((device), ())',
    'SELECT device FROM readings EXCEPT SELECT k FROM plain',
    'SELECT x FROM readings, UNNEST(arr) AS u (x)',
    'SELECT k FROM plain FOR SYSTEM_TIME AS OF t',
    "SELECT /*+ STATE_TTL('readings' = '1d') */ device FROM readings",
  ])('names what is not built: %s', (sql) => {
    expect(errorsOf(sql).map((error) => error.code)).toContain('E0301')
  })

  it('finds all errors of a statement at once', () => {
    const codes = errorsOf('SELECT tempp, FOO(n), 1 + device FROM readings WHERE nn > 1 AND 2 > 1').map((error) => [
      error.code,
      error.place?.span?.column,
    ])
    expect(codes.sort()).toEqual([
      ['E0203', 15],
      ['E0204', 23],
      ['E0207', 54],
      ['E0207', 8],
    ])
  })

  it('finds the errors of both sides of a UNION and of every WITH item', () => {
    expect(errorsOf('SELECT a FROM plain UNION ALL SELECT b FROM plain')).toHaveLength(2)
    expect(errorsOf('WITH x AS (SELECT a FROM plain), y AS (SELECT b FROM plain) SELECT * FROM x')).toHaveLength(2)
  })

  it('points into the text of the statement', () => {
    const [error] = errorsOf('SELECT\n  tempp\nFROM readings')
    expect(error?.place).toMatchObject({ text: 'SELECT\n  tempp\nFROM readings', span: { line: 2, column: 3 } })
  })
})
