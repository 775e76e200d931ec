/** Expected texts were printed by Flink 1.20.3's own JsonRowDataSerializationSchema (Java 17). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INSERT } from '../../../src/engine-lite/contract/row.js'
import { LENGTH_MAX, type LogicalType } from '../../../src/engine-lite/contract/type.js'
import { jsonEncoder } from '../../../src/engine-lite/format/json-encoder.js'

const STRING: LogicalType = { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }
const INT: LogicalType = { kind: 'INTEGER', nullable: true }
const timestamp = (precision: number): LogicalType => ({ kind: 'TIMESTAMP', precision, nullable: true })
const local = (precision: number): LogicalType => ({ kind: 'TIMESTAMP_LTZ', precision, nullable: true })
const decimal = (scale: number): LogicalType => ({ kind: 'DECIMAL', precision: 38, scale, nullable: true })

function json(type: LogicalType, value: unknown, options: Record<string, string> = {}): string {
  const encoder = jsonEncoder([{ name: 'v', type }], new Map(Object.entries(options)))
  const text = Buffer.from(encoder.encode([value], INSERT)).toString('utf8')
  return text.slice('{"v":'.length, -1)
}

describe('the json encoder writes what Flink writes', () => {
  const DOUBLES: [number, string][] = [
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [21.5, '21.5'],
    [-3, '-3.0'],
    [9_999_999, '9999999.0'],
    [1e7, '1.0E7'],
    [1.5e10, '1.5E10'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [1.234e-5, '1.234E-5'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
    [123456789.125, '1.23456789125E8'],
    [Number.NaN, '"NaN"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
  ]
  it.each(DOUBLES)('DOUBLE %d', (value, text) => {
    expect(json({ kind: 'DOUBLE', nullable: true }, value)).toBe(text)
  })

  const FLOATS: [number, string][] = [
    [0.1, '0.1'],
    [1, '1.0'],
    [16_777_216, '1.6777216E7'],
    [33_554_432, '3.3554432E7'],
    [1.1e-5, '1.1E-5'],
    [3.4028235e38, '3.4028235E38'],
    [0.0034, '0.0034'],
    [Number.NaN, '"NaN"'],
  ]
  it.each(FLOATS)('FLOAT %d', (value, text) => {
    expect(json({ kind: 'FLOAT', nullable: true }, Math.fround(value))).toBe(text)
  })

  const DECIMALS: [number | bigint, number, string, string][] = [
    [0, 2, '0', '0'],
    [10_000, 2, '1E+2', '100'],
    [110, 2, '1.1', '1.1'],
    [-12_345, 3, '-12.345', '-12.345'],
    [27, 9, '2.7E-8', '0.000000027'],
    [1_200, 0, '1.2E+3', '1200'],
    [1, 6, '0.000001', '0.000001'],
    [1, 7, '1E-7', '0.0000001'],
    [12345678901234567890123456n, 2, '123456789012345678901234.56', '123456789012345678901234.56'],
  ]
  it.each(DECIMALS)('DECIMAL %d with scale %d', (unscaled, scale, text, plain) => {
    expect(json(decimal(scale), unscaled)).toBe(text)
    expect(json(decimal(scale), unscaled, { 'encode.decimal-as-plain-number': 'true' })).toBe(plain)
  })

  const TIMES: [number, string][] = [
    [1709280000000, '2024-03-01 08:00:00'],
    [1709280000120, '2024-03-01 08:00:00.12'],
    [1709280000001, '2024-03-01 08:00:00.001'],
    [-1, '1969-12-31 23:59:59.999'],
    [-62135596800000, '0001-01-01 00:00:00'],
    [253402300800000, '+10000-01-01 00:00:00'],
  ]
  it.each(TIMES)('TIMESTAMP(3) and TIMESTAMP_LTZ(3) %d, SQL and ISO-8601', (epochMs, text) => {
    expect(json(timestamp(3), epochMs)).toBe(`"${text}"`)
    expect(json(local(3), epochMs)).toBe(`"${text}Z"`)
    const iso = { 'timestamp-format.standard': 'ISO-8601' }
    expect(json(timestamp(3), epochMs, iso)).toBe(`"${text.replace(' ', 'T')}"`)
    expect(json(local(3), epochMs, iso)).toBe(`"${text.replace(' ', 'T')}Z"`)
  })

  it('TIMESTAMP(9) and (6), held in nanoseconds', () => {
    expect(json(timestamp(9), 1709280000120345678n)).toBe('"2024-03-01 08:00:00.120345678"')
    expect(json(timestamp(6), 1709280000120340000n)).toBe('"2024-03-01 08:00:00.12034"')
    expect(json(timestamp(9), -1)).toBe('"1969-12-31 23:59:59.999999999"')
  })

  it('DATE, and TIME cut to seconds', () => {
    expect(json({ kind: 'DATE', nullable: true }, 19_783)).toBe('"2024-03-01"')
    expect(json({ kind: 'DATE', nullable: true }, -719_529)).toBe('"-0001-12-31"')
    expect(json({ kind: 'DATE', nullable: true }, 3_000_000)).toBe('"+10183-09-21"')
    expect(json({ kind: 'TIME', precision: 3, nullable: true }, 28_800_120)).toBe('"08:00:00"')
  })

  it('BYTES in base64, BIGINT whole, booleans, intervals as numbers', () => {
    expect(json({ kind: 'VARBINARY', length: 100, nullable: true }, Uint8Array.of(0, 1, 2, 255))).toBe('"AAEC/w=="')
    expect(json({ kind: 'BIGINT', nullable: true }, 9223372036854775807n)).toBe('9223372036854775807')
    expect(json({ kind: 'BOOLEAN', nullable: true }, true)).toBe('true')
    expect(json({ kind: 'INTERVAL_YEAR_MONTH', unit: 'YEAR TO MONTH', precision: 2, nullable: true }, 14)).toBe('14')
  })

  it('text with the escapes of Jackson', () => {
    expect(json(STRING, 'a"b\\c/\n\t\u0001\u001f\u007f\u2028é😀<>&')).toBe(
      '"a\\"b\\\\c/\\n\\t\\u0001\\u001F\u007f\u2028é\\uD83D\\uDE00<>&"',
    )
  })

  it('arrays, maps, multisets and rows', () => {
    const map: LogicalType = { kind: 'MAP', key: STRING, value: INT, nullable: true }
    const row: LogicalType = {
      kind: 'ROW',
      fields: [
        { name: 'x', type: INT },
        { name: 'y', type: STRING },
      ],
      nullable: true,
    }
    expect(json({ kind: 'ARRAY', element: INT, nullable: true }, [1, null, 3])).toBe('[1,null,3]')
    const entries = new Map<string, number | null>([
      ['k', 1],
      ['z', null],
    ])
    expect(json(map, entries)).toBe('{"k":1,"z":null}')
    expect(json(map, entries, { 'encode.ignore-null-fields': 'true' })).toBe('{"k":1,"z":null}')
    expect(json({ kind: 'MULTISET', element: STRING, nullable: true }, new Map([['k', 2]]))).toBe('{"k":2}')
    expect(json(row, [1, null])).toBe('{"x":1,"y":null}')
    expect(json(row, [1, null], { 'encode.ignore-null-fields': 'true' })).toBe('{"x":1}')
  })

  it('a NULL key of a map by its mode', () => {
    const map: LogicalType = { kind: 'MAP', key: STRING, value: INT, nullable: true }
    const entries = new Map<string | null, number>([
      [null, 1],
      ['k', 2],
    ])
    expect(() => json(map, entries)).toThrow('NULL key')
    expect(json(map, entries, { 'map-null-key.mode': 'DROP' })).toBe('{"k":2}')
    expect(json(map, entries, { 'map-null-key.mode': 'literal', 'map-null-key.literal': 'nul' })).toBe('{"nul":1,"k":2}')
  })

  it('NULL fields as null, or not at all', () => {
    const columns = [
      { name: 'a', type: INT },
      { name: 'b', type: INT },
    ]
    const text = (options: Record<string, string>) =>
      Buffer.from(jsonEncoder(columns, new Map(Object.entries(options))).encode([null, 1], INSERT)).toString()
    expect(text({})).toBe('{"a":null,"b":1}')
    expect(text({ 'encode.ignore-null-fields': 'true' })).toBe('{"b":1}')
  })

  it('and refuses maps with other keys, and unknown option values', () => {
    expect(() => jsonEncoder([{ name: 'm', type: { kind: 'MAP', key: INT, value: INT, nullable: true } }], new Map())).toThrow('text keys')
    expect(() => json(STRING, 'x', { 'timestamp-format.standard': 'RFC' })).toThrow('does not take')
  })

  it('gives text that every JSON parser reads back to the same value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true, noDefaultInfinity: true }), (text, number) => {
        expect(JSON.parse(json(STRING, text))).toBe(text)
        expect(JSON.parse(json({ kind: 'DOUBLE', nullable: true }, number))).toBe(number)
        const single = Math.fround(number)
        if (Number.isFinite(single)) expect(Math.fround(JSON.parse(json({ kind: 'FLOAT', nullable: true }, single)))).toBe(single)
      }),
    )
  })
})
