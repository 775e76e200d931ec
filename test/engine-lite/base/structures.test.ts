import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Heap } from '../../../src/engine-lite/base/heap.js'
import { printRow } from '../../../src/engine-lite/base/print-row.js'
import { seededRandom } from '../../../src/engine-lite/base/prng.js'
import { RingBuffer } from '../../../src/engine-lite/base/ring-buffer.js'
import { valueEquals } from '../../../src/engine-lite/base/value-equals.js'

describe('a heap', () => {
  it('gives items back in order, whatever is pushed and popped in between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: null })), (steps) => {
        const heap = new Heap<number>((a, b) => a < b)
        const model: number[] = []
        for (const step of steps) {
          if (step === null) {
            model.sort((a, b) => a - b)
            expect(heap.peek()).toBe(model[0])
            expect(heap.pop()).toBe(model.shift())
          } else {
            heap.push(step)
            model.push(step)
          }
          expect(heap.size).toBe(model.length)
        }
      }),
    )
  })
})

describe('a ring buffer', () => {
  it('is first in, first out while it grows', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: null }), { maxLength: 200 }), (steps) => {
        const ring = new RingBuffer<number>(2)
        const model: number[] = []
        for (const step of steps) {
          if (step === null) {
            expect(ring.peek()).toBe(model[0])
            expect(ring.shift()).toBe(model.shift())
          } else {
            ring.push(step)
            model.push(step)
          }
          expect(ring.size).toBe(model.length)
        }
        ring.clear()
        expect([ring.size, ring.shift()]).toEqual([0, undefined])
      }),
    )
  })
})

describe('seeded chance', () => {
  it('is the same for a seed, another for another, and spread over [0, 1)', () => {
    const numbers = (seed: number) => {
      const random = seededRandom(seed)
      return Array.from({ length: 1_000 }, random)
    }
    expect(numbers(1)).toEqual(numbers(1))
    expect(numbers(1)).not.toEqual(numbers(2))
    for (let tenth = 0; tenth < 10; tenth++) {
      const inside = numbers(7).filter((value) => Math.floor(value * 10) === tenth).length
      expect(inside).toBeGreaterThan(60)
      expect(inside).toBeLessThan(140)
    }
  })
})

describe('equality of values', () => {
  it.each([
    [1, 1, true],
    [1, 1n, false],
    ['a', 'b', false],
    [null, null, true],
    [Number.NaN, Number.NaN, false],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2]), true],
    [new Uint8Array([1, 2]), new Uint8Array([1, 3]), false],
    [[1, ['x']], [1, ['x']], true],
    [[1], [1, 2], false],
    [new Map([['a', [1]]]), new Map([['a', [1]]]), true],
    [new Map([['a', 1]]), new Map([['b', 1]]), false],
    [new Map(), [], false],
    [null, [], false],
  ])('of %o and %o is %o', (a, b, equal) => {
    expect(valueEquals(a, b)).toBe(equal)
    expect(valueEquals(b, a)).toBe(equal)
  })
})

describe('a printed row', () => {
  it('shows every kind of value', () => {
    const row = [null, true, 1, 2n, 'x', new Uint8Array([255, 1]), [1, null], new Map([['k', 1]])]
    expect(printRow(row)).toBe("[NULL, true, 1, 2, 'x', x'ff01', [1, NULL], {'k'=1}]")
  })

  it('is cut short', () => {
    expect(printRow(['x'.repeat(1_000)]).length).toBeLessThan(310)
  })
})
