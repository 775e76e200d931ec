import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GrowingByteWriter, SpanByteReader } from '../../../src/engine-lite/base/bytes.js'

function through(write: (out: GrowingByteWriter) => void): SpanByteReader {
  const out = new GrowingByteWriter(1)
  write(out)
  return new SpanByteReader(out.take())
}

/** Any internal value, nested up to three levels. */
const internalValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value

describe('packed bytes', () => {
  it('give back every unsigned and signed safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        const from = through((out) => {
          out.varint(Math.abs(n))
          out.signed(n)
        })
        expect(from.varint()).toBe(Math.abs(n))
        expect(from.signed()).toBe(n + 0)
        expect(from.done).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([0, 1, 63, 64, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER])('give back %d at the edges', (n) => {
    const from = through((out) => {
      out.varint(n)
      out.signed(n)
      out.signed(-n)
    })
    expect([from.varint(), from.signed(), from.signed()]).toEqual([n, n, n === 0 ? 0 : -n])
  })

  it('refuse what is no safe integer', () => {
    const out = new GrowingByteWriter()
    for (const bad of [-1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => out.varint(bad)).toThrow(RangeError)
    for (const bad of [0.5, 2 ** 53, Number.NaN]) expect(() => out.signed(bad)).toThrow(RangeError)
  })

  it('give back every text, lone surrogates and byte order marks included', () => {
    const texts = ['', 'dev-1', '\uFEFFa', 'grün', '温度', '\uD800', 'a\uDC00b', '😀', 'x'.repeat(1000), 'ü'.repeat(100)]
    const from = through((out) => {
      for (const text of texts) out.text(text)
    })
    expect(texts.map(() => from.text())).toEqual(texts)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff })), (text, units) => {
        const raw = String.fromCharCode(...units)
        const reader = through((out) => {
          out.text(text)
          out.text(raw)
        })
        expect([reader.text(), reader.text()]).toEqual([text, raw])
      }),
    )
  })

  it('give back every internal value', () => {
    fc.assert(
      fc.property(internalValue, (value) => {
        expect(through((out) => out.value(value)).value()).toEqual(value)
      }),
      { numRuns: 1000 },
    )
  })

  it('keep −0, NaN and the infinities of a double', () => {
    for (const n of [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324]) {
      expect(Object.is(through((out) => out.value(n)).value(), n)).toBe(true)
    }
  })

  it('keep a key named __proto__ a key', () => {
    const value = JSON.parse('{"__proto__": 1}') as object
    expect(Object.keys(through((out) => out.value(value)).value() as object)).toEqual(['__proto__'])
  })

  it('refuse functions, foreign objects and nesting without end', () => {
    const out = new GrowingByteWriter()
    const loop: unknown[] = []
    loop.push(loop)
    for (const bad of [() => 1, new Date(0), Symbol('s'), loop]) expect(() => out.value(bad)).toThrow(RangeError)
  })

  it('notice every cut', () => {
    const out = new GrowingByteWriter()
    out.value(['key', 300, 1.5, new Uint8Array(3), new Map([['a', 1n]])])
    const bytes = out.take()
    for (let length = 0; length < bytes.length; length++) {
      expect(() => new SpanByteReader(bytes.subarray(0, length)).value(), `${length} bytes`).toThrow(RangeError)
    }
  })
})
