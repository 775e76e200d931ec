import { describe, expect, it } from 'vitest'
import { INSERT, type Row } from '../../../src/engine-lite/contract/row.js'
import type { LogicalType } from '../../../src/engine-lite/contract/type.js'
import { FORMATS } from '../../../src/engine-lite/format/registry.js'
import { BYTES, column, plain, STRING } from './json/columns.js'

const raw = FORMATS.get('raw')!

function decode(type: LogicalType, bytes: number[], options: Record<string, string> = {}) {
  const rows: Row[] = []
  const decoder = raw.decoder!([column('v', type), { ...column('topic', STRING), metadataKey: 'topic' }], new Map(Object.entries(options)))
  const error = decoder.decode(Buffer.from([9, ...bytes, 9]), 1, 1 + bytes.length, rows)
  return error === undefined ? rows[0] : error.text
}

function roundTrip(type: LogicalType, value: unknown, options: Record<string, string> = {}) {
  const bytes = raw.encoder!([{ name: 'v', type }], new Map(Object.entries(options))).encode([value], INSERT)
  return { bytes: [...bytes], value: (decode(type, [...bytes], options) as Row)[0] }
}

describe('the raw format', () => {
  it('reads and writes numbers big-endian unless told otherwise', () => {
    expect(roundTrip(plain('INTEGER'), 258)).toEqual({ bytes: [0, 0, 1, 2], value: 258 })
    expect(roundTrip(plain('INTEGER'), -2, { endianness: 'little-endian' })).toEqual({ bytes: [254, 255, 255, 255], value: -2 })
    expect(roundTrip(plain('SMALLINT'), -1).bytes).toEqual([255, 255])
    expect(roundTrip(plain('TINYINT'), -5).value).toBe(-5)
    expect(roundTrip(plain('BIGINT'), 2n ** 60n).value).toBe(2n ** 60n)
    expect(roundTrip(plain('BIGINT'), -7).value).toBe(-7)
    expect(roundTrip(plain('FLOAT'), 1.5).value).toBe(1.5)
    expect(roundTrip(plain('DOUBLE'), 0.1).value).toBe(0.1)
    expect(roundTrip(plain('BOOLEAN'), true)).toEqual({ bytes: [1], value: true })
  })

  it('refuses numbers of another width', () => {
    expect(decode(plain('INTEGER'), [1, 2])).toContain('2 bytes')
  })

  it('reads and writes texts in their character set', () => {
    expect(roundTrip(STRING, 'Gerät').value).toBe('Gerät')
    expect(decode(STRING, [0xe4], { charset: 'ISO-8859-1' })).toEqual(['ä', null])
    expect(decode(STRING, [0x41, 0xe4], { charset: 'us-ascii' })).toEqual(['A\ufffd', null])
    expect(decode(STRING, [0xb0, 0], { charset: 'UTF-16LE' })).toEqual(['°', null])
    expect(decode(STRING, [0, 0x61], { charset: 'UTF-16' })).toEqual(['a', null])
    expect(decode(STRING, [0xff, 0xfe, 0x61, 0, 0x62], { charset: 'UTF-16' })).toEqual(['a\ufffd', null])
    expect(decode(STRING, [])).toEqual(['', null])
    expect(() => decode(STRING, [], { charset: 'KLINGON' })).toThrow('unknown character set')
  })

  it('copies bytes out of the receive buffer', () => {
    const chunk = Buffer.from([1, 2, 3])
    const rows: Row[] = []
    raw.decoder!([column('v', BYTES)], new Map()).decode(chunk, 1, 3, rows)
    chunk.fill(0)
    expect([...(rows[0]![0] as Uint8Array)]).toEqual([2, 3])
  })

  it('takes one physical column only', () => {
    expect(() => raw.decoder!([column('a', STRING), column('b', STRING)], new Map())).toThrow('exactly one physical column')
    expect(() => raw.decoder!([column('a', plain('DATE'))], new Map())).toThrow('does not take')
  })
})
