import { describe, expect, it } from 'vitest'
import type { LogicalType } from '../../../../src/engine-lite/contract/type.js'
import { parseType } from '../../../../src/engine-lite/sql/parser/script.js'
import { isExplicitCast, isImplicitCast } from '../../../../src/engine-lite/sql/types/cast-rules.js'
import { commonType } from '../../../../src/engine-lite/sql/types/common.js'
import { char, DATE, decimal, NULL, timestamp, withAttribute } from '../../../../src/engine-lite/sql/types/make.js'
import { arithmeticType, averageType, commonNumeric, roundType, sumType } from '../../../../src/engine-lite/sql/types/numeric.js'
import { sameShape, sameType } from '../../../../src/engine-lite/sql/types/predicate.js'
import { printSchema, printType } from '../../../../src/engine-lite/sql/types/print.js'

const type = (text: string): LogicalType => parseType(text).type

describe('printing', () => {
  it.each([
    'INT',
    'STRING NOT NULL',
    'VARCHAR(5)',
    'CHAR(3) NOT NULL',
    'BYTES',
    'BINARY(2)',
    'DECIMAL(10, 2)',
    'TIME(0)',
    'TIMESTAMP(3)',
    'TIMESTAMP_LTZ(6) NOT NULL',
    'ARRAY<INT NOT NULL>',
    'MAP<STRING, ARRAY<DOUBLE>> NOT NULL',
    'ROW<`a` INT, `b c` STRING NOT NULL>',
    'INTERVAL YEAR(2) TO MONTH',
    'INTERVAL DAY(2) TO SECOND(6)',
  ])('%s reads back as itself', (text) => expect(printType(type(text))).toBe(text))

  it('marks time attributes', () => {
    expect(printType(withAttribute(timestamp(3, true), 'rowtime'))).toBe('TIMESTAMP(3) *ROWTIME*')
    expect(printSchema([{ name: 'ts', type: withAttribute(timestamp(3), 'proctime') }])).toBe('(ts TIMESTAMP(3) NOT NULL *PROCTIME*)')
  })
})

describe('arithmetic', () => {
  it.each([
    ['/', 'INT', 'DECIMAL(2, 1)', 'DECIMAL(17, 6)'],
    ['/', 'DECIMAL(2, 1)', 'INT', 'DECIMAL(13, 12)'],
    ['/', 'DECIMAL(19, 0)', 'INT', 'DECIMAL(30, 11)'],
    ['+', 'DECIMAL(19, 0)', 'INT', 'DECIMAL(20, 0)'],
    ['+', 'DECIMAL(38, 18)', 'DECIMAL(38, 18)', 'DECIMAL(38, 17)'],
    ['*', 'DECIMAL(38, 18)', 'DECIMAL(38, 18)', 'DECIMAL(38, 6)'],
    ['+', 'TINYINT', 'TINYINT', 'TINYINT'],
    ['%', 'INT', 'TINYINT', 'TINYINT'],
    ['%', 'BIGINT', 'INT', 'INT'],
    ['+', 'FLOAT', 'DOUBLE', 'FLOAT'],
    ['+', 'DOUBLE', 'FLOAT', 'DOUBLE'],
    ['+', 'FLOAT', 'DECIMAL(3, 1)', 'DOUBLE'],
    ['+', 'BIGINT', 'FLOAT', 'FLOAT'],
    ['+', 'INT NOT NULL', 'INT', 'INT'],
  ])('%s of %s and %s', (operator, a, b, result) => expect(printType(arithmeticType(operator, type(a), type(b)))).toBe(result))

  it('sums and averages by the type', () => {
    expect(printType(sumType(type('INT')))).toBe('INT')
    expect(printType(sumType(type('DECIMAL(10, 2)')))).toBe('DECIMAL(38, 2)')
    expect(printType(averageType(type('DECIMAL(10, 2)')))).toBe('DECIMAL(38, 6)')
    expect(printType(averageType(type('DECIMAL(10, 8)')))).toBe('DECIMAL(38, 8)')
  })

  it('rounds DECIMAL to a constant number of digits', () => {
    expect(roundType({ precision: 6, scale: 3 }, 2)).toEqual({ precision: 6, scale: 2 })
    expect(roundType({ precision: 6, scale: 3 }, 5)).toEqual({ precision: 6, scale: 3 })
    expect(roundType({ precision: 6, scale: 3 }, -1)).toEqual({ precision: 4, scale: 0 })
  })
})

describe('the common type', () => {
  it.each([
    [['CHAR(1) NOT NULL', 'CHAR(3) NOT NULL'], 'VARCHAR(3) NOT NULL'],
    [['CHAR(3)', 'CHAR(3)'], 'CHAR(3)'],
    [['INT', 'DECIMAL(3, 1)'], 'DECIMAL(11, 1)'],
    [['INT NOT NULL', 'BIGINT'], 'BIGINT'],
    [['DATE', 'TIMESTAMP(3)'], 'TIMESTAMP(3)'],
    [['TIMESTAMP(0)', 'TIMESTAMP(9)'], 'TIMESTAMP(9)'],
    [['ARRAY<INT>', 'ARRAY<BIGINT>'], 'ARRAY<BIGINT>'],
    [['FLOAT', 'DOUBLE'], 'FLOAT'],
  ])('of %j is %s', (types, result) => {
    const common = commonType(types.map(type))
    expect(common === undefined ? undefined : printType(common)).toBe(result)
  })

  it('is nullable with NULL, and missing between families', () => {
    expect(commonType([NULL, char(2)])).toEqual(char(2, true))
    expect(commonType([type('INT'), type('STRING')])).toBeUndefined()
    expect(commonType([type('BOOLEAN'), type('INT')])).toBeUndefined()
  })

  it('forgets a time attribute that not all have', () => {
    const plain = timestamp(3)
    expect(commonType([withAttribute(plain, 'rowtime'), plain])).toEqual(plain)
  })

  it('never widens DECIMAL beyond 38 digits', () =>
    expect(printType(commonNumeric(decimal(38, 0), decimal(38, 10)))).toBe('DECIMAL(38, 0) NOT NULL'))
})

describe('casts', () => {
  it('are silent where nothing is lost', () => {
    expect(isImplicitCast(type('INT'), type('BIGINT'))).toBe(true)
    expect(isImplicitCast(type('BIGINT'), type('INT'))).toBe(false)
    expect(isImplicitCast(DATE, timestamp(3))).toBe(true)
    expect(isImplicitCast(type('STRING'), type('INT'))).toBe(false)
  })

  it('can be written where Flink has them', () => {
    expect(isExplicitCast(type('STRING'), type('INT'))).toBe(true)
    expect(isExplicitCast(type('DOUBLE'), type('BOOLEAN'))).toBe(false)
    expect(isExplicitCast(type('TIMESTAMP(3)'), type('BIGINT'))).toBe(false)
    expect(isExplicitCast(type('ROW<a INT>'), type('ROW<b STRING>'))).toBe(true)
    expect(isExplicitCast(type('ROW<a INT>'), type('INT'))).toBe(false)
  })
})

describe('equality', () => {
  it('looks at nullability or not', () => {
    expect(sameType(type('INT'), type('INT NOT NULL'))).toBe(false)
    expect(sameShape(type('INT'), type('INT NOT NULL'))).toBe(true)
    expect(sameShape(type('ARRAY<INT>'), type('ARRAY<INT NOT NULL>'), true)).toBe(false)
    expect(sameShape(type('VARCHAR(5)'), type('VARCHAR(6)'))).toBe(false)
  })
})
