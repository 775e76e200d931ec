import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileKey } from '../../../src/engine-lite/base/key.js'
import type { LogicalType } from '../../../src/engine-lite/contract/type.js'

const TEXT: LogicalType = { kind: 'VARCHAR', length: 100, nullable: true }
const DOUBLE: LogicalType = { kind: 'DOUBLE', nullable: true }
const BIGINT: LogicalType = { kind: 'BIGINT', nullable: true }
const BYTES: LogicalType = { kind: 'VARBINARY', length: 100, nullable: true }
const TEXTS: LogicalType = { kind: 'ARRAY', element: TEXT, nullable: true }
const COUNTS: LogicalType = { kind: 'MAP', key: TEXT, value: BIGINT, nullable: true }
const PAIR: LogicalType = {
  kind: 'ROW',
  fields: [
    { name: 'a', type: TEXT },
    { name: 'b', type: BYTES },
  ],
  nullable: true,
}

/** Values that look alike on purpose: separators, digits, NULL's own sign. */
const text = fc.option(fc.stringMatching(/^[~:;[{0-9a]{0,4}$/), { nil: null })
const number = fc.option(fc.oneof(fc.integer({ min: -11, max: 11 }), fc.double()), { nil: null })

describe('a key of one column', () => {
  it('is the column itself', () => {
    expect(compileKey([1], [TEXT])(['x', 'dev-1'])).toBe('dev-1')
    expect(compileKey([0], [BIGINT])([2n ** 60n])).toBe(2n ** 60n)
    expect(compileKey([0], [TEXT])([null])).toBeNull()
  })

  it('takes −0 and 0 for one', () => {
    expect(Object.is(compileKey([0], [DOUBLE])([-0]), 0)).toBe(true)
  })

  it('tells bytes, lists and maps by what they hold', () => {
    const bytesKey = compileKey([0], [BYTES])
    expect(bytesKey([Uint8Array.of(1, 2)])).toBe(bytesKey([Uint8Array.of(1, 2)]))
    expect(bytesKey([Uint8Array.of(1, 2)])).not.toBe(bytesKey([Uint8Array.of(1, 3)]))
    const mapKey = compileKey([0], [COUNTS])
    expect(
      mapKey([
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ]),
    ).toBe(
      mapKey([
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ]),
    )
    const rowKey = compileKey([0], [PAIR])
    expect(rowKey([['a', null]])).not.toBe(rowKey([[null, Uint8Array.of(97)]]))
  })
})

describe('a key of several columns', () => {
  const types = [TEXT, DOUBLE, TEXTS, TEXT]
  const keyOf = compileKey([0, 1, 2, 3], types)
  const rows = fc.tuple(text, number, fc.option(fc.array(text, { maxLength: 3 }), { nil: null }), text)

  it('is equal exactly when all columns are', () => {
    const normal = (row: readonly unknown[]) => JSON.stringify(row, (_, v) => (typeof v === 'number' ? `n${v}` : v))
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        expect(keyOf(a) === keyOf(b)).toBe(normal(a) === normal(b))
      }),
      { numRuns: 5000 },
    )
  })

  it('does not mix up where one column ends', () => {
    const pair = compileKey([0, 1], [TEXT, TEXT])
    expect(pair(['a', 'bc'])).not.toBe(pair(['ab', 'c']))
    expect(pair([null, ''])).not.toBe(pair(['', null]))
    expect(pair(['~', ''])).not.toBe(pair([null, '']))
  })
})

it('a key of no column is the same for every row', () => {
  expect(compileKey([], [])(['a'])).toBe(compileKey([], [])(['b']))
})

it('columns and types must match', () => {
  expect(() => compileKey([0], [])).toThrow(RangeError)
  expect(() => compileKey([0, -1], [TEXT, TEXT])).toThrow(RangeError)
})
