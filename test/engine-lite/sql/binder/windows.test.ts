import { describe, expect, it } from 'vitest'
import type { LogicalPlan, WindowAggregatePlan } from '../../../../src/engine-lite/sql/logical/plan.js'
import { inputsOf } from '../../../../src/engine-lite/sql/logical/plan.js'
import { optimize } from '../../../../src/engine-lite/sql/rules/optimize.js'
import { printType } from '../../../../src/engine-lite/sql/types/print.js'
import { errorsOf, planOf } from '../session-kit.js'

function find(plan: LogicalPlan, kind: LogicalPlan['kind']): LogicalPlan | undefined {
  if (plan.kind === kind) return plan
  return inputsOf(plan)
    .map((input) => find(input, kind))
    .find((found) => found !== undefined)
}

const windowOf = (sql: string) => find(planOf(sql), 'window-aggregate') as WindowAggregatePlan | undefined
const typesOf = (plan: LogicalPlan) => plan.schema.map(({ name, type }) => `${name} ${printType(type)}`)
const TUMBLE = "TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE))"

describe('window recognition', () => {
  it('groups by both bounds of a table function: a window aggregation without the function', () => {
    const plan = planOf(`SELECT device, window_start, window_end, AVG(temp) a FROM ${TUMBLE} GROUP BY device, window_start, window_end`)
    const window = find(plan, 'window-aggregate') as WindowAggregatePlan
    expect(window).toMatchObject({
      window: { kind: 'tumble', sizeMs: 60_000, offsetMs: 0 },
      properties: ['start', 'end'],
      legacy: false,
      aggregates: [{ name: 'AVG' }],
    })
    expect(window.input.schema[window.timeColumn]?.name).toBe('ts')
    expect(window.keys.map((key) => window.input.schema[key]?.name)).toEqual(['device'])
    expect(find(plan, 'window-tvf')).toBeUndefined()
    expect(typesOf(plan)).toEqual(['device STRING', 'window_start TIMESTAMP(3) NOT NULL', 'window_end TIMESTAMP(3) NOT NULL', 'a DOUBLE'])
  })

  it.each(['window_start', 'window_end', 'window_start, device', 'window_time'])(
    'grouped by %s alone it is an ordinary aggregation',
    (keys) => {
      const plan = planOf(`SELECT COUNT(*) FROM ${TUMBLE} GROUP BY ${keys}`)
      expect(find(plan, 'group-aggregate')).toBeDefined()
      expect(find(plan, 'window-aggregate')).toBeUndefined()
      expect(find(plan, 'window-tvf')).toBeDefined()
    },
  )

  it('keeps window_time a time attribute when it is grouped by, and any other key a plain value', () => {
    const plan = planOf(`SELECT window_time, ts FROM ${TUMBLE} GROUP BY window_start, window_end, window_time, ts`)
    expect(typesOf(plan)).toEqual(['window_time TIMESTAMP(3) NOT NULL *ROWTIME*', 'ts TIMESTAMP(3)'])
  })

  it('sees through projections, renames, filters, views and WITH', () => {
    const plan = planOf(`
      CREATE VIEW w AS SELECT device AS d, window_start AS ws, window_end AS we, temp * 2e0 AS t2 FROM ${TUMBLE} WHERE temp > 1e0;
      WITH x AS (SELECT d, we, ws, t2 FROM w WHERE d <> 'a') SELECT d, ws, SUM(t2) FROM x GROUP BY d, ws, we`)
    const window = find(plan, 'window-aggregate') as WindowAggregatePlan
    expect(window.properties).toEqual(['start', 'end'])
    expect(window.input.schema[window.timeColumn]?.name).toBe('ts')
    expect(find(plan, 'window-tvf')).toBeUndefined()
  })

  it('takes HOP with slide before size, named arguments in any order, and an offset', () => {
    const hop = (args: string) => windowOf(`SELECT COUNT(*) FROM TABLE(HOP(${args})) GROUP BY window_start, window_end`)?.window
    expect(hop("TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '1' MINUTE")).toEqual({
      kind: 'hop',
      sizeMs: 60_000,
      slideMs: 10_000,
      offsetMs: 0,
    })
    expect(
      hop(
        "SIZE => INTERVAL '1' MINUTE, SLIDE => INTERVAL '10' SECOND, TIMECOL => DESCRIPTOR(ts), DATA => TABLE readings, `OFFSET` => INTERVAL -'2' SECOND",
      ),
    ).toEqual({ kind: 'hop', sizeMs: 60_000, slideMs: 10_000, offsetMs: -2_000 })
  })

  it('knows the group windows of old Flink and their bounds, wherever they are used', () => {
    const plan = planOf(`
      SELECT device, HOP_END(ts, INTERVAL '10' SECOND, INTERVAL '15' SECOND) AS e, COUNT(*) + 1 AS n
      FROM readings GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '15' SECOND), device
      HAVING HOP_START(ts, INTERVAL '10' SECOND, INTERVAL '15' SECOND) > TIMESTAMP '2024-01-01 00:00:00'`)
    expect(find(plan, 'window-aggregate')).toMatchObject({
      window: { kind: 'hop', sizeMs: 15_000, slideMs: 10_000 },
      properties: ['end', 'start'],
      legacy: true,
    })
    expect(typesOf(plan)).toEqual(['device STRING', 'e TIMESTAMP(3) NOT NULL', 'n BIGINT NOT NULL'])
  })

  it('lets TUMBLE_ROWTIME and window_time open the next window', () => {
    const legacy = planOf(`
      SELECT TUMBLE_START(rt, INTERVAL '1' HOUR), SUM(n) FROM (
        SELECT TUMBLE_ROWTIME(ts, INTERVAL '1' MINUTE) AS rt, COUNT(*) AS n FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE))
      GROUP BY TUMBLE(rt, INTERVAL '1' HOUR)`)
    const outer = find(legacy, 'window-aggregate') as WindowAggregatePlan
    expect(outer.window.sizeMs).toBe(3_600_000)
    expect((find(outer.input, 'window-aggregate') as WindowAggregatePlan).properties).toEqual(['rowtime'])
  })

  it('gives window_time of a TIMESTAMP_LTZ column that type, and local bounds', () => {
    const plan = planOf("SELECT * FROM TABLE(TUMBLE(TABLE utc, DESCRIPTOR(at_ltz), INTERVAL '1' DAY))")
    expect(typesOf(plan).slice(-3)).toEqual([
      'window_start TIMESTAMP(3) NOT NULL',
      'window_end TIMESTAMP(3) NOT NULL',
      'window_time TIMESTAMP_LTZ(3) NOT NULL *ROWTIME*',
    ])
  })

  it('makes DISTINCT over both bounds a window aggregation, too', () => {
    expect(windowOf(`SELECT DISTINCT window_start, window_end, device FROM ${TUMBLE}`)).toMatchObject({
      aggregates: [],
      properties: ['start', 'end'],
    })
  })

  it('keeps the time column of a query that does not select it, after all rules', () => {
    const plan = optimize(planOf(`SELECT ws, COUNT(*) FROM (SELECT window_start ws, window_end we FROM ${TUMBLE}) GROUP BY ws, we`))
    const window = find(plan, 'window-aggregate') as WindowAggregatePlan
    expect(window.input.schema.map(({ name }) => name)).toContain('ts')
    expect(window.input.schema[window.timeColumn]?.name).toBe('ts')
  })
})

describe('windows that Flink refuses', () => {
  it.each([
    ["SELECT * FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '2' MINUTE, INTERVAL '3' MINUTE))", 'E0213'],
    ["SELECT * FROM TABLE(TUMBLE(TABLE plain, DESCRIPTOR(t), INTERVAL '1' MINUTE))", 'E0213'],
    ["SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '0' MINUTE))", 'E0213'],
    ["SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MONTH))", 'E0213'],
    ["SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE))", 'E0213'],
    ['SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts)))', 'E0213'],
    ["SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(tss), INTERVAL '1' MINUTE))", 'E0207'],
    ["SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' HOUR, INTERVAL '1' MINUTE)", 'E0302'],
    ["SELECT COUNT(*) FROM readings GROUP BY TUMBLE(CAST(ts AS TIMESTAMP(3)), INTERVAL '1' HOUR)", 'E0213'],
    ["SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) FROM readings", 'E0213'],
    ["SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) FROM readings GROUP BY TUMBLE(ts, INTERVAL '2' MINUTE)", 'E0213'],
    [
      "SELECT FIRST_VALUE(n) FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)) GROUP BY window_start, window_end",
      'E0302',
    ],
    ["SELECT LAST_VALUE(n) FROM readings GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)", 'E0302'],
    ["SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' HOUR), TUMBLE(ts, INTERVAL '2' HOUR)", 'E0302'],
  ])('%s', (sql, code) => {
    expect(errorsOf(sql).map((error) => error.code)).toEqual([code])
  })

  it('loses the time attribute in an aggregation without a window', () => {
    const [error] = errorsOf(
      "SELECT * FROM TABLE(TUMBLE(TABLE g, DESCRIPTOR(ts), INTERVAL '1' MINUTE))".replace('TABLE g', 'TABLE v'),
      undefined,
    )
    expect(error?.code).toBe('E0201')
    const [lost] = errorsOf(
      "CREATE VIEW v AS SELECT ts, COUNT(*) AS c FROM readings GROUP BY ts; SELECT COUNT(*) FROM v GROUP BY TUMBLE(ts, INTERVAL '1' HOUR)",
    )
    expect(lost?.code).toBe('E0213')
  })
})

describe('windows that are not built yet', () => {
  it.each([
    "SELECT * FROM TABLE(CUMULATE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))",
    "SELECT * FROM TABLE(SESSION(TABLE readings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
    "SELECT COUNT(*) FROM readings GROUP BY SESSION(ts, INTERVAL '1' MINUTE)",
    `SELECT COUNT(*) FROM ${TUMBLE} WHERE window_start > TIMESTAMP '2024-01-01 00:00:00' GROUP BY window_start, window_end`,
    `CREATE VIEW w AS SELECT window_start, window_end, COUNT(*) AS c FROM ${TUMBLE} GROUP BY window_start, window_end;
     SELECT SUM(c) FROM w GROUP BY window_start, window_end`,
  ])('%s', (sql) => {
    expect(errorsOf(sql).map((error) => error.code)).toEqual(['E0301'])
  })
})
