import { describe, expect, it } from 'vitest'
import { INSERT } from '../../../src/engine-lite/contract/row.js'
import { LENGTH_MAX, type LogicalType } from '../../../src/engine-lite/contract/type.js'
import { rawEncoder } from '../../../src/engine-lite/format/raw-encoder.js'

const raw = (type: LogicalType, value: unknown, options: Record<string, string> = {}) => [
  ...rawEncoder([{ name: 'v', type }], new Map(Object.entries(options))).encode([value], INSERT),
]

describe('the raw encoder', () => {
  it('writes text as UTF-8 and bytes as they are', () => {
    expect(raw({ kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }, 'é')).toEqual([0xc3, 0xa9])
    expect(raw({ kind: 'VARBINARY', length: LENGTH_MAX, nullable: true }, Uint8Array.of(1, 2))).toEqual([1, 2])
  })

  it('writes numbers big-endian unless told otherwise', () => {
    expect(raw({ kind: 'INTEGER', nullable: true }, -2)).toEqual([255, 255, 255, 254])
    expect(raw({ kind: 'INTEGER', nullable: true }, 1, { endianness: 'little-endian' })).toEqual([1, 0, 0, 0])
    expect(raw({ kind: 'BIGINT', nullable: true }, 258)).toEqual([0, 0, 0, 0, 0, 0, 1, 2])
    expect(raw({ kind: 'DOUBLE', nullable: true }, 1)).toEqual([0x3f, 0xf0, 0, 0, 0, 0, 0, 0])
    expect(raw({ kind: 'BOOLEAN', nullable: true }, true)).toEqual([1])
  })

  it('refuses several columns, nested types and bad options', () => {
    const type: LogicalType = { kind: 'INTEGER', nullable: true }
    const both = [
      { name: 'a', type },
      { name: 'b', type },
    ]
    expect(() => rawEncoder(both, new Map())).toThrow('one column')
    expect(() => raw({ kind: 'ARRAY', element: type, nullable: true }, [])).toThrow('does not write')
    expect(() => raw(type, 1, { endianness: 'middle' })).toThrow('does not take')
  })
})
