import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { MillraceErrors } from '../../../src/engine-lite/contract/errors/index.js'
import { TableEnvironment, type TableResult } from '../../../src/engine-lite/sql/table-environment.js'

const directory = mkdtempSync(join(tmpdir(), 'millrace-te-'))
afterAll(() => rmSync(directory, { recursive: true }))

async function rowsOf(result: TableResult): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const { kind, row } of result) rows.push([kind, ...row])
  return rows
}

const errorsOf = async (run: Promise<unknown>) => ((await run.catch((error) => error)) as MillraceErrors).errors.map(({ code }) => code)

describe('a table environment', () => {
  it('gives columns with their SQL types and the changelog as an async iterator', async () => {
    const env = new TableEnvironment()
    const result = await env.executeSql(
      "SELECT a, CAST(a AS DECIMAL(5, 2)) AS d, TIMESTAMP '2024-03-01 08:00:00' AS t FROM (VALUES (1), (2)) AS v(a)",
    )
    expect(result.columns).toEqual([
      { name: 'a', type: 'INT NOT NULL' },
      { name: 'd', type: 'DECIMAL(5, 2) NOT NULL' },
      { name: 't', type: 'TIMESTAMP(0) NOT NULL' },
    ])
    expect(await rowsOf(result)).toEqual([
      ['+I', 1, '1.00', '2024-03-01T08:00:00'],
      ['+I', 2, '2.00', '2024-03-01T08:00:00'],
    ])
    await result.finished
  })

  it('runs the tumbling window of the tutorials over a file', async () => {
    const path = join(directory, 'readings.jsonl')
    writeFileSync(
      path,
      `{"device_id":"a","metric_value":1,"event_time":"2024-03-01 08:00:00"}
{"device_id":"a","metric_value":2.5,"event_time":"2024-03-01 08:00:30"}
{"device_id":"b","metric_value":7,"event_time":"2024-03-01 08:01:30"}
`,
    )
    const env = new TableEnvironment()
    await env.executeSql(`CREATE TABLE kafka_source (device_id STRING, metric_value DOUBLE, event_time TIMESTAMP(3),
      WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json')`)
    const result =
      await env.executeSql(`SELECT device_id, TUMBLE_START(event_time, INTERVAL '1' MINUTE) AS window_start, AVG(metric_value) AS avg_metric
      FROM kafka_source GROUP BY device_id, TUMBLE(event_time, INTERVAL '1' MINUTE);`)
    expect(await rowsOf(result)).toEqual([
      ['+I', 'a', '2024-03-01T08:00:00.000', 1.75],
      ['+I', 'b', '2024-03-01T08:01:00.000', 7],
    ])
  })

  it('runs an INSERT until its input ends', async () => {
    const env = new TableEnvironment()
    const path = join(directory, 'out')
    await env.executeSql(`CREATE TABLE copy (a INT, b STRING) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json')`)
    const result = await env.executeSql("INSERT INTO copy SELECT a, 'x' FROM (VALUES (1), (2)) AS v(a)")
    await result.finished
    const text = readdirSync(path)
      .map((name) => readFileSync(join(path, name), 'utf8'))
      .join('')
    expect(text).toBe('{"a":1,"b":"x"}\n{"a":2,"b":"x"}\n')
  })

  it('updates an unbounded group row by row', async () => {
    const env = new TableEnvironment()
    const result = await env.executeSql('SELECT k, SUM(v) AS s FROM (VALUES (1, 5), (1, 6)) AS t(k, v) GROUP BY k')
    expect(await rowsOf(result)).toEqual([
      ['+I', 1, 5],
      ['-U', 1, 5],
      ['+U', 1, 11],
    ])
  })

  it('stops an endless query when its reader has had enough', async () => {
    const env = new TableEnvironment()
    await env.executeSql(
      "CREATE TABLE endless (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000', 'fields.n.kind' = 'random')",
    )
    const result = await env.executeSql('SELECT n FROM endless')
    let seen = 0
    for await (const _ of result) if (++seen === 3) break
    expect(seen).toBe(3)
  })

  it('fails the statement, not the process, when a row fails', async () => {
    const env = new TableEnvironment()
    const result = await env.executeSql("SELECT CAST(s AS INT) AS n FROM (VALUES ('1'), ('x')) AS t(s)")
    await expect(rowsOf(result)).rejects.toThrow(/x/)
    await expect(result.finished).rejects.toThrow()
  })

  it('takes exactly one statement', async () => {
    const env = new TableEnvironment()
    expect(await errorsOf(env.executeSql('SELECT 1; SELECT 2'))).toEqual(['E0101'])
    expect(await errorsOf(env.executeSql(''))).toEqual(['E0101'])
  })

  it('names everything that is wrong with the tables of a query', async () => {
    const env = new TableEnvironment()
    await env.executeSql("CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'pat' = 'x', 'format' = 'jason')")
    expect(await errorsOf(env.executeSql('SELECT a FROM t'))).toEqual(['E0210', 'E0210', 'E0210'])
  })

  it('runs every statement of a script with the settings that stand before it', async () => {
    const env = new TableEnvironment()
    const query = "SELECT DATE_FORMAT(TO_TIMESTAMP_LTZ(ms, 3), 'HH:mm') AS t FROM (VALUES (CAST(0 AS BIGINT))) AS v(ms)"
    const { results, errors } = env.session.execute(
      `SET 'table.local-time-zone' = 'Asia/Tokyo'; ${query}; SET 'table.local-time-zone' = 'UTC'; ${query}`,
    )
    expect(errors).toEqual([])
    const rows: unknown[] = []
    for (const result of results) rows.push(...(await rowsOf(await env.run(result))))
    expect(rows).toEqual([
      ['+I', '09:00'],
      ['+I', '00:00'],
    ])
  })

  it('answers questions about the session', async () => {
    const env = new TableEnvironment()
    await env.executeSql("CREATE TABLE t (a INT NOT NULL, b STRING, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'blackhole')")
    await env.executeSql("SET 'table.local-time-zone' = 'Europe/Berlin'")
    expect(await rowsOf(await env.executeSql('SHOW TABLES'))).toEqual([['+I', 't']])
    expect(await rowsOf(await env.executeSql('DESCRIBE t'))).toEqual([
      ['+I', 'a', 'INT', 'FALSE', 'PRI(a)', null, null],
      ['+I', 'b', 'STRING', 'TRUE', null, null, null],
    ])
    const settings = await rowsOf(await env.executeSql('SET'))
    expect(settings).toContainEqual(['+I', 'table.local-time-zone', 'Europe/Berlin'])
    expect((await env.executeSql("SET 'pipeline.object-reuse' = 'true'")).notice).toContain('no effect')
  })
})
