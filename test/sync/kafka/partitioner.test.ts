import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partitionOf } from '../../../src/sync/kafka/partitioner.js'

const encode = (text: string) => new TextEncoder().encode(text)

describe('partitionOf', () => {
  it('clears the sign bit before the modulo, as the Java client does', () => {
    // murmur2('21') = -973932308, with the sign bit cleared 1173551340
    expect(partitionOf(encode('21'), 1000)).toBe(340)
    expect(partitionOf(encode('abc'), 1000)).toBe(107)
  })

  it('always names an existing partition', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1, max: 1000 }), (key, count) => {
        const partition = partitionOf(key, count)
        expect(Number.isInteger(partition) && partition >= 0 && partition < count).toBe(true)
      }),
    )
  })
})
