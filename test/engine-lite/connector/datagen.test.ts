import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { datagenConnector } from '../../../src/engine-lite/connector/datagen.js'
import type { LogicalType } from '../../../src/engine-lite/contract/type.js'
import { type DrivenSource, drive, HandClock, INT, STRING, table } from './kit.js'

const type = (kind: string, more: object = {}) => ({ kind, nullable: true, ...more }) as LogicalType

function generate(options: Record<string, string>, columns: [string, LogicalType][], from?: unknown, passMs = 1_000) {
  const clock = new HandClock()
  const driven = drive(
    datagenConnector(() => 0.5),
    table(options, columns),
    from,
    clock,
  )
  void driven.source.start()
  clock.pass(passMs)
  return { ...driven, clock, isEnded: driven.isEnded }
}

const sequence = (name: string, start: number, end: number) => ({
  [`fields.${name}.kind`]: 'sequence',
  [`fields.${name}.start`]: String(start),
  [`fields.${name}.end`]: String(end),
})

describe('datagen', () => {
  it('counts a sequence up and ends with it', () => {
    const run = generate(sequence('a', 3, 6), [
      ['a', INT],
      ['b', STRING],
    ])
    expect(run.rows().map(([a]) => a)).toEqual([3, 4, 5, 6])
    expect(run.isEnded).toBe(true)
    expect(run.clock.waiting).toBe(0)
  })

  it('ends with the number of rows, or with the shortest sequence', () => {
    const options = { ...sequence('a', 1, 100), ...sequence('b', 1, 7), 'number-of-rows': '20' }
    expect(
      generate(options, [
        ['a', INT],
        ['b', type('BIGINT')],
      ]).rows(),
    ).toHaveLength(7)
    expect(generate({ 'number-of-rows': '20' }, [['a', INT]]).rows()).toHaveLength(20)
  })

  it('writes sequences of every type that counts', () => {
    const kinds = [type('TINYINT'), type('BIGINT'), type('DOUBLE'), type('DECIMAL', { precision: 6, scale: 2 }), STRING]
    const columns = kinds.map((kind, at): [string, LogicalType] => [`c${at}`, kind])
    const options = Object.assign({}, ...columns.map(([name]) => sequence(name, -1, 0)))
    expect(generate(options, columns).rows()).toEqual([
      [-1, -1, -1, -100, '-1'],
      [0, 0, 0, 0, '0'],
    ])
  })

  // The first row is due at once, then one every 1,000 / rate ms.
  it.each([
    [1, 3_500, 4],
    [10, 1_000, 11],
    [50_000, 1_000, 50_001],
  ])('gives %d rows a second: after %d ms %d rows', (rate, ms, rows) => {
    const run = generate({ 'rows-per-second': String(rate) }, [['a', INT]], undefined, ms)
    expect(run.rows()).toHaveLength(rows)
  })

  it('catches up in small chunks and makes no burst after a pause', () => {
    const clock = new HandClock()
    const driven = drive(
      datagenConnector(() => 0),
      table({ 'rows-per-second': '1000' }, [['a', INT]]),
      undefined,
      clock,
    )
    void driven.source.start()
    clock.pass(100)
    driven.source.pause()
    const before = driven.rows().length
    clock.pass(60_000)
    expect(driven.rows()).toHaveLength(before)
    driven.source.resume()
    clock.pass(10)
    expect(driven.rows().length - before).toBeLessThanOrEqual(11)
    expect(Math.max(...driven.deliveries.map(({ rows }) => rows.length))).toBeLessThanOrEqual(500)
  })

  it('stops at once when it is paused from inside a delivery', () => {
    const clock = new HandClock()
    const pause = ({ source }: DrivenSource) => source.pause()
    const driven = drive(
      datagenConnector(() => 0),
      table({ 'rows-per-second': '100000' }, [['a', INT]]),
      undefined,
      clock,
      pause,
    )
    void driven.source.start()
    clock.pass(1_000)
    expect(driven.deliveries).toHaveLength(1)
  })

  it('goes on behind any delivery with the rows it would have given', () => {
    const columns: [string, LogicalType][] = [
      ['a', INT],
      ['b', STRING],
      ['c', type('BIGINT')],
      ['d', type('DOUBLE')],
    ]
    const options = { 'number-of-rows': '300', 'rows-per-second': '700', 'fields.b.length': '9', 'fields.d.null-rate': '0.3' }
    const whole = generate(options, columns)
    let before: unknown[] = []
    for (const delivery of whole.deliveries) {
      before = before.concat(delivery.rows)
      expect(before.concat(generate(options, columns, delivery.position).rows())).toEqual(whole.rows())
    }
  })

  it('gives the same values for the same seed and others for another', () => {
    const values = (seed: string) => generate({ seed, 'number-of-rows': '50' }, [['a', INT]]).rows()
    expect(values('7')).toEqual(values('7'))
    expect(values('7')).not.toEqual(values('8'))
  })

  it('stays inside what the column and the options allow', () => {
    const range = fc.tuple(fc.integer(), fc.integer()).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    fc.assert(
      fc.property(range, fc.integer(), ([min, max], seed) => {
        const bounds = (name: string) => ({ [`fields.${name}.min`]: String(min), [`fields.${name}.max`]: String(max) })
        const options = { ...bounds('i'), ...bounds('l'), ...bounds('d'), ...bounds('x'), seed: String(seed), 'number-of-rows': '20' }
        const columns: [string, LogicalType][] = [
          ['i', INT],
          ['l', type('BIGINT')],
          ['d', type('DOUBLE')],
          ['x', type('DECIMAL', { precision: 12, scale: 2 })],
        ]
        for (const row of generate(options, columns).rows()) {
          for (const [at, scale] of [1, 1, 1, 100].entries()) {
            expect(Number(row[at]) / scale).toBeGreaterThanOrEqual(min)
            expect(Number(row[at]) / scale).toBeLessThanOrEqual(max)
          }
          expect(Number.isInteger(row[0])).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('makes texts, bytes, times and nulls as asked', () => {
    const columns: [string, LogicalType][] = [
      ['text', STRING],
      ['code', type('CHAR', { length: 5 })],
      ['short', type('VARCHAR', { length: 9 })],
      ['bytes', type('BINARY', { length: 4 })],
      ['ts', type('TIMESTAMP', { precision: 3 })],
      ['nanos', type('TIMESTAMP_LTZ', { precision: 9 })],
      ['day', type('DATE')],
      ['never', INT],
      ['any', type('BIGINT')],
    ]
    const options = { 'fields.short.var-len': 'true', 'fields.ts.max-past': '1 min', 'fields.never.null-rate': '1', 'number-of-rows': '40' }
    const rows = generate(options, columns).rows()
    const lengths = new Set<number>()
    for (const [text, code, short, bytes, ts, nanos, day, never, any] of rows as [
      string,
      string,
      string,
      Uint8Array,
      number,
      bigint,
      number,
      null,
      unknown,
    ][]) {
      expect([text.length, code.length, bytes.length, day, never]).toEqual([100, 5, 4, 19_675, null])
      expect(text).toMatch(/^[0-9a-f]+$/)
      expect(1_700_000_001_000 - ts).toBeLessThanOrEqual(61_000)
      expect(nanos / 1_000_000_000_000n).toBe(1_700_000n)
      expect(typeof any === 'bigint' || Number.isSafeInteger(any)).toBe(true)
      lengths.add(short.length)
    }
    expect(lengths.size).toBeGreaterThan(3)
  })

  it.each([
    ['fields.a.kind', 'loop', "option 'fields.a.kind' takes 'random' or 'sequence', not 'loop'"],
    ['fields.a.size', '1', "datagen has no option 'fields.a.size'"],
    ['fields.z.min', '1', "option 'fields.z.min' speaks of `z`, which is no column"],
    ['fields.a.kind', 'sequence', "a sequence needs 'fields.a.start' and 'fields.a.end'"],
    ['fields.a.min', 'low', "option 'fields.a.min' takes a number, not 'low'"],
    ['fields.a.max', '3000000000', "fields.a: the range -2147483648 to 3000000000 is empty or beyond the column's type"],
    ['fields.a.null-rate', '2', "option 'fields.a.null-rate' takes 0 to 1, not '2'"],
  ])('refuses %s = %s', (key, value, message) => {
    const definition = table({ [key]: value }, [['a', INT]])
    expect(() => datagenConnector(() => 0).validate!(definition)).toThrow(expect.objectContaining({ code: 'E0210', message }))
  })

  it('says which type it does not generate yet', () => {
    const definition = table({}, [['a', type('ARRAY', { element: INT })]])
    expect(() => datagenConnector(() => 0).validate!(definition)).toThrow(expect.objectContaining({ code: 'E0301' }))
  })
})
