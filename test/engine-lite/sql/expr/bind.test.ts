import { describe, expect, it } from 'vitest'
import { MillraceError } from '../../../../src/engine-lite/contract/errors/index.js'
import type { Schema } from '../../../../src/engine-lite/contract/type.js'
import { bindCondition, bindExpression } from '../../../../src/engine-lite/sql/expr/bind.js'
import { InputScope, NO_COLUMNS, type Scope, tableScope } from '../../../../src/engine-lite/sql/expr/scope.js'
import { parseExpression } from '../../../../src/engine-lite/sql/parser/script.js'
import { DOUBLE, INT, nullable, row, STRING, timestamp, withAttribute } from '../../../../src/engine-lite/sql/types/make.js'
import { printType } from '../../../../src/engine-lite/sql/types/print.js'

const device = row([{ name: 'id', type: STRING }], true)
const readings: Schema = [
  { name: 'device', type: device },
  { name: 'temp', type: nullable(DOUBLE) },
  { name: 'n', type: INT },
  { name: 'ts', type: withAttribute(timestamp(3), 'rowtime') },
]
const scope = tableScope(readings, ['db', 'readings'])
const two = new InputScope([
  { name: ['a'], columns: readings, offset: 0 },
  { name: ['b'], columns: readings, offset: 4 },
])

const bind = (sql: string, where: Scope = scope) => bindExpression(parseExpression(sql), where)
const typeOf = (sql: string) => printType(bind(sql).type)

function errorOf(sql: string, where: Scope = scope): MillraceError {
  try {
    bind(sql, where)
  } catch (error) {
    if (error instanceof MillraceError) return error
    throw error
  }
  throw new Error(`${sql} was accepted`)
}

describe('names', () => {
  it('find columns, qualified or not, and fields of rows', () => {
    expect(bind('temp')).toMatchObject({ kind: 'column', index: 1 })
    expect(bind('readings.temp')).toMatchObject({ kind: 'column', index: 1 })
    expect(bind('db.readings.n')).toMatchObject({ kind: 'column', index: 2 })
    expect(typeOf('device.id')).toBe('STRING')
    expect(typeOf('readings.device.id')).toBe('STRING')
    expect(bind('b.temp', two)).toMatchObject({ kind: 'column', index: 5 })
  })

  it('are case-sensitive, and errors name what is near', () => {
    const error = errorOf('1 + Temp')
    expect(error.code).toBe('E0207')
    expect(error.hint).toBe('did you mean `temp`?')
    expect(error.place?.span).toMatchObject({ line: 1, column: 5, endColumn: 9 })
    expect(error.detail).toEqual(['columns here: device, temp, n, ts'])
  })

  it('must be unambiguous', () => {
    expect(errorOf('temp', two)).toMatchObject({ code: 'E0206', detail: ['candidate: a.temp', 'candidate: b.temp'] })
  })

  it('must exist: table, column and field', () => {
    expect(errorOf('other.temp').code).toBe('E0207')
    expect(errorOf('device.name')).toMatchObject({ code: 'E0207', detail: ['fields here: id'] })
    expect(errorOf('temp.x').code).toBe('E0205')
    expect(errorOf('temp', NO_COLUMNS).code).toBe('E0207')
  })
})

describe('literals', () => {
  it.each([
    ['1', 'INT NOT NULL'],
    ['2147483648', 'BIGINT NOT NULL'],
    ['-2147483648', 'INT NOT NULL'],
    ['1.50', 'DECIMAL(3, 2) NOT NULL'],
    ['1e3', 'DOUBLE NOT NULL'],
    ["'abc'", 'CHAR(3) NOT NULL'],
    ["'😀'", 'CHAR(2) NOT NULL'],
    ["X'00ff'", 'BINARY(2) NOT NULL'],
    ["DATE '2024-02-29'", 'DATE NOT NULL'],
    ["TIMESTAMP '2024-02-29 10:11:12.123'", 'TIMESTAMP(3) NOT NULL'],
    ["INTERVAL '1:30' HOUR TO MINUTE", 'INTERVAL HOUR TO MINUTE NOT NULL'],
    ['NULL', 'NULL'],
  ])('%s is %s', (sql, type) => expect(typeOf(sql)).toBe(type))

  it.each([
    ['9223372036854775808'],
    ["DATE '2023-02-29'"],
    ["TIMESTAMP '2024-02-29T10:11:12'"],
    ["INTERVAL '100' DAY"],
    ["INTERVAL '1:75' HOUR TO MINUTE"],
    ["X'0'"],
  ])('%s has no value', (sql) => expect(errorOf(sql).code).toMatch(/E010[123]/))

  it('hold the precision that is written', () => {
    expect(bind("INTERVAL '120' SECOND(3)")).toMatchObject({ value: 120_000 })
    expect(bind("INTERVAL -'1 02:03:04.5' DAY TO SECOND")).toMatchObject({ value: -93_784_500 })
    expect(errorOf("INTERVAL '120' SECOND").hint).toBe("write the precision: INTERVAL '120' SECOND(3)")
  })
})

describe('types and functions', () => {
  it('refuses what Flink refuses', () => {
    expect(errorOf("'1' = 1").code).toBe('E0204')
    expect(errorOf("'a' || 1").code).toBe('E0204')
    expect(errorOf('temp % 2').code).toBe('E0204')
    expect(errorOf('NOT n').code).toBe('E0204')
    expect(errorOf("CASE WHEN n > 1 THEN 1 ELSE 'x' END").code).toBe('E0205')
    expect(errorOf('CAST(temp AS BOOLEAN)').code).toBe('E0205')
    expect(errorOf('ARRAY[1][0]').code).toBe('E0204')
  })

  it('tells what is not built from what does not exist', () => {
    expect(errorOf('BITMAP_BUILD(n)').code).toBe('E0301')
    expect(errorOf("'a' < 1").code).toBe('E0301')
    expect(errorOf('n IN (SELECT 1)').code).toBe('E0301')
    expect(errorOf('UPPR(n)')).toMatchObject({ code: 'E0203', hint: 'did you mean UPPER?' })
  })

  it('keeps aggregates out of where they cannot stand', () => {
    expect(errorOf('SUM(n) + 1').code).toBe('E0212')
    expect(errorOf('UPPER(DISTINCT n)').code).toBe('E0203')
  })

  it('drops the time attribute of anything computed', () => {
    expect(typeOf('ts')).toBe('TIMESTAMP(3) NOT NULL *ROWTIME*')
    expect(typeOf("ts + INTERVAL '1' SECOND")).toBe('TIMESTAMP(3) NOT NULL')
    expect(typeOf('COALESCE(ts, ts)')).toBe('TIMESTAMP(3) NOT NULL')
    expect(typeOf('CAST(ts AS TIMESTAMP(3))')).not.toContain('nothing')
  })

  it('wants conditions to be BOOLEAN', () => {
    expect(() => bindCondition(parseExpression('n + 1'), scope)).toThrow('a condition is BOOLEAN, not INT NOT NULL')
  })

  it('folds constants, but not what depends on the clock', () => {
    expect(bind("UPPER('a') || 'b'")).toMatchObject({ kind: 'literal', value: 'Ab' })
    expect(bind('NOW()').kind).toBe('call')
    expect(bind('n / 0').kind).toBe('call')
    expect(errorOf('1 / 0').code).toBe('E0204')
    expect(errorOf('1e0 / 0').code).toBe('E0204')
  })

  it('lets the query take what is its own', () => {
    const grouped: Scope = {
      resolve: (name) => scope.resolve(name),
      intercept: (ast) => (ast.kind === 'binary' ? { kind: 'column', index: 9, name: 'g', type: INT } : undefined),
      aggregate: (call) => ({ kind: 'column', index: 10, name: call.name, type: INT }),
    }
    expect(bind('n + 1', grouped)).toMatchObject({ index: 9 })
    expect(bind('COUNT(*)', grouped)).toMatchObject({ index: 10 })
  })
})
