import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame, type Frame, snapshotCompletedIn, snapshotMarker } from '../../../src/engine-lite/state/frame.js'

const frame: Frame = {
  id: 7,
  sealedAtMs: 1_700_000_000_000,
  sections: [
    { path: 'p1/2-window/keys', kind: 'delta', bytes: Uint8Array.of(1, 2, 3) },
    { path: 'p1/2-window/panes', kind: 'delta', bytes: new Uint8Array(0) },
    { path: 'p1/2-window/keys', kind: 'slice', bytes: Uint8Array.of(9) },
    snapshotMarker(5),
  ],
  positions: new Map<string, unknown>([
    ['mqtt', null],
    ['file', { offset: 12, at: [1n, 'x'] }],
  ]),
  watermarks: new Map([['p1/1-watermark', -5]]),
  signatures: new Map([['p1/2-window', 'count,sum']]),
}

const section = fc.record({
  path: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a/b', 'a/bc', 'a/b\uD800', 'a/b\uD800\uDC00')),
  kind: fc.constantFrom('delta' as const, 'slice' as const, 'marker' as const),
  bytes: fc.uint8Array(),
})

describe('a commit frame', () => {
  it('comes back as it was written', () => {
    expect(decodeFrame(encodeFrame(frame), 7)).toEqual(frame)
  })

  it('comes back whatever it holds', () => {
    const names = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.maxSafeInteger()))
    fc.assert(
      fc.property(fc.array(section), names, names, fc.integer({ min: 1 }), (sections, watermarks, signatures, id) => {
        const any: Frame = {
          id,
          sealedAtMs: 0,
          sections,
          positions: new Map(watermarks),
          watermarks: new Map(watermarks),
          signatures: new Map(signatures.map(([name, n]) => [name, String(n)])),
        }
        expect(decodeFrame(encodeFrame(any), id)).toEqual(any)
      }),
    )
  })

  it('notices every flipped bit', () => {
    const bytes = encodeFrame(frame)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(typeof decodeFrame(damaged, 7), `bit ${bit}`).toBe('string')
    }
  })

  it('notices every cut', () => {
    const bytes = encodeFrame(frame)
    for (let length = 0; length < bytes.length; length++) {
      expect(typeof decodeFrame(bytes.subarray(0, length), 7), `${length} bytes`).toBe('string')
    }
  })

  it('notices bytes after its end, another id, another version', () => {
    const bytes = encodeFrame(frame)
    expect(typeof decodeFrame(Buffer.concat([bytes, Uint8Array.of(0)]), 7)).toBe('string')
    expect(decodeFrame(bytes, 8)).toBe('wrong commit id')
    const other = bytes.slice()
    other[3] = '2'.charCodeAt(0)
    expect(decodeFrame(other, 7)).toBe('unknown version')
  })

  it('shares the start of names, so that many tables of one operator cost little', () => {
    const sections = ['keys', 'panes', 'cursor', 'late'].map((name) => ({
      path: `pipeline-with-a-long-name/12-window-aggregate/${name}`,
      kind: 'delta' as const,
      bytes: new Uint8Array(1),
    }))
    expect(encodeFrame({ ...frame, sections }).length - encodeFrame({ ...frame, sections: [] }).length).toBeLessThan(100)
  })

  it('names the snapshot it completes', () => {
    expect(snapshotCompletedIn(frame)).toBe(5)
    expect(snapshotCompletedIn({ ...frame, sections: [] })).toBeUndefined()
  })

  it('refuses an id that is no positive integer', () => {
    for (const id of [0, -1, 1.5, Number.NaN]) expect(() => encodeFrame({ ...frame, id })).toThrow(RangeError)
  })
})
