/** `-o json` gives every value without loss. Checked on the bytes of a line, since JSON.parse would round a number that should be text. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt, millrace } from './millrace.js'

/** [expression, its JSON]. All run in one query, one column each. */
const VALUES: readonly (readonly [string, string])[] = [
  // Numbers: exact ones are text where a double would not hold them.
  ['CAST(1.5 AS DECIMAL(10, 4))', '"1.5000"'],
  ['CAST(0 AS DECIMAL(38, 2))', '"0.00"'],
  ['CAST(12345678901234567890.123456789012345678 AS DECIMAL(38, 18))', '"12345678901234567890.123456789012345678"'],
  ['-0.05', '"-0.05"'],
  ['CAST(9007199254740991 AS BIGINT)', '9007199254740991'],
  ['CAST(9007199254740993 AS BIGINT)', '"9007199254740993"'],
  ['-9223372036854775808', '"-9223372036854775808"'],
  ['CAST(-128 AS TINYINT)', '-128'],
  ['2147483647', '2147483647'],
  ['1.5e0', '1.5'],
  ['1e300', '1e+300'],
  ['CAST(0.1 AS FLOAT)', '0.1'],
  ["CAST('NaN' AS DOUBLE)", '"NaN"'],
  ["CAST('Infinity' AS DOUBLE)", '"Infinity"'],
  ["CAST('-Infinity' AS FLOAT)", '"-Infinity"'],
  // Times: as many digits as the type has, LTZ in UTC whatever the zone of the session.
  ["TIMESTAMP '2024-02-29 10:11:12'", '"2024-02-29T10:11:12"'],
  ["CAST('2024-02-29 10:11:00' AS TIMESTAMP(1))", '"2024-02-29T10:11:00.0"'],
  ["CAST('2024-02-29 10:11:12.5' AS TIMESTAMP(3))", '"2024-02-29T10:11:12.500"'],
  ["CAST('2024-02-29 10:11:12.123456' AS TIMESTAMP(6))", '"2024-02-29T10:11:12.123456"'],
  ["CAST('2024-02-29 10:11:12.123456789' AS TIMESTAMP(9))", '"2024-02-29T10:11:12.123456789"'],
  ["CAST('1969-12-31 23:59:59.999' AS TIMESTAMP(3))", '"1969-12-31T23:59:59.999"'],
  ["CAST('2024-07-01 12:00:00' AS TIMESTAMP_LTZ(0))", '"2024-07-01T10:00:00Z"'],
  ['TO_TIMESTAMP_LTZ(1500, 3)', '"1970-01-01T00:00:01.500Z"'],
  ["DATE '2024-02-29'", '"2024-02-29"'],
  ["TIME '10:11:12'", '"10:11:12"'],
  ["INTERVAL '90' MINUTE", '"PT1H30M"'],
  ["INTERVAL '1.5' SECOND", '"PT1.5S"'],
  ["INTERVAL '1-2' YEAR TO MONTH", '"P1Y2M"'],
  // Text and bytes.
  ["'a\"b\\é😀'", '"a\\"b\\\\é😀"'],
  ["X'00ff10'", '"00ff10"'],
  ["ENCODE('é', 'UTF-8')", '"c3a9"'],
  ['TRUE', 'true'],
  ['CAST(NULL AS BIGINT)', 'null'],
  // What contains values prints them the same way.
  ['ARRAY[1.50, NULLIF(2.50, 2.50)]', '["1.50",null]'],
  ["CAST(ROW(9007199254740993, 'x') AS ROW<big BIGINT, text STRING>)", '{"big":"9007199254740993","text":"x"}'],
  ["MAP['k', TIMESTAMP '2024-01-01 00:00:00']", '{"k":"2024-01-01T00:00:00"}'],
  ["MAP[1, 'one']", '{"1":"one"}'],
  ["MAP[DATE '2024-01-01', X'01']", '{"2024-01-01":"01"}'],
]

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-json-output-'))
  await ensureBuilt()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Lines of stdout of a script; fails where the command does. */
async function linesOf(script: string): Promise<readonly string[]> {
  const path = join(dir, 'query.sql')
  writeFileSync(path, script)
  const { code, stdout, stderr } = await millrace(['sql', '-f', path, '-o', 'json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.trimEnd().split('\n')
}

describe('millrace sql -o json', () => {
  it('prints every type without loss', async () => {
    const items = VALUES.map(([expression], i) => `${expression} AS c${i}`).join(',\n')
    const [line] = await linesOf(`SET 'table.local-time-zone' = 'Europe/Berlin';\nSELECT ${items};\n`)
    expect(line).toBe(`{"op":"+I","row":{${VALUES.map(([, json], i) => `"c${i}":${json}`).join(',')}}}`)
  })

  it('names the kind of each change', async () => {
    expect(await linesOf("SELECT k, COUNT(*) AS n FROM (VALUES ('a'), ('a')) AS t(k) GROUP BY k;\n")).toEqual([
      '{"op":"+I","row":{"k":"a","n":1}}',
      '{"op":"-U","row":{"k":"a","n":1}}',
      '{"op":"+U","row":{"k":"a","n":2}}',
    ])
  })

  it('loses no column to another of its name', async () => {
    expect(await linesOf('SELECT 1 AS a, 2 AS a, 3, 4;\n')).toEqual(['{"op":"+I","row":{"a":1,"a0":2,"EXPR$2":3,"EXPR$3":4}}'])
  })
})
