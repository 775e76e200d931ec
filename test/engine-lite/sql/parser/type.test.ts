import { describe, expect, it } from 'vitest'
import { LENGTH_MAX } from '../../../../src/engine-lite/contract/type.js'
import { parseType } from '../../../../src/engine-lite/sql/parser/script.js'

const nullable = true

describe('parseType', () => {
  it.each([
    ['INT', { kind: 'INTEGER', nullable }],
    ['INTEGER NOT NULL', { kind: 'INTEGER', nullable: false }],
    ['DOUBLE PRECISION', { kind: 'DOUBLE', nullable }],
    ['REAL', { kind: 'FLOAT', nullable }],
    ['DEC', { kind: 'DECIMAL', nullable, precision: 10, scale: 0 }],
    ['NUMERIC(5, 2)', { kind: 'DECIMAL', nullable, precision: 5, scale: 2 }],
    ['DECIMAL(40, 2)', { kind: 'DECIMAL', nullable, precision: 38, scale: 2 }],
    ['STRING', { kind: 'VARCHAR', nullable, length: LENGTH_MAX }],
    ['VARCHAR', { kind: 'VARCHAR', nullable, length: LENGTH_MAX }],
    ['CHARACTER VARYING(3)', { kind: 'VARCHAR', nullable, length: 3 }],
    ['CHAR', { kind: 'CHAR', nullable, length: 1 }],
    ['BYTES', { kind: 'VARBINARY', nullable, length: LENGTH_MAX }],
    ['BINARY VARYING(4)', { kind: 'VARBINARY', nullable, length: 4 }],
    ['TIME', { kind: 'TIME', nullable, precision: 0 }],
    ['TIMESTAMP', { kind: 'TIMESTAMP', nullable, precision: 6 }],
    ['TIMESTAMP(3) WITHOUT TIME ZONE', { kind: 'TIMESTAMP', nullable, precision: 3 }],
    ['TIMESTAMP(3) WITH LOCAL TIME ZONE NOT NULL', { kind: 'TIMESTAMP_LTZ', nullable: false, precision: 3 }],
    ['TIMESTAMP_LTZ(9)', { kind: 'TIMESTAMP_LTZ', nullable, precision: 9 }],
    ['INTERVAL YEAR(4) TO MONTH', { kind: 'INTERVAL_YEAR_MONTH', nullable, unit: 'YEAR TO MONTH', precision: 4 }],
    ['INTERVAL SECOND(2, 3)', { kind: 'INTERVAL_DAY_TIME', nullable, unit: 'SECOND', precision: 2, fraction: 3 }],
    ['INT NOT NULL ARRAY', { kind: 'ARRAY', nullable, element: { kind: 'INTEGER', nullable: false } }],
    ['ARRAY<ARRAY<INT>>', { kind: 'ARRAY', nullable, element: { kind: 'ARRAY', nullable, element: { kind: 'INTEGER', nullable } } }],
    [
      'MAP<STRING, INT>',
      { kind: 'MAP', nullable, key: { kind: 'VARCHAR', nullable, length: LENGTH_MAX }, value: { kind: 'INTEGER', nullable } },
    ],
    ['MULTISET<DATE>', { kind: 'MULTISET', nullable, element: { kind: 'DATE', nullable } }],
    [
      "ROW<a INT, b BOOLEAN 'note'>",
      {
        kind: 'ROW',
        nullable,
        fields: [
          { name: 'a', type: { kind: 'INTEGER', nullable } },
          { name: 'b', type: { kind: 'BOOLEAN', nullable }, comment: 'note' },
        ],
      },
    ],
    ['ROW(a INT)', { kind: 'ROW', nullable, fields: [{ name: 'a', type: { kind: 'INTEGER', nullable } }] }],
    ['ROW<>', { kind: 'ROW', nullable, fields: [] }],
  ])('%s', (text, type) => {
    expect(parseType(text).type).toEqual(type)
  })

  it.each(['RAW', 'STRUCTURED<x>', 'VARIANT', 'my.udt'])('%s parses in Flink and is not built', (text) => {
    expect(() => parseType(text)).toThrowError(expect.objectContaining({ code: 'E0301' }))
  })

  it.each(['INTT(', 'TIMESTAMP(10)', 'TIMESTAMP WITH TIME ZONE', 'DECIMAL(2, 3)', 'MAP<INT>', 'INTERVAL DAY TO MONTH'])(
    '%s is refused',
    (text) => {
      expect(() => parseType(text)).toThrowError(expect.objectContaining({ code: 'E0101' }))
    },
  )
})
