/** The rows of scalar.json, translated to internal values. Values kept as Java or Scala source are given by hand where they have a counterpart. */
import type { LogicalType } from '../../src/engine-lite/contract/type.js'
import {
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  FLOAT,
  INT,
  intervalDayTime,
  intervalYearMonth,
  map,
  nullable,
  row,
  SMALLINT,
  STRING,
  TINYINT,
  time,
  timestamp,
  timestampLtz,
} from '../../src/engine-lite/sql/types/make.js'
import { parseDecimal } from '../../src/engine-lite/sql/values/decimal.js'
import { parseDate, parseTime, parseTimestamp } from '../../src/engine-lite/sql/values/temporal-parse.js'

/** A column with its value in the one row. */
export interface Cell {
  readonly name: string
  readonly type: LogicalType
  readonly value: unknown
}

interface RawDataset {
  readonly fields: Readonly<Record<string, unknown>>
}

const dateOf = (text: string): unknown => parseDate(text) ?? null
const timeOf = (text: string): unknown => parseTime(text) ?? null
const timestampOf = (text: string, precision: number): unknown => parseTimestamp(text, precision) ?? null
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const dec = (text: string, precision: number, scale: number): Omit<Cell, 'name'> => ({
  type: decimal(precision, scale, true),
  value: parseDecimal(text, precision, scale) ?? null,
})
const cell = (type: LogicalType, value: unknown): Omit<Cell, 'name'> => ({ type: nullable(type), value })
const list = (element: LogicalType, value: unknown): Omit<Cell, 'name'> => cell(array(nullable(element)), value)
const dict = (key: LogicalType, value: LogicalType, entries: readonly (readonly [unknown, unknown])[] | null): Omit<Cell, 'name'> =>
  cell(map(nullable(key), nullable(value)), entries === null ? null : new Map(entries))
const record = (types: readonly LogicalType[], value: unknown): Omit<Cell, 'name'> =>
  cell(row(types.map((type, i) => ({ name: `f${i}`, type: nullable(type) }))), value)

function fieldsOf(fields: Readonly<Record<string, LogicalType>>): LogicalType {
  return row(Object.entries(fields).map(([name, type]) => ({ name, type: nullable(type) })))
}

const named = (fields: Readonly<Record<string, LogicalType>>, value: unknown): Omit<Cell, 'name'> => cell(fieldsOf(fields), value)
const PERSON = fieldsOf({ intField: INT, stringField: STRING, booleanField: BOOLEAN })

/** What the plain encoding does not say: types of the test's row type, values kept as source. */
const OVERRIDES: Readonly<Record<string, Readonly<Record<string, Omit<Cell, 'name'>>>>> = {
  ScalarTypesTestBase: {
    f19: cell(intervalDayTime('SECOND', 2, 3), 1467012213000),
    f20: cell(intervalYearMonth('MONTH'), 25),
    f21: cell(BOOLEAN, null),
    f25: cell(TINYINT, 0),
    f33: cell(STRING, null),
    f34: dec('1514356320000', 19, 0),
    f37: cell(BYTES, Uint8Array.of(1, 2, 3, 4)),
    f40: cell(STRING, null),
    f41: dec('', 38, 19),
    f45: cell(STRING, '1996-11-10T06:55:44.333'),
    f47: cell(STRING, null),
    f53: cell(BYTES, bytes('hello world')),
    f54: cell(BYTES, bytes('This is a testing string.')),
    f58: cell(BYTES, bytes('5L2g5aW9')),
  },
  ScalarOperatorsTestBase: {
    f0: cell(TINYINT, 1),
    f1: cell(SMALLINT, 1),
    f2: cell(INT, 1),
    f3: cell(BIGINT, 1),
    f4: cell(FLOAT, 1),
    f5: cell(DOUBLE, 1),
    f7: cell(DOUBLE, 0),
    f8: cell(INT, 5),
    f9: cell(INT, 10),
    f12: cell(BOOLEAN, null),
    f13: record([STRING, STRING], ['foo', null]),
    f14: cell(STRING, null),
    f16: dec('0', 19, 8),
    f17: dec('10.0', 19, 1),
    f22: cell(timestamp(6), timestampOf('1996-11-10 12:34:56', 6)),
    f23: cell(timestampLtz(6), timestampOf('1996-11-10 12:34:56', 6)),
    f18: cell(BYTES, bytes('hello world')),
    f19: cell(BYTES, bytes('hello flink')),
    f20: cell(BYTES, bytes('who')),
    f24: list(STRING, ['hello', 'world']),
    f25: dict(STRING, INT, [
      ['a', 1],
      ['b', 2],
    ]),
    f26: dict(STRING, INT, [
      ['a', 1],
      ['b', 2],
    ]),
    f30: record([STRING, STRING], ['abc', 'def']),
    f31: cell(intervalDayTime('SECOND', 2, 3), 2 * 86_400_000),
    f32: cell(intervalDayTime('SECOND', 2, 3), 3 * 86_400_000),
    f33: cell(intervalDayTime('SECOND', 2, 3), 2 * 86_400_000),
  },
  TemporalTypesTest: {
    f1: cell(time(0), timeOf('10:20:45')),
    f5: cell(time(0), 0),
    f7: cell(INT, 12000),
    f8: cell(BIGINT, 1467012213000),
    f9: cell(intervalYearMonth('MONTH'), 24),
    f10: cell(intervalDayTime('SECOND', 2, 3), 12000),
    f11: cell(DATE, null),
    f12: cell(time(0), null),
    f13: cell(timestamp(3), null),
    f14: cell(STRING, null),
    f15: cell(BIGINT, 1467012213),
    f17: cell(timestampLtz(3), timestampOf('1990-10-14 00:00:00.0', 3)),
    f18: cell(timestampLtz(3), 1521025200000),
    f19: cell(timestampLtz(3), 1520960523000),
    f20: cell(timestampLtz(3), 1520827201000),
    f21: cell(INT, 44),
    f22: cell(INT, 3),
    f25: cell(timestampLtz(9), timestampOf('1970-01-01 00:00:00.123456789', 9)),
    f26: cell(TINYINT, 124),
  },
  ArrayTypeTestBase: {
    f0: cell(INT, null),
    f2: list(INT, [1, 2, 3]),
    f3: list(DATE, [dateOf('1984-03-12'), dateOf('1984-02-10')]),
    f4: cell(array(array(nullable(INT), true)), null),
    f5: cell(array(array(nullable(INT), true)), [[1, 2, 3], null]),
    f6: list(INT, [1, null, null, 4]),
    f7: list(INT, [1, 2, 3, 4]),
    f8: list(DOUBLE, [4]),
    f9: list(INT, [1]),
    f10: list(INT, []),
    f11: list(INT, [1]),
  },
  MapTypeTestBase: {
    f0: dict(STRING, STRING, null),
    f1: dict(STRING, INT, []),
    f2: dict(STRING, INT, [
      ['a', 12],
      ['b', 13],
    ]),
    f3: dict(INT, STRING, [
      [12, 'a'],
      [13, 'b'],
    ]),
    f6: list(DOUBLE, [1.2, 1.3]),
    f7: dict(INT, STRING, [
      [12, 'a'],
      [13, 'b'],
    ]),
  },
  CompositeTypeTestBase: {
    f0: cell(PERSON, [42, 'Bob', true]),
    f1: named({ objectField: PERSON }, [[25, 'Timo', false]]),
    f2: named({ _1: STRING, _2: STRING }, ['a', 'b']),
    f3: named({ f0: STRING, f1: STRING }, ['a', 'b']),
    f4: named({ myInt: INT, myString: STRING }, [0, 'Hello']),
    f7: named({ _1: BOOLEAN }, [true]),
    f8: list(fieldsOf({ _1: BOOLEAN, _2: INT }), [
      [true, 23],
      [false, 12],
    ]),
    f9: list(fieldsOf({ _1: BOOLEAN }), [[true], null]),
    f10: list(PERSON, [[42, 'Bob', true]]),
    f11: list(fieldsOf({ myInt: INT, myString: STRING }), [[0, 'Hello'], null]),
    f12: list(fieldsOf({ arrayField: array(nullable(PERSON)) }), [[[[42, 'Alice', true]]]]),
    f13: list(fieldsOf({ objectField: PERSON }), [[[42, 'Bob', true]]]),
  },
  RowTypeTestBase: {
    f0: cell(STRING, null),
    f1: cell(INT, 1),
    f2: record([INT, STRING, BOOLEAN], [2, 'foo', true]),
    f3: record(
      [
        INT,
        row(
          [INT, STRING, BOOLEAN].map((type, i) => ({ name: `f${i}`, type: nullable(type) })),
          true,
        ),
      ],
      [3, [2, 'foo', true]],
    ),
    f5: record([STRING, BOOLEAN], ['foo', null]),
    f6: record([STRING, STRING], [null, null]),
  },
  DecimalTypeTest: {
    f0: dec('123456789.123456789123456789', 30, 18),
    f1: dec('123456789123456789123456789', 30, 0),
    f2: cell(INT, 42),
    f3: cell(DOUBLE, 4.2),
    f4: dec('123456789', 10, 0),
    f5: dec('0.000', 10, 3),
    f6: dec('123', 5, 0),
    f7: dec('123.45', 5, 2),
    f8: dec('100.004', 5, 2),
    f9: dec('100.1', 5, 2),
    f10: dec('100.0040', 5, 2),
    f11: cell(decimal(2, 0), null),
    f12: cell(decimal(4, 2), null),
    f13: dec('100.12', 5, 2),
    f14: dec('200.1234', 7, 4),
    f15: dec('100.0123456789', 38, 10),
    f16: dec('200.0123456789012345678901234567', 38, 28),
    f17: dec('1e10', 38, 10),
    f18: dec('0', 38, 28),
    f19: dec('5e37', 38, 0),
    f20: dec('1.00', 5, 2),
    f21: dec('2.0000', 7, 4),
    f22: cell(INT, 200),
    f23: cell(DOUBLE, 3.14),
    f24: dec('1', 30, 10),
    f25: dec('2', 30, 10),
    f26: dec('0.01', 30, 20),
    f27: dec('0.0000006', 30, 20),
    f28: dec('1.0', 38, 10),
    f29: dec('1e19', 38, 0),
    f30: dec('1.0', 30, 20),
    f31: dec('1.00', 10, 2),
    f32: dec('3', 3, 0),
    f33: dec('3', 4, 0),
    f34: dec('3', 7, 0),
    f35: dec('3', 3, 0),
    f36: dec('1.00', 10, 2),
    f39: dec('1e20', 38, 0),
    f40: dec('1e-15', 38, 20),
    f41: dec('3.00', 5, 2),
    f42: dec('5.00', 7, 4),
    f46: dec('3.1234', 7, 4),
    f47: dec('5', 5, 2),
    f52: dec('99999999999999999999999999999999999999', 38, 0),
    f63: dec('1', 30, 10),
    f64: dec('1', 30, 20),
    f67: dec('1', 30, 10),
    f68: dec('99', 30, 10),
    f37: cell(INT, 2),
    f38: cell(DOUBLE, 3),
    f43: cell(INT, 7),
    f48: dec('3.14', 3, 2),
    f49: dec('2.17', 3, 2),
    f50: dec('646.646', 6, 3),
    f51: dec('99.99', 4, 2),
    f53: dec('0.0001', 4, 4),
    f54: dec('0.01', 2, 2),
    f65: cell(INT, 1),
    f66: cell(DOUBLE, 1),
    f69: cell(INT, 99),
    f70: cell(DOUBLE, 99),
  },
}

/** Types of ScalarTypesTestBase and others that the plain encoding gets wrong are in {@link OVERRIDES}; everything else follows from the encoding. */
export function cellsOf(name: string, dataset: RawDataset): readonly Cell[] {
  const cells: Cell[] = []
  const fields = { ...dataset.fields, ...OVERRIDES[name] }
  for (const [field, raw] of Object.entries(fields)) {
    const known = OVERRIDES[name]?.[field] ?? encoded(raw)
    if (known !== undefined) cells.push({ name: field, ...known })
  }
  return cells
}

const SIZES: Readonly<Record<string, LogicalType>> = { Byte: TINYINT, Short: SMALLINT, Long: BIGINT, Float: FLOAT }

function encoded(raw: unknown): Omit<Cell, 'name'> | undefined {
  if (typeof raw === 'string') return cell(STRING, raw)
  if (typeof raw === 'boolean') return cell(BOOLEAN, raw)
  if (raw === null || typeof raw !== 'object') return undefined
  const value = raw as Readonly<Record<string, unknown>>
  if (typeof value.num === 'string') return encodedNumber(value.num, value.as)
  if (typeof value.dec === 'string') return dec(value.dec, Number(value.p), Number(value.s))
  if (typeof value.date === 'string') return cell(DATE, dateOf(value.date))
  if (typeof value.time === 'string') return cell(time(0), timeOf(value.time))
  if (typeof value.datetime === 'string') return cell(timestamp(3), timestampOf(value.datetime, 3))
  return undefined
}

function encodedNumber(text: string, as: unknown): Omit<Cell, 'name'> {
  const type = typeof as === 'string' ? SIZES[as]! : text.includes('.') ? DOUBLE : INT
  return cell(type, type.kind === 'FLOAT' ? Math.fround(Number(text)) : Number(text))
}
