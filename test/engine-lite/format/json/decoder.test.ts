import { describe, expect, it } from 'vitest'
import type { Row } from '../../../../src/engine-lite/contract/row.js'
import type { SourceColumn } from '../../../../src/engine-lite/contract/source.js'
import type { LogicalType } from '../../../../src/engine-lite/contract/type.js'
import { FORMATS } from '../../../../src/engine-lite/format/registry.js'
import { array, BYTES, column, decimal, map, plain, row, STRING, timestamp } from './columns.js'

function decode(columns: readonly SourceColumn[], payload: string | Uint8Array, options: Record<string, string> = {}) {
  const decoder = FORMATS.get('json')!.decoder!(columns, new Map(Object.entries(options)))
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  const rows: Row[] = []
  // inside a larger buffer, as in a socket's chunk
  const chunk = Buffer.concat([Buffer.from('"]}1'), bytes, Buffer.from('9}"\\]')])
  const error = decoder.decode(chunk, 4, 4 + bytes.length, rows)
  return { rows, error: error?.text }
}

const one = (type: LogicalType, json: string, options: Record<string, string> = {}) => {
  const { rows, error } = decode([column('a', type)], `{"a":${json}}`, options)
  return error === undefined ? rows[0]?.[0] : `error: ${error}`
}

describe('numbers', () => {
  it('reads integers of every width and refuses what does not fit', () => {
    expect(one(plain('INTEGER'), '2147483647')).toBe(2147483647)
    expect(one(plain('INTEGER'), '-2147483648')).toBe(-2147483648)
    expect(one(plain('INTEGER'), '2147483648')).toContain('is no INTEGER')
    expect(one(plain('TINYINT'), '-128')).toBe(-128)
    expect(one(plain('TINYINT'), '128')).toContain('error')
    expect(one(plain('SMALLINT'), '1.5')).toContain('error')
  })

  it('keeps every digit of a BIGINT', () => {
    expect(one(plain('BIGINT'), '9007199254740991')).toBe(9007199254740991)
    expect(one(plain('BIGINT'), '9007199254740993')).toBe(9007199254740993n)
    expect(one(plain('BIGINT'), '-9223372036854775808')).toBe(-9223372036854775808n)
    expect(one(plain('BIGINT'), '9223372036854775808')).toContain('error')
    expect(Object.is(one(plain('BIGINT'), '-0'), 0)).toBe(true)
  })

  it('takes the whole part of a fraction for INT and BIGINT', () => {
    expect(one(plain('INTEGER'), '-3.99')).toBe(-3)
    expect(one(plain('BIGINT'), '1.5e3')).toBe(1500)
    expect(one(plain('INTEGER'), '"3.99"')).toContain('error')
  })

  it('turns strings into numbers and numbers into strings', () => {
    expect(one(plain('INTEGER'), '" 42 "')).toBe(42)
    expect(one(plain('DOUBLE'), '"2.5e1"')).toBe(25)
    expect(one(plain('DOUBLE'), '"NaN"')).toBe(Number.NaN)
    expect(one(STRING, '21.30')).toBe('21.30')
    expect(one(STRING, 'true')).toBe('true')
    expect(one(plain('DOUBLE'), '""')).toContain('error')
  })

  it('rounds doubles correctly at any length', () => {
    for (const text of [
      '0.1',
      '21.53',
      '123456789012345',
      '0.000000000000001',
      '1234567890123456.7',
      '1e-320',
      '179769313486231570000e288',
    ]) {
      expect(one(plain('DOUBLE'), text)).toBe(Number(text))
    }
    expect(Object.is(one(plain('DOUBLE'), '-0'), -0)).toBe(true)
  })

  it('keeps decimals exact and rounds half up to the scale', () => {
    expect(one(decimal(10, 2), '21.3')).toBe(2130)
    expect(one(decimal(10, 2), '0.005')).toBe(1)
    expect(one(decimal(10, 2), '-0.005')).toBe(-1)
    expect(one(decimal(38, 3), '12345678901234567890.123')).toBe(12345678901234567890123n)
    expect(one(decimal(4, 2), '100')).toBe(null)
    expect(one(decimal(4, 2), '"9.99"')).toBe(999)
    expect(one(decimal(4, 2), 'true')).toContain('error')
    expect(one(decimal(4, 2), '1e999999999')).toBe(null)
  })
})

describe('other scalars', () => {
  it('reads any text as BOOLEAN, true only for true', () => {
    expect(one(plain('BOOLEAN'), 'true')).toBe(true)
    expect(one(plain('BOOLEAN'), '" TRUE "')).toBe(true)
    expect(one(plain('BOOLEAN'), '"no"')).toBe(false)
    expect(one(plain('BOOLEAN'), '1')).toBe(false)
  })

  it('reads timestamps in the form that is asked for only', () => {
    const iso = { 'timestamp-format.standard': 'ISO-8601' }
    expect(one(timestamp(3), '"2024-02-29 10:11:12.123456"')).toBe(Date.UTC(2024, 1, 29, 10, 11, 12, 123))
    expect(one(timestamp(3), '"2024-02-29T10:11:12"')).toContain('error')
    expect(one(timestamp(3), '"2024-02-29T10:11:12"', iso)).toBe(Date.UTC(2024, 1, 29, 10, 11, 12))
    expect(one(timestamp(3, true), '"2024-02-29 10:11:12Z"')).toBe(Date.UTC(2024, 1, 29, 10, 11, 12))
    expect(one(timestamp(3, true), '"2024-02-29 10:11:12"')).toContain('error')
    expect(one(timestamp(9), '"2024-02-29 10:11:12.123456789"')).toBe(1709201472123456789n)
    expect(one(timestamp(3), '1709201472123')).toContain('error')
    expect(one(timestamp(0), '"2024-02-29 10:11:12.9"')).toBe(Date.UTC(2024, 1, 29, 10, 11, 12))
  })

  it('reads dates and times', () => {
    expect(one(plain('DATE'), '"1970-01-02"')).toBe(1)
    expect(one(plain('DATE'), '"2023-02-29"')).toContain('error')
    expect(one({ kind: 'TIME', precision: 3, nullable: true }, '"10:11:12.5"')).toBe(36672000)
  })

  it('reads BYTES from base64', () => {
    expect(one(BYTES, '"AP8="')).toEqual(Uint8Array.of(0, 255))
    expect(one(BYTES, '"AP8"')).toContain('error')
  })
})

describe('nested values', () => {
  it('reads rows, arrays and maps', () => {
    const type = row({ x: plain('DOUBLE'), tags: array(STRING), attrs: map(STRING, plain('INTEGER')) })
    expect(one(type, '{"tags":["a",1,null],"attrs":{"p":1,"p":2,"q":null},"x":1.5,"other":{}}')).toEqual([
      1.5,
      ['a', '1', null],
      new Map([
        ['p', 2],
        ['q', null],
      ]),
    ])
  })

  it('gives a STRING column the compact text of an object', () => {
    expect(one(STRING, ' { "b" : [ 1.50 , -0 , 1e10 , "\\u0001\\/" ] , "a": 1, "b": null } ')).toBe('{"b":null,"a":1}')
    expect(one(STRING, '[1.50, 1e10, "\\u0001\\/é"]')).toBe('[1.5,1.0E10,"\\u0001/é"]')
  })

  it('keeps names like __proto__ harmless', () => {
    expect(one(map(STRING, STRING), '{"__proto__":"x","constructor":"y"}')).toEqual(
      new Map([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    )
    const { rows } = decode([column('__proto__', plain('INTEGER'))], '{"__proto__":7}')
    expect(rows).toEqual([[7]])
  })

  it('takes a depth of 32 and refuses 33', () => {
    const nested = (depth: number) => `{"z":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)},"a":1}`
    expect(decode([column('a', plain('INTEGER'))], nested(32)).rows).toEqual([[1]])
    expect(decode([column('a', plain('INTEGER'))], nested(33)).error).toContain('nested deeper')
    expect(decode([column('a', plain('INTEGER'))], '['.repeat(100_000)).error).toBeDefined()
  })
})

describe('objects', () => {
  const columns = [column('id', STRING), column('v', plain('DOUBLE')), column('n', plain('INTEGER'), false)]

  it('compares names exactly, in any order, the last of equal ones counting', () => {
    expect(decode(columns, '{"V":1,"v":2,"id":"a","v":3}').rows).toEqual([['a', 3, null]])
    expect(decode(columns, '{"\\u0069d":"b"}').rows).toEqual([['b', null, null]])
  })

  it('reads a missing field as NULL unless that is forbidden', () => {
    expect(decode(columns, '{}').rows).toEqual([[null, null, null]])
    expect(decode(columns, '{"v":1}', { 'fail-on-missing-field': 'true' }).error).toContain('`id` is missing')
    expect(decode(columns, '{"v":1,"id":null}', { 'fail-on-missing-field': 'true' }).rows).toEqual([[null, 1, null]])
  })

  it('does not look at unused columns', () => {
    expect(decode(columns, '{"n":"none","id":"a"}').rows).toEqual([['a', null, null]])
  })

  it('with ignore-parse-errors keeps the row with a NULL, and skips what is no object', () => {
    const ignore = { 'ignore-parse-errors': 'true' }
    expect(decode(columns, '{"v":"x","id":"a"}', ignore)).toEqual({ rows: [['a', null, null]], error: undefined })
    expect(decode(columns, '{"v":[1],"id":"a"}', ignore).rows).toEqual([['a', null, null]])
    for (const bad of ['text', '[1,2]', '{"v":', '12']) expect(decode(columns, bad, ignore)).toEqual({ rows: [], error: undefined })
  })

  it('gives no row and no error for an empty payload', () => {
    expect(decode(columns, '')).toEqual({ rows: [], error: undefined })
  })

  it.each([
    ['two objects', '{"v":1}{"v":2}'],
    ['a missing comma', '{"v":1 "id":"a"}'],
    ['a trailing comma', '{"v":1,}'],
    ['a leading zero', '{"v":01}'],
    ['a bare point', '{"v":1.}'],
    ['a plus sign', '{"v":+1}'],
    ['NaN', '{"v":NaN}'],
    ['a word glued to a number', '{"v":1x}'],
    ['an open string', '{"id":"a}'],
    ['a bad escape', '{"id":"\\x"}'],
    ['single quotes', "{'v':1}"],
    ['a missing brace', '{"v":1'],
    ['a broken literal', '{"v":nul}'],
    ['trailing comma in an unused array', '{"z":[1,]}'],
  ])('refuses %s', (_, payload) => {
    const { rows, error } = decode(columns, payload)
    expect(rows).toEqual([])
    expect(error).toBeTypeOf('string')
  })

  it('refuses bytes that are not UTF-8, also in fields nobody reads', () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
      const payload = Buffer.concat([Buffer.from('{"z":"'), Buffer.from(bytes), Buffer.from('","id":"a"}')])
      expect(decode(columns, payload).error).toBe('it is not UTF-8')
    }
    expect(decode(columns, '{"z":"°C 🌡","id":"Gerät"}').rows).toEqual([['Gerät', null, null]])
  })

  it('refuses contradicting options', () => {
    expect(() => decode(columns, '{}', { 'ignore-parse-errors': 'true', 'fail-on-missing-field': 'true' })).toThrow('both true')
  })
})
