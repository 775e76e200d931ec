import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PacketFramer } from '../../../src/edge/mqtt/packet/framer.js'
import { packet, publishPacket } from './kit.js'

function frames(chunks: readonly Buffer[], limit = 1_000_000) {
  const seen: string[] = []
  const framer = new PacketFramer({
    header: (first, bodyBytes) => (bodyBytes > limit ? `too large: ${first} ${bodyBytes}` : undefined),
    packet(bytes, start, body, end) {
      seen.push(`${bytes.subarray(start, end).toString('hex')}@${body - start}`)
      return true
    },
  })
  for (const chunk of chunks) {
    const used = framer.push(chunk)
    if (framer.fault === undefined && used !== chunk.length) throw new Error(`used ${used} of ${chunk.length}`)
    if (framer.fault !== undefined) break
  }
  return { seen, fault: framer.fault }
}

const shown = (bytes: Buffer, body: number) => `${bytes.toString('hex')}@${body}`

const PACKETS: readonly (readonly [Buffer, number])[] = [
  [packet(0xc0), 2],
  [publishPacket('a/b', 'x'.repeat(200)), 3],
  [publishPacket('a/b', '', { id: 7 }), 2],
  [packet(0x40, [0, 1]), 2],
  [publishPacket('t', 'y'.repeat(20_000), { id: 65535 }), 4],
  [packet(0xe0), 2],
]
const WHOLE = Buffer.concat(PACKETS.map(([bytes]) => bytes))
const EXPECTED = PACKETS.map(([bytes, body]) => shown(bytes, body))

describe('framing', () => {
  it('finds the same packets at every split point', () => {
    const small = Buffer.concat(PACKETS.slice(0, 4).map(([bytes]) => bytes))
    for (let at = 0; at <= small.length; at++) {
      expect(frames([small.subarray(0, at), small.subarray(at)]).seen).toEqual(EXPECTED.slice(0, 4))
    }
  })

  it('finds the same packets byte by byte', () => {
    expect(frames(Array.from(WHOLE, (_, i) => WHOLE.subarray(i, i + 1)))).toEqual({ seen: EXPECTED, fault: undefined })
  })

  it('finds the same packets in any cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(WHOLE.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), WHOLE.length]
        const chunks = places.slice(1).map((end, i) => WHOLE.subarray(places[i], end))
        expect(frames(chunks)).toEqual({ seen: EXPECTED, fault: undefined })
      }),
      { numRuns: 500 },
    )
  })

  it('shows a packet that lies in one chunk where it stands', () => {
    const chunk = Buffer.concat([packet(0xc0), publishPacket('a', 'b')])
    const framer = new PacketFramer({
      header: () => undefined,
      packet(bytes) {
        expect(bytes).toBe(chunk)
        return true
      },
    })
    framer.push(chunk)
    expect.assertions(2)
  })

  it('refuses by the header alone, wherever the header is cut', () => {
    const header = Buffer.from([0x30, 0xff, 0xff, 0x7f])
    for (let at = 0; at <= 4; at++) {
      expect(frames([header.subarray(0, at), header.subarray(at)], 1000)).toEqual({ seen: [], fault: 'too large: 48 2097151' })
    }
  })

  it('refuses a fifth length byte', () => {
    const header = Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 1])
    for (let at = 0; at <= 6; at++) {
      expect(frames([header.subarray(0, at), header.subarray(at)]).fault).toBe('the remaining length is malformed')
    }
    expect(frames([Buffer.from([0x30, 0x80, 0x80, 0x80])]).fault).toBeUndefined()
  })

  it('stops behind the packet it is told to stop at and goes on from there', () => {
    for (let at = 0; at <= 6; at++) {
      const bytes = Buffer.concat([packet(0xc0), packet(0xe0), packet(0xd0)])
      const seen: number[] = []
      const framer = new PacketFramer({
        header: () => undefined,
        packet(buffer, start) {
          seen.push(buffer[start]!)
          return buffer[start] !== 0xe0
        },
      })
      let rest = Buffer.alloc(0)
      for (const chunk of [bytes.subarray(0, at), bytes.subarray(at)]) {
        if (seen.includes(0xe0)) rest = Buffer.concat([rest, chunk])
        else rest = chunk.subarray(framer.push(chunk))
      }
      framer.push(rest)
      expect(seen).toEqual([0xc0, 0xe0, 0xd0])
    }
  })

  it('does not allot what a header promises before it comes', () => {
    const before = process.memoryUsage().arrayBuffers
    const framers = Array.from({ length: 200 }, () => new PacketFramer({ header: () => undefined, packet: () => true }))
    for (const framer of framers) framer.push(packet(0x30, Buffer.alloc(200_000)).subarray(0, 10))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000)
    expect(framers.length).toBe(200)
  })
})
