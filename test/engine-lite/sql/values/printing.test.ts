import { describe, expect, it } from 'vitest'
import type { Row } from '../../../../src/engine-lite/contract/row.js'
import type { Schema } from '../../../../src/engine-lite/contract/type.js'
import { parseType } from '../../../../src/engine-lite/sql/parser/script.js'
import { printDouble, printFloat } from '../../../../src/engine-lite/sql/values/float-text.js'
import { jsonRowPrinter } from '../../../../src/engine-lite/sql/values/json-text.js'
import { rowPrinter } from '../../../../src/engine-lite/sql/values/row-text.js'
import { tableau } from '../../../../src/engine-lite/sql/values/tableau.js'

const schemaOf = (types: readonly string[]): Schema => types.map((text, i) => ({ name: `f${i}`, type: parseType(text).type }))
const AT = Date.UTC(2024, 2, 1, 8, 0, 0)

describe('JSON lines', () => {
  it.each<[string, unknown, string]>([
    ['BIGINT', 9007199254740993n, '"9007199254740993"'],
    ['BIGINT', 42, '42'],
    ['DECIMAL(10, 2)', 150, '"1.50"'],
    ['DOUBLE', Number.NaN, '"NaN"'],
    ['DOUBLE', Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ['DOUBLE', -0, '-0.0'],
    ['DOUBLE', 21.5, '21.5'],
    ['FLOAT', Math.fround(0.1), '0.1'],
    ['STRING', 'a"b\n', '"a\\"b\\n"'],
    ['BOOLEAN', true, 'true'],
    ['BYTES', Uint8Array.of(0, 255), '"00ff"'],
    ['DATE', 19783, '"2024-03-01"'],
    ['TIME(0)', 3_661_000, '"01:01:01"'],
    ['TIME(3)', 3_661_005, '"01:01:01.005"'],
    ['TIMESTAMP(3)', AT, '"2024-03-01T08:00:00.000"'],
    ['TIMESTAMP(0)', AT, '"2024-03-01T08:00:00"'],
    ['TIMESTAMP(6)', BigInt(AT) * 1_000_000n + 1000n, '"2024-03-01T08:00:00.000001"'],
    ['TIMESTAMP_LTZ(3)', AT, '"2024-03-01T08:00:00.000Z"'],
    ['INTERVAL DAY TO SECOND', 90_061_500, '"PT25H1M1.5S"'],
    ['INTERVAL YEAR TO MONTH', 14, '"P1Y2M"'],
    ['ARRAY<INT>', [1, null], '[1,null]'],
    ['MAP<STRING, INT>', new Map([['a', 1]]), '{"a":1}'],
    ['MAP<INT, STRING>', new Map([[1, 'a']]), '{"1":"a"}'],
    ['MULTISET<STRING>', new Map([['a', 2]]), '{"a":2}'],
    ['ROW<x INT, y STRING>', [1, null], '{"x":1,"y":null}'],
    ['INT', null, 'null'],
  ])('%s %o', (type, value, text) => {
    const line = jsonRowPrinter(schemaOf([type]))([value], 0)
    expect(line).toBe(`{"op":"+I","row":{"f0":${text}}}`)
    expect(() => JSON.parse(line)).not.toThrow()
  })

  it('name the kind of change', () => {
    const print = jsonRowPrinter([])
    expect(([0, 1, 2, 3] as const).map((kind) => print([], kind))).toEqual(['+I', '-U', '+U', '-D'].map((op) => `{"op":"${op}","row":{}}`))
  })
})

describe('rows as Flink prints them', () => {
  it('use the text forms of Java', () => {
    const schema = schemaOf([
      'STRING',
      'TIMESTAMP(3)',
      'DOUBLE',
      'BOOLEAN',
      'TIMESTAMP_LTZ(3)',
      'TIME(0)',
      'ROW<x INT>',
      'MAP<STRING, INT>',
      'BYTES',
      'INT',
    ])
    const row: Row = ['a', AT, 1e7, true, AT, 36_000_000, [1], new Map([['k', 1]]), Uint8Array.of(1, 255), null]
    expect(rowPrinter(schema)(row, 2)).toBe(
      '+U[a, 2024-03-01T08:00, 1.0E7, true, 2024-03-01T08:00:00Z, 10:00, +I[1], {k=1}, [1, -1], null]',
    )
  })
})

describe('floating-point text', () => {
  it.each<[number, string]>([
    [1, '1.0'],
    [1e6, '1000000.0'],
    [1e7, '1.0E7'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [-1.5e300, '-1.5E300'],
    [-0, '-0.0'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [5e-324, '5.0E-324'],
  ])('of %o', (value, text) => expect(printDouble(value)).toBe(text))

  it('of FLOAT has the digits a FLOAT needs', () => {
    expect(printFloat(Math.fround(0.1))).toBe('0.1')
    expect(printFloat(Math.fround(16777216))).toBe('1.6777216E7')
    expect(printFloat(Math.fround(3.4028235e38))).toBe('3.4028235E38')
  })
})

describe('a tableau', () => {
  it('has columns as wide as their types and cuts what is longer', () => {
    const table = tableau(
      [
        { name: 'n', type: parseType('INT').type },
        { name: 'text', type: parseType('VARCHAR(8)').type },
      ],
      'UTC',
    )
    expect([table.header, table.line([1, 'abc'], 0), table.line([null, 'abcdefghij'], 3), table.footer].join('\n')).toBe(
      [
        '+----+-------------+----------+',
        '| op |           n |     text |',
        '+----+-------------+----------+',
        '| +I |           1 |      abc |',
        '| -D |      <NULL> | abcde... |',
        '+----+-------------+----------+',
      ].join('\n'),
    )
  })

  it('gives wide characters two columns and shows local time', () => {
    const table = tableau(
      [
        { name: 'text', type: parseType('VARCHAR(8)').type },
        { name: 'at', type: parseType('TIMESTAMP_LTZ(0)').type },
      ],
      'Europe/Berlin',
    )
    expect(table.line(['温度', AT], 0)).toBe('| +I |     温度 | 2024-03-01 09:00:00 |')
  })
})
