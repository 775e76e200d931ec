import { describe, expect, it } from 'vitest'
import type { MillraceErrors } from '../../../../src/engine-lite/contract/errors/index.js'
import { TableEnvironment } from '../../../../src/engine-lite/sql/table-environment.js'

const FROM = "FROM (VALUES (TIMESTAMP '2024-03-05 08:00:00', 9, ROW(1, 2))) AS t(ts, x, r)"

async function rowOf(sql: string): Promise<readonly unknown[]> {
  for await (const { row } of await new TableEnvironment().executeSql(sql)) return row
  return []
}

describe('calls that differ in their keywords only', () => {
  it.each([
    ['the unit of EXTRACT', `SELECT MAX(EXTRACT(DAY FROM ts)), MAX(EXTRACT(HOUR FROM ts)) ${FROM}`, [5, 8]],
    [
      'the items of IN',
      `SELECT COUNT(*) FILTER (WHERE x IN (1, 2, 3, 4, 5, 6)), COUNT(*) FILTER (WHERE x IN (4, 5, 6, 7, 8, 9)) ${FROM}`,
      [0, 1],
    ],
    ['the field of a ROW', `SELECT MAX(r.EXPR$0), MAX(r.EXPR$1) ${FROM}`, [1, 2]],
    [
      'the behaviour of JSON_VALUE',
      `SELECT MAX(JSON_VALUE('{}', '$.a')), MAX(JSON_VALUE('{}', '$.b' NULL ON EMPTY)) ${FROM}`,
      [null, null],
    ],
  ])('are not one: %s', async (_, sql, row) => {
    expect(await rowOf(sql)).toEqual(row)
  })

  it('do not pass for a GROUP BY item', async () => {
    const error = await rowOf(`SELECT EXTRACT(DAY FROM ts), COUNT(*) ${FROM} GROUP BY EXTRACT(HOUR FROM ts)`).catch(
      (caught: unknown) => caught,
    )
    expect((error as MillraceErrors).errors.map(({ code }) => code)).toEqual(['E0208'])
  })

  it('are found in GROUP BY when they are the same', async () => {
    expect(await rowOf(`SELECT EXTRACT(HOUR FROM ts), COUNT(*) ${FROM} GROUP BY EXTRACT(HOUR FROM ts)`)).toEqual([8, 1])
  })
})
