import { describe, expect, it } from 'vitest'
import type { MillraceErrors } from '../../../../src/engine-lite/contract/errors/index.js'
import { TableEnvironment } from '../../../../src/engine-lite/sql/table-environment.js'

async function run(...statements: string[]): Promise<string[]> {
  const env = new TableEnvironment()
  await env.executeSql("CREATE TABLE t (k INT, v INT) WITH ('connector' = 'blackhole')")
  const codes: string[] = []
  for (const statement of statements) {
    try {
      await (await env.executeSql(statement)).finished
    } catch (error) {
      codes.push(...(error as MillraceErrors).errors.map(({ code, message }) => `${code} ${message}`))
    }
  }
  return codes
}

describe('settings', () => {
  it('refuses a key that nobody has, and suggests the closest', async () => {
    expect(await run("SET 'tabel.local-time-zone' = 'UTC'")).toEqual(["E0214 unknown setting 'tabel.local-time-zone'"])
  })

  it.each([
    ["SET 'table.local-time-zone' = 'Mars/Base'", 'time zone'],
    ["SET 'table.exec.source.idle-timeout' = 'soon'", 'duration'],
    ["SET 'pipeline.on-error' = 'panic'", "'dead-letter' or 'fail'"],
  ])('refuses a bad value: %s', async (statement, part) => {
    const [error] = await run(statement)
    expect(error).toMatch(/^E0214/)
    expect(error).toContain(part)
  })

  const grouped = 'INSERT INTO t SELECT k, COUNT(DISTINCT v) FROM (VALUES (1, 2)) AS s(k, v) GROUP BY k'
  it.each([
    ['execution.runtime-mode', 'batch'],
    ['table.exec.state.ttl', '1 h'],
    ['table.exec.sink.type-length-enforcer', 'TRIM_PAD'],
    ['table.exec.sink.nested-constraint-enforcer', 'ROWS'],
    ['table.optimizer.distinct-agg.split.enabled', 'true'],
  ])('refuses a statement whose result %s = %s would change, and runs it after RESET', async (key, value) => {
    const cast = grouped.replace('COUNT(DISTINCT v)', 'CAST(COUNT(DISTINCT v) AS INT)')
    expect(await run(`SET '${key}' = '${value}'`, cast, `RESET '${key}'`, cast)).toEqual([
      `E0301 '${key}' = '${value}' is valid in Flink and not built yet for this statement`,
    ])
  })
})
