import { describe, expect, it } from 'vitest'
import { columnValue, constantValue } from './run-sql.js'

/** dt 2024-03-03, tm 23:30:00, ts 2024-02-29 10:11:12.345, ts0 2024-01-01 00:00:00. */
const ON_COLUMNS: readonly (readonly [string, string])[] = [
  // Weeks start on Sunday, except where they are counted.
  ['FLOOR(ts TO WEEK)', '2024-02-25T00:00 TIMESTAMP(3)'],
  ['CEIL(ts TO WEEK)', '2024-03-03T00:00 TIMESTAMP(3)'],
  ['DAYOFWEEK(dt)', '1 BIGINT'],
  ['EXTRACT(DOW FROM dt)', '1 BIGINT'],
  ['EXTRACT(WEEK FROM dt)', '9 BIGINT'],
  // Before 1970 fields go negative.
  ['HOUR(TIMESTAMPADD(YEAR, -60, ts))', '-13 BIGINT'],
  ['MINUTE(dt)', 'E0301'],
  // Times without a day, days without a time.
  ["tm + INTERVAL '1' HOUR", '00:30 TIME(0)'],
  ["dt + INTERVAL '25' HOUR", '2024-03-04 DATE'],
  ['CEIL(tm TO HOUR)', 'R0101'],
  ['TIMESTAMPADD(HOUR, 1, dt)', '2024-03-03T01:00 TIMESTAMP(6)'],
  ['TIMESTAMPADD(DAY, 1, dt)', '2024-03-04 DATE'],
  ['ts - ts', 'E0204'],
  ['(ts - ts0) DAY', 'E0301'],
  ['TIMESTAMPDIFF(SECOND, ts0, ts)', '5134272 INT'],
  ['TIMESTAMPDIFF(MILLISECOND, ts0, ts)', 'E0301'],
  ["ts0 + INTERVAL '1.5' SECOND", '2024-01-01T00:00:01.500 TIMESTAMP(0)'],
  // Text as a time.
  ['TO_TIMESTAMP(bad)', 'null TIMESTAMP(3)'],
  ['UNIX_TIMESTAMP(bad)', '-9223372036854775808 BIGINT'],
  ["TO_TIMESTAMP(REPLACE('2023-02-29 00:00:00', 'q', ''))", '2023-02-28T00:00 TIMESTAMP(3)'],
  ["TRY_CAST(REPLACE('2023-02-29 00:00:00', 'q', '') AS TIMESTAMP(3))", '2023-02-28T00:00 TIMESTAMP(3)'],
  ["TRY_CAST(REPLACE('2023-02-29', 'q', '') AS DATE)", 'null DATE'],
  ["TO_DATE(REPLACE('2024-13', 'q', ''), 'yyyy-MM')", '2025-01-01 DATE'],
  ["CAST(REPLACE('2024-02-29T10:11:12', 'q', '') AS TIMESTAMP(3))", 'R0101'],
  ["TRY_CAST(REPLACE('2024-02-29T10:11:12', 'q', '') AS TIMESTAMP(3))", 'null TIMESTAMP(3)'],
  ["TRY_CAST(REPLACE(' 2024-02-29 10:11:12 ', 'q', '') AS TIMESTAMP(3))", 'null TIMESTAMP(3)'],
  ["TRY_CAST(REPLACE(' 2024-02-29 ', 'q', '') AS DATE)", '2024-02-29 DATE'],
  ["CONVERT_TZ('2024-01-01 00:00:00', s, 'UTC')", '2024-01-01 00:00:00 STRING'],
  ["DATE_FORMAT('2024-01-01 15:04:05.678', 'HH:mm:ss.SSS')", '15:04:05.000 STRING'],
  ["DATE_FORMAT(ts, 'HH:mm:ss.SSS')", '10:11:12.345 STRING'],
]

const OF_CONSTANTS: readonly (readonly [string, string])[] = [
  ["DATE '2023-02-29'", 'E0103'],
  ["TIMESTAMP '2023-02-29 00:00:00'", 'E0103'],
  ["TO_TIMESTAMP('2024-02-30 00:00:00')", '2024-02-29T00:00 TIMESTAMP(3)'],
  ["TO_TIMESTAMP('2024-02-29T10:11:12+05:00', 'yyyy-MM-dd''T''HH:mm:ssXXX')", '2024-02-29T10:11:12 TIMESTAMP(3)'],
  ["TRY_CAST(' 10:11:12 ' AS TIME)", '10:11:12 TIME(0)'],
  ["HOUR(TIMESTAMP '1969-12-31 23:59:59.999')", '0 BIGINT NOT NULL'],
  ["YEAR(TIMESTAMP '1969-12-31 23:59:59.999')", '1970 BIGINT NOT NULL'],
  ["HOUR(TIMESTAMP '1582-10-04 01:02:03')", '-22 BIGINT NOT NULL'],
  ["EXTRACT(SECOND FROM TIMESTAMP '1960-01-01 10:20:30')", '-30 BIGINT NOT NULL'],
  // Flink drops the half second of the constant, which has no room in TIMESTAMP(0).
  ["TIMESTAMP '2024-01-01 00:00:00' + INTERVAL '1.5' SECOND", 'E0301'],
  ["TIMESTAMP '2024-01-01 00:00:00' - INTERVAL '1.5' SECOND", 'E0301'],
  ["TIMESTAMP '2024-01-01 00:00:00.000' - INTERVAL '1.5' SECOND", '2023-12-31T23:59:58.500 TIMESTAMP(3) NOT NULL'],
  ["INTERVAL '100' DAY", 'E0103'],
  ["INTERVAL '120' SECOND", 'E0103'],
  ["INTERVAL '120' SECOND(3)", 'PT2M INTERVAL SECOND(6) NOT NULL'],
]

/** ltz 2024-03-31 10:00:00Z, on the day when clocks go forward. */
const IN_BERLIN: readonly (readonly [string, string])[] = [
  ['EXTRACT(EPOCH FROM ltz)', '1711886400 BIGINT'],
  ['FLOOR(ltz TO DAY)', '2024-03-30T22:00:00Z TIMESTAMP_LTZ(3)'],
  ['FLOOR(ltz TO HOUR)', '2024-03-31T10:00:00Z TIMESTAMP_LTZ(3)'],
  // Does not compile in 1.20, works in 2.x.
  ['FLOOR(ltz TO MINUTE)', '2024-03-31T10:00:00Z TIMESTAMP_LTZ(3)'],
  ["ltz - INTERVAL '1' DAY", '2024-03-30T10:00:00Z TIMESTAMP_LTZ(3)'],
  ["ltz - INTERVAL '1' MONTH", '2024-02-29T10:00:00Z TIMESTAMP_LTZ(3)'],
  ["CAST(CAST('2024-03-31 02:30:00' AS TIMESTAMP(3)) AS TIMESTAMP_LTZ(3))", '2024-03-31T01:30:00Z TIMESTAMP_LTZ(3) NOT NULL'],
  ["CAST(CAST('2024-10-27 02:30:00' AS TIMESTAMP(3)) AS TIMESTAMP_LTZ(3))", '2024-10-27T00:30:00Z TIMESTAMP_LTZ(3) NOT NULL'],
  ["UNIX_TIMESTAMP(REPLACE('2024-10-27 02:30:00', 'q', ''))", '1729992600 BIGINT NOT NULL'],
  ['CAST(ltz AS STRING)', '2024-03-31 12:00:00.000 STRING'],
  ['HOUR(ltz)', '12 BIGINT'],
]

describe('times, as Flink reads and moves them', () => {
  it.each(ON_COLUMNS)('%s is %s', async (expression, expected) => expect(await columnValue(expression)).toBe(expected))
  it.each(OF_CONSTANTS)('constant %s is %s', async (expression, expected) => expect(await constantValue(expression)).toBe(expected))
  it.each(IN_BERLIN)('in Berlin %s is %s', async (expression, expected) =>
    expect(await columnValue(expression, 'Europe/Berlin')).toBe(expected),
  )
})
