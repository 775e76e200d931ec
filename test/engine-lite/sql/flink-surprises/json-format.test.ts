import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runSql } from './run-sql.js'

const directory = mkdtempSync(join(tmpdir(), 'millrace-json-'))
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0

/** What a filesystem table of one column `a` reads from lines of JSON. */
async function read(type: string, lines: readonly string[], ...options: string[]): Promise<readonly string[]> {
  const path = join(directory, `${files++}.json`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  const settings = [`'connector' = 'filesystem'`, `'path' = '${path}'`, `'format' = 'json'`, ...options]
  return (await runSql(`CREATE TABLE t (a ${type}) WITH (${settings.join(', ')});\nSELECT a FROM t`)).rows
}

const LENIENT = `'json.ignore-parse-errors' = 'true'`
const ISO = `'json.timestamp-format.standard' = 'ISO-8601'`

/** [type, JSON value, what is read]. */
const VALUES: readonly (readonly [string, string, string])[] = [
  ['INT', '"1"', '+I[1]'],
  ['INT', '1.9', '+I[1]'],
  ['INT', '-1.9', '+I[-1]'],
  ['INT', '"1.9"', 'R0101'],
  ['INT', 'true', 'R0101'],
  ['INT', '2147483648', 'R0101'],
  ['BIGINT', '9223372036854775807', '+I[9223372036854775807]'],
  ['BIGINT', '"9007199254740993"', '+I[9007199254740993]'],
  ['BIGINT', '1e3', '+I[1000]'],
  ['TINYINT', '300', 'R0101'],
  ['TINYINT', '1.5', 'R0101'],
  ['DOUBLE', '"1.5"', '+I[1.5]'],
  ['DOUBLE', '""', 'R0101'],
  ['DOUBLE', '"NaN"', '+I[NaN]'],
  ['DOUBLE', '1', '+I[1.0]'],
  ['BOOLEAN', '"no"', '+I[false]'],
  ['BOOLEAN', '"TRUE"', '+I[true]'],
  ['BOOLEAN', '1', '+I[false]'],
  ['STRING', '1.10', '+I[1.10]'],
  ['STRING', 'true', '+I[true]'],
  ['STRING', '{"b":1.10,"a":[1, 2]}', '+I[{"b":1.1,"a":[1,2]}]'],
  ['STRING', 'null', '+I[null]'],
  ['DECIMAL(10, 2)', '1.005', '+I[1.01]'],
  ['DECIMAL(10, 2)', '"1e2"', '+I[100.00]'],
  ['DECIMAL(10, 2)', '123456789012', '+I[null]'],
  ['VARCHAR(2)', '"abcdef"', '+I[abcdef]'],
  ['CHAR(5)', '"x"', '+I[x]'],
  ['TIMESTAMP(3)', '"2024-01-01 00:00:00.123456789"', '+I[2024-01-01T00:00:00.123]'],
  ['TIMESTAMP(3)', '"2024-01-01T00:00:00"', 'R0101'],
  ['TIMESTAMP(3)', '1704067200000', 'R0101'],
  ['TIMESTAMP(3)', '"2024-01-01"', 'R0101'],
  ['TIMESTAMP(3)', '"2024-02-30 00:00:00"', '+I[2024-02-29T00:00]'],
  ['TIMESTAMP_LTZ(3)', '"2024-01-01 00:00:00Z"', '+I[2024-01-01T00:00:00Z]'],
  ['TIMESTAMP_LTZ(3)', '"2024-01-01 00:00:00"', 'R0101'],
  ['DATE', '"2024-02-30"', 'R0101'],
  ['TIME(3)', '"10:11:12.345"', '+I[10:11:12]'],
  ['INT NOT NULL', 'null', '+I[null]'],
]

describe('the json format, as Flink reads', () => {
  it.each(VALUES)('%s from %s is %s', async (type, json, expected) => expect(await read(type, [`{"a":${json}}`])).toEqual([expected]))

  it.each(VALUES.filter(([, , expected]) => expected === 'R0101'))('%s from %s is NULL with ignore-parse-errors', async (type, json) => {
    expect(await read(type, [`{"a":${json}}`], LENIENT)).toEqual(['+I[null]'])
  })

  it('takes T between date and time with the ISO-8601 option', async () => {
    expect(await read('TIMESTAMP(3)', ['{"a":"2024-01-01T00:00:00.5"}'], ISO)).toEqual(['+I[2024-01-01T00:00:00.500]'])
    expect(await read('TIMESTAMP(3)', ['{"a":"2024-01-01 00:00:00"}'], ISO)).toEqual(['R0101'])
  })

  it('drops lines that are no object with ignore-parse-errors, and keeps an empty object as NULLs', async () => {
    const lines = ['text', '[1,2]', '', '{}', '{"a":"x"}', '{"a":7}']
    expect(await read('INT', lines, LENIENT)).toEqual(['+I[null]', '+I[null]', '+I[7]'])
    expect(await read('INT', ['text'])).toEqual(['R0101'])
    expect(await read('INT', ['[1,2]'])).toEqual(['R0101'])
  })

  it('takes the last of two equal keys, minds case, and may insist on fields', async () => {
    expect(await read('INT', ['{"a":1,"a":2}', '{"A":5}'])).toEqual(['+I[2]', '+I[null]'])
    expect(await read('INT', ['{"A":5}'], `'json.fail-on-missing-field' = 'true'`)).toEqual(['R0101'])
  })

  it('makes DECIMAL(38) of longer ones', async () => {
    const path = join(directory, 'wide.json')
    writeFileSync(path, '{"a":1}\n')
    const { rows, types } = await runSql(
      `CREATE TABLE t (a DECIMAL(40, 2)) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json');\nSELECT a FROM t`,
    )
    expect([rows, types]).toEqual([['+I[1.00]'], ['DECIMAL(38, 2)']])
  })
})
