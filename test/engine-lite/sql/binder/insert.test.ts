import { describe, expect, it } from 'vitest'
import type { SinkPlan } from '../../../../src/engine-lite/sql/logical/plan.js'
import { printType } from '../../../../src/engine-lite/sql/types/print.js'
import { errorsOf, planOf } from '../session-kit.js'

const sinkOf = (sql: string) => planOf(sql) as SinkPlan
const written = (sql: string) => sinkOf(sql).input.schema.map(({ name, type }) => `${name} ${printType(type)}`)

describe('INSERT INTO', () => {
  it('matches columns by position and casts what Flink casts by itself', () => {
    expect(written('INSERT INTO any_sink SELECT device, n FROM readings')).toEqual(['k STRING', 'c BIGINT'])
  })

  it('reorders named columns and fills the others with NULL', () => {
    const sink = sinkOf('INSERT INTO any_sink (c) SELECT n FROM readings')
    expect(sink.input).toMatchObject({ projections: [{ kind: 'literal', value: null }, { kind: 'cast' }] })
    expect(written('INSERT INTO any_sink (c, k) SELECT COUNT(*), device FROM readings GROUP BY device')).toEqual([
      'k STRING',
      'c BIGINT NOT NULL',
    ])
  })

  it('stores a TIMESTAMP in a DATE or a TIME, as Flink does', () => {
    const table = "CREATE TABLE d (a DATE, b TIME) WITH ('connector' = 'append'); "
    expect(written(`${table}INSERT INTO d SELECT ts, ts FROM readings`)).toEqual(['a DATE', 'b TIME(0)'])
  })

  it('says where NULL must be kept out', () => {
    expect(sinkOf('INSERT INTO log_sink SELECT device, CAST(n AS BIGINT) FROM readings').notNull).toEqual([1])
    expect(sinkOf("INSERT INTO log_sink SELECT 'a', 1").notNull).toEqual([])
  })

  it('takes options from a hint', () => {
    expect(sinkOf("INSERT INTO any_sink /*+ OPTIONS('x' = 'y') */ SELECT device, 1 FROM readings").options.get('x')).toBe('y')
  })

  it('writes no virtual metadata', () => {
    expect(
      written(
        "CREATE TABLE m (a STRING, b STRING METADATA, c STRING METADATA VIRTUAL, d AS a) WITH ('connector' = 'append'); INSERT INTO m SELECT device, device FROM readings",
      ),
    ).toEqual(['device STRING', 'device STRING'])
  })

  it('lets constants complete the key of an upsert sink', () => {
    expect(sinkOf("INSERT INTO gw_sink SELECT 'gw-1', device, COUNT(*) FROM readings GROUP BY device")).toMatchObject({
      mode: 'upsert',
      primaryKey: [0, 1],
    })
  })

  it('knows the rowtime of what is written', () => {
    expect(sinkOf("CREATE TABLE r (t TIMESTAMP(3)) WITH ('connector' = 'append'); INSERT INTO r SELECT ts FROM readings").rowtime).toBe(0)
  })

  it.each([
    ['INSERT INTO nowhere SELECT 1', 'E0201'],
    ['INSERT INTO hot SELECT 1', 'E0205'],
    ['INSERT INTO any_sink SELECT device FROM readings', 'E0211'],
    ["CREATE TABLE d (a TIMESTAMP(3)) WITH ('connector' = 'append'); INSERT INTO d SELECT DATE '2024-01-01'", 'E0211'],
    ['INSERT INTO any_sink SELECT device, temp FROM readings', 'E0211'],
    ['INSERT INTO any_sink (k, x) SELECT device, n FROM readings', 'E0207'],
    ['INSERT INTO any_sink (k, k) SELECT device, device FROM readings', 'E0211'],
    ['INSERT INTO log_sink (k) SELECT device FROM readings', 'E0211'],
    ['INSERT INTO log_sink SELECT device, COUNT(*) FROM readings GROUP BY device', 'E0303'],
    ['INSERT INTO log_sink SELECT k, CAST(v AS BIGINT) FROM cdc', 'E0303'],
    ['INSERT INTO key_sink SELECT device, COUNT(*) FROM readings GROUP BY device, line', 'E0301'],
    ['INSERT INTO key_sink SELECT MAX(device), COUNT(*) FROM readings GROUP BY device', 'E0301'],
    ["INSERT INTO key_sink SELECT 'a', c FROM (SELECT COUNT(*) c FROM readings GROUP BY device)", 'E0301'],
    ['INSERT OVERWRITE any_sink SELECT device, 1 FROM readings', 'E0301'],
    ['INSERT INTO any_sink SELECT device, 1 FROM readings ON CONFLICT DO ERROR', 'E0301'],
    [
      "CREATE TABLE two (a TIMESTAMP(3), b TIMESTAMP(3)) WITH ('connector' = 'append'); INSERT INTO two SELECT ts, ts FROM readings",
      'E0211',
    ],
    ["INSERT INTO any_sink /*+ OPTIONS('connector' = 'in') */ SELECT device, 1 FROM readings", 'E0210'],
    ['CREATE TABLE bare (a INT); INSERT INTO bare SELECT n FROM readings', 'E0210'],
  ])('refuses %s', (sql, code) => {
    expect(errorsOf(sql).map((error) => error.code)).toEqual([code])
  })

  it('reports a wrong sink and a wrong query together', () => {
    expect(errorsOf('INSERT INTO nowhere SELECT x FROM readings').map((error) => error.code)).toEqual(['E0201', 'E0207'])
  })
})
