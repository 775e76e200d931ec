import { expect, it } from 'vitest'
import { explain } from '../../../../src/engine-lite/sql/explain/explain.js'
import { optimize } from '../../../../src/engine-lite/sql/rules/optimize.js'
import { planOf } from '../session-kit.js'

const explained = (sql: string) => explain(optimize(planOf(sql)))

it('shows windows with their bounds, change kinds, keys and state', () => {
  expect(
    explained(`INSERT INTO log_sink SELECT device, COUNT(*) FROM TABLE(TUMBLE(TABLE hot, DESCRIPTOR(ts), INTERVAL '90' SECOND))
               GROUP BY device, window_start, window_end`),
  ).toMatchInlineSnapshot(`
    "Sink(table=[log_sink], columns=[device STRING, EXPR$1 BIGINT NOT NULL], mode=[append])
    +- Calc(select=[device, COUNT(*) AS EXPR$1]) [I]
       +- WindowAggregate(keys=[device], window=[TUMBLE(time=[ts], size=[1 min 30 s])], bounds=[start, end], select=[COUNT(*)]) [I]
          |  key: device, window_start
          |  state: ≈ 128 B per key (2 panes), freed when the watermark passes the window's end
          +- Calc(select=[device, ts], where=[temp > 50.0]) [I]
             +- Watermark(rowtime=[ts], watermark=[ts - 5 s]) [I]
                +- Scan(table=[readings], columns=[device, temp, ts]) [I]"
  `)
})

it('shows what an update costs: the old row where a filter needs it, and state for ever', () => {
  expect(
    explained('INSERT INTO key_sink SELECT device, COUNT(DISTINCT n) FROM readings GROUP BY device HAVING COUNT(DISTINCT n) > 5'),
  ).toMatchInlineSnapshot(`
    "Sink(table=[key_sink], columns=[device STRING, EXPR$1 BIGINT NOT NULL], mode=[upsert])
    +- Calc(select=[device, COUNT(DISTINCT n) AS EXPR$1], where=[COUNT(DISTINCT n) > 5]) [I,UA]
       +- GroupAggregate(keys=[device], select=[COUNT(DISTINCT n)], updates=[UB,UA]) [I,UB,UA]
          |  key: device
          |  state: ≈ 152 B per key and 80 B per distinct value, kept for ever unless 'table.exec.state.ttl' is set
          +- Watermark(rowtime=[ts], watermark=[ts - 5 s]) [I]
             +- Scan(table=[readings], columns=[device, n, ts]) [I]"
  `)
})

it('shows every input of a union, and constants', () => {
  expect(
    explained("SELECT device, CASE WHEN temp > 1e0 THEN 'hot' ELSE UPPER(line) END FROM readings UNION ALL VALUES ('a', 'it''s')"),
  ).toMatchInlineSnapshot(`
    "UnionAll(columns=[device, EXPR$1]) [I]
    +- Calc(select=[device, CASE WHEN temp > 1.0 THEN 'hot' ELSE UPPER(line) END AS EXPR$1]) [I]
    |  +- Watermark(rowtime=[ts], watermark=[ts - 5 s]) [I]
    |     +- Scan(table=[readings], columns=[line, device, temp, ts]) [I]
    +- Calc(select=[CAST(EXPR$0 AS STRING) AS device, CAST(EXPR$1 AS STRING) AS EXPR$1]) [I]
       +- Values(rows=[('a', 'it''s')]) [I]"
  `)
})
