import { describe, expect, it } from 'vitest'
import { runSql } from './run-sql.js'

interface Reading {
  readonly k: string | null
  readonly v: number | null
  readonly ts: string | null
}

/** A row of `t` at a second (and millisecond) of the first minute of 2024. */
const at = (second: string, v: number | null = 1, k: string | null = 'a'): Reading => ({ k, v, ts: `2024-01-01 00:00:${second}` })

/** Rows that a query over `t` gives; `watermark` is the expression of its watermark. */
async function rowsOf(query: string, rows: readonly Reading[], watermark = 'ts'): Promise<readonly string[]> {
  const table = `CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ${watermark}) WITH ('connector' = 'rows');\n`
  return (await runSql(table + query, { t: rows })).rows
}

const tumble = (more = '') => `FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND${more}))`
const hop = (slide: number, size: number) =>
  `FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '${slide}' SECOND, INTERVAL '${size}' SECOND))`
const PER_WINDOW = 'GROUP BY window_start, window_end'

describe('windows and late rows, as Flink has them', () => {
  it('fire when the watermark reaches their last millisecond, and the row that brings it still counts', async () => {
    const rows = [at('01'), at('09.998'), at('02'), at('09.999'), at('03'), at('10')]
    expect(await rowsOf(`SELECT window_end, COUNT(*) ${tumble()} ${PER_WINDOW}`, rows)).toEqual([
      '+I[2024-01-01T00:00:10, 4]',
      '+I[2024-01-01T00:00:20, 1]',
    ])
  })

  it('keep no row waiting with WATERMARK FOR ts AS ts: equal times are not late for a window', async () => {
    expect(await rowsOf(`SELECT COUNT(*) ${tumble()} ${PER_WINDOW}`, [at('01'), at('01'), at('01')])).toEqual(['+I[3]'])
  })

  it('let the delay of the watermark keep windows open', async () => {
    const rows = [at('01'), at('14.998', 2), at('05', 4), at('14.999', 8), at('06', 16)]
    const sums = await rowsOf(`SELECT window_start, SUM(v) ${tumble()} ${PER_WINDOW}`, rows, "ts - INTERVAL '5' SECOND")
    expect(sums).toEqual(['+I[2024-01-01T00:00, 5]', '+I[2024-01-01T00:00:10, 10]'])
  })

  it('drop a late row from the HOP windows that fired, and count it in the others', async () => {
    const rows = [at('01'), at('12'), at('07'), at('04')]
    const expected = ['+I[2023-12-31T23:59:55, 1]', '+I[2024-01-01T00:00, 1]', '+I[2024-01-01T00:00:05, 2]', '+I[2024-01-01T00:00:10, 1]']
    expect(await rowsOf(`SELECT window_start, COUNT(*) ${hop(5, 10)} ${PER_WINDOW}`, rows)).toEqual(expected)
    const legacy = "HOP(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND)"
    expect(await rowsOf(`SELECT HOP_START${legacy.slice(3)}, COUNT(*) FROM t GROUP BY ${legacy}`, rows)).toEqual(expected)
  })

  it('pass late rows through a window function without aggregation', async () => {
    expect(await rowsOf(`SELECT v, window_time ${tumble()}`, [at('01'), at('12', 2), at('05', 3)])).toEqual([
      '+I[1, 2024-01-01T00:00:09.999]',
      '+I[2, 2024-01-01T00:00:19.999]',
      '+I[3, 2024-01-01T00:00:09.999]',
    ])
  })

  it.each(['window_start', 'window_end'])('group by %s alone as an updating aggregation', async (column) => {
    const end = column === 'window_start' ? '' : ':10'
    const next = column === 'window_start' ? ':10' : ':20'
    expect(await rowsOf(`SELECT ${column}, COUNT(*) ${tumble()} GROUP BY ${column}`, [at('01'), at('12'), at('05')])).toEqual([
      `+I[2024-01-01T00:00${end}, 1]`,
      `+I[2024-01-01T00:00${next}, 1]`,
      `-U[2024-01-01T00:00${end}, 1]`,
      `+U[2024-01-01T00:00${end}, 2]`,
    ])
  })

  it('fail at a NULL event time', async () => {
    const rows = [at('01'), { k: 'a', v: 1, ts: null }]
    expect(await rowsOf('SELECT v FROM t', rows)).toEqual(['+I[1]', 'R0101'])
    expect(await rowsOf(`SELECT COUNT(*) ${tumble()} ${PER_WINDOW}`, rows)).toEqual(['R0101'])
  })

  it('emit nothing for windows without rows', async () => {
    expect(await rowsOf(`SELECT COUNT(*) ${tumble()} ${PER_WINDOW}`, [])).toEqual([])
    expect(await rowsOf(`SELECT window_start ${tumble()} ${PER_WINDOW}`, [at('01'), at('59')])).toHaveLength(2)
  })

  it('take the size of a HOP for a multiple of its slide, and any slide in the old form', async () => {
    expect(await rowsOf(`SELECT COUNT(*) ${hop(3, 10)} ${PER_WINDOW}`, [])).toEqual(['E0213'])
    expect(await rowsOf(`SELECT COUNT(*) ${hop(10, 4)} ${PER_WINDOW}`, [])).toEqual(['E0213'])
    const gaps = "HOP(ts, INTERVAL '10' SECOND, INTERVAL '4' SECOND)"
    expect(await rowsOf(`SELECT COUNT(*) FROM t GROUP BY ${gaps}`, [at('01'), at('05'), at('12')])).toEqual(['+I[1]', '+I[1]'])
  })

  it('move windows by an offset of either sign, and refuse one in the old form', async () => {
    const rows = [at('01'), at('04'), at('14')]
    expect(await rowsOf(`SELECT window_start, COUNT(*) ${tumble(", INTERVAL '3' SECOND")} ${PER_WINDOW}`, rows)).toEqual([
      '+I[2023-12-31T23:59:53, 1]',
      '+I[2024-01-01T00:00:03, 1]',
      '+I[2024-01-01T00:00:13, 1]',
    ])
    expect(await rowsOf(`SELECT window_start, COUNT(*) ${tumble(", INTERVAL '-3' SECOND")} ${PER_WINDOW}`, rows)).toEqual([
      '+I[2023-12-31T23:59:57, 2]',
      '+I[2024-01-01T00:00:07, 1]',
    ])
    expect(await rowsOf("SELECT COUNT(*) FROM t GROUP BY TUMBLE(ts, INTERVAL '10' SECOND, TIME '00:00:01')", [])).toEqual(['E0302'])
  })

  it.each(['FIRST_VALUE', 'LAST_VALUE'])('refuse %s in a HOP window, which would have to be merged', async (name) => {
    expect(await rowsOf(`SELECT ${name}(v) ${hop(5, 10)} ${PER_WINDOW}`, [])).toEqual(['E0302'])
    expect(await rowsOf(`SELECT ${name}(v) FROM t GROUP BY HOP(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND)`, [])).toEqual(['E0302'])
  })

  it('take FIRST_VALUE and LAST_VALUE by arrival, skipping NULL', async () => {
    const rows = [at('09', null), at('05', 5), at('01', 1), at('08', null)]
    expect(await rowsOf(`SELECT FIRST_VALUE(v), LAST_VALUE(v) ${tumble()} ${PER_WINDOW}`, rows, "ts - INTERVAL '9' SECOND")).toEqual([
      '+I[5, 1]',
    ])
  })

  it('hold two digits in an INTERVAL unless a precision is written', async () => {
    const size = (text: string) => `SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL ${text})) ${PER_WINDOW}`
    expect(await rowsOf(size("'120' SECOND"), [at('01')])).toEqual(['E0103'])
    expect(await rowsOf(size("'120' SECOND(3)"), [at('01')])).toEqual(['+I[1]'])
  })

  it('need event time: a cast or an aggregate of it is none', async () => {
    const over = (view: string) =>
      `CREATE VIEW w AS ${view};\nSELECT COUNT(*) FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(x), INTERVAL '10' SECOND)) ${PER_WINDOW}`
    expect(await rowsOf(over('SELECT CAST(ts AS TIMESTAMP(3)) AS x FROM t'), [])).toEqual(['E0213'])
    expect(await rowsOf(over("SELECT ts + INTERVAL '1' SECOND AS x FROM t"), [])).toEqual(['E0213'])
    expect(await rowsOf(over('SELECT CASE WHEN v > 1 THEN ts ELSE ts END AS x FROM t'), [])).toEqual(['E0213'])
    expect(await rowsOf(over('SELECT (ROW(ts)).EXPR$0 AS x FROM t'), [])).toEqual(['E0213'])
    expect(await rowsOf(over(`SELECT MAX(ts) AS x ${tumble()} ${PER_WINDOW}`), [])).toEqual(['E0213'])
    expect(await rowsOf(over(`SELECT window_time AS x ${tumble()} ${PER_WINDOW}, window_time`), [at('01')])).toEqual(['+I[1]'])
    expect(await rowsOf(over('SELECT ts AS x FROM t'), [at('01')])).toEqual(['+I[1]'])
  })
})
