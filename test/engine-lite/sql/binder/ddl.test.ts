import { describe, expect, it } from 'vitest'
import type { CatalogTable } from '../../../../src/engine-lite/sql/catalog/table.js'
import { printType } from '../../../../src/engine-lite/sql/types/print.js'
import { catalogWith, errorsOf, TABLES } from '../session-kit.js'

const tableOf = (ddl: string, name: string) => catalogWith(ddl).get([name]) as CatalogTable
const columnsOf = (table: CatalogTable) => table.columns.map(({ kind, name, type }) => `${kind} ${name} ${printType(type)}`)

describe('CREATE TABLE', () => {
  it('resolves columns of every kind, marks event time, and makes key columns NOT NULL', () => {
    const table = tableOf(
      `CREATE TABLE t (id INT, at_ms BIGINT METADATA FROM 'time' VIRTUAL, ts AS TO_TIMESTAMP_LTZ(at_ms, 3),
       WATERMARK FOR ts AS ts - INTERVAL '1' SECOND, PRIMARY KEY (id) NOT ENFORCED) COMMENT 'c' WITH ('connector' = 'in', 'a' = 'b')`,
      't',
    )
    expect(columnsOf(table)).toEqual(['physical id INT NOT NULL', 'metadata at_ms BIGINT', 'computed ts TIMESTAMP_LTZ(3) *ROWTIME*'])
    expect(table).toMatchObject({ path: 'default_catalog.default_database.t', primaryKey: ['id'], comment: 'c', watermark: { column: 2 } })
    expect(table.options.get('a')).toMatchObject({ value: 'b', keySpan: { line: 2 }, valueSpan: { line: 2 } })
  })

  it('takes over another table with LIKE, its options under the own ones', () => {
    const table = tableOf(
      `${TABLES} CREATE TABLE copy (extra INT) WITH ('connector' = 'append', 'x' = '1') LIKE readings (EXCLUDING WATERMARKS EXCLUDING METADATA)`,
      'copy',
    )
    expect(table.columns.map(({ name }) => name)).toEqual(['device', 'temp', 'n', 'place', 'ts', 'extra'])
    expect(table.watermark).toBeUndefined()
    expect([...table.options].map(([key, { value }]) => [key, value])).toEqual([
      ['connector', 'append'],
      ['x', '1'],
    ])
  })

  it('keeps an existing table where IF NOT EXISTS says so', () => {
    expect(columnsOf(tableOf('CREATE TABLE t (a INT); CREATE TABLE IF NOT EXISTS t (b INT)', 't'))).toEqual(['physical a INT'])
  })

  it.each([
    ['CREATE TABLE t (a INT, a INT)', ['E0202']],
    ['CREATE TABLE t (a INT, b AS c)', ['E0207']],
    ['CREATE TABLE t (a INT, b AS a + 1, c AS b + 1)', ['E0207']],
    ['CREATE TABLE t (a INT, PRIMARY KEY (b) NOT ENFORCED)', ['E0209']],
    ['CREATE TABLE t (a INT, b AS a, PRIMARY KEY (b) NOT ENFORCED)', ['E0209']],
    ['CREATE TABLE t (a INT, PRIMARY KEY (a))', ['E0209']],
    ['CREATE TABLE t (a INT, WATERMARK FOR b AS b)', ['E0209']],
    ['CREATE TABLE t (a INT, WATERMARK FOR a AS a)', ['E0209']],
    ['CREATE TABLE t (a TIMESTAMP(6), WATERMARK FOR a AS a)', ['E0209']],
    ["CREATE TABLE t (a TIMESTAMP(3), WATERMARK FOR a AS 'x')", ['E0209']],
    ['CREATE TABLE t (a TIMESTAMP(3), WATERMARK FOR a AS SOURCE_WATERMARK())', ['E0301']],
    ["CREATE TABLE t (a INT) WITH ('x' = '1', 'x' = '2')", ['E0210']],
    ['CREATE TABLE readings (a INT)', ['E0202']],
    ['CREATE TABLE t (a INT) LIKE nowhere', ['E0201']],
    ['CREATE TABLE t (device INT) LIKE readings', ['E0202']],
    ['CREATE TABLE t (b TIMESTAMP(3), WATERMARK FOR b AS b) LIKE readings', ['E0209']],
    ['CREATE TABLE t AS SELECT 1', ['E0301']],
    ['CREATE TABLE t (a INT, PRIMARY KEY (z), WATERMARK FOR q AS q)', ['E0209', 'E0209', 'E0209']],
  ])('refuses %s', (ddl, codes) => {
    expect(errorsOf(ddl).map((error) => error.code)).toEqual(codes)
  })
})

describe('CREATE VIEW and DROP', () => {
  it('names the columns of a view', () => {
    const view = catalogWith(`${TABLES} CREATE VIEW v (a, b) AS SELECT device, temp FROM readings`).get(['v'])
    expect(view?.schema.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('forgets what is dropped', () => {
    expect(catalogWith('CREATE TABLE t (a INT); DROP TABLE t').get(['t'])).toBeUndefined()
  })

  it.each([
    ['CREATE VIEW v (a) AS SELECT device, temp FROM readings', ['E0209']],
    ['CREATE VIEW v AS SELECT device, device FROM readings', ['E0202']],
    ['CREATE VIEW v AS SELECT devicee FROM readings', ['E0207']],
    ['CREATE VIEW v AS SELECT * FROM v', ['E0201']],
    ['DROP TABLE nowhere', ['E0201']],
    ['DROP TABLE hot', ['E0201']],
    ['DROP FUNCTION f', ['E0301']],
  ])('refuses %s', (ddl, codes) => {
    expect(errorsOf(ddl).map((error) => error.code)).toEqual(codes)
  })

  it('is silent about a missing object where IF EXISTS says so', () => {
    expect(errorsOf('DROP TABLE IF EXISTS nowhere; DROP VIEW IF EXISTS nowhere')).toEqual([])
  })

  it('points into the text of the view when a changed table breaks it', () => {
    const catalog = catalogWith(`${TABLES} CREATE VIEW v AS SELECT k FROM plain`)
    catalog.remove(['plain'])
    const [error] = errorsOf('SELECT * FROM v', catalog)
    expect(error?.code).toBe('E0201')
    expect(error?.place?.text).toContain('CREATE VIEW v AS SELECT k FROM plain')
  })
})
