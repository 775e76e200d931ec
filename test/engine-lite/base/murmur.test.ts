import { describe, expect, it } from 'vitest'
import { murmur2 } from '../../../src/engine-lite/base/murmur.js'

/** Key and hash as Kafka's own UtilsTest lists them. */
const VECTORS: [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

describe('murmur2', () => {
  it.each(VECTORS)('hashes %s as the Java client does', (text, hash) => {
    expect(murmur2(new TextEncoder().encode(text))).toBe(hash)
  })

  it('takes every length of the rest, and views into larger buffers', () => {
    const whole = new TextEncoder().encode('xxfoobaryy')
    expect(murmur2(whole.subarray(2, 8))).toBe(-790332482)
    expect(murmur2(new Uint8Array(0))).toBe(275646681)
  })
})
