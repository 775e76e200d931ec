import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { LaneDuplex } from '../../../src/edge/mqtt/lane-duplex.js'
import { PacketFramer } from '../../../src/edge/mqtt/packet/framer.js'
import { pubacks } from '../../../src/edge/mqtt/packet/puback.js'
import { packet, pause, text } from './kit.js'

async function socketPair(): Promise<{ near: Socket; far: Socket; close: () => void }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect({ host: '127.0.0.1', port: (server.address() as { port: number }).port })
  const [near] = (await once(server, 'connection')) as [Socket]
  return {
    near,
    far,
    close() {
      near.destroy()
      far.destroy()
      server.close()
    },
  }
}

describe('the duplex between lane and library', () => {
  it('never cuts a packet of the library in two, however slowly the peer reads', async () => {
    const { near, far, close } = await socketPair()
    const duplex = new LaneDuplex(near, { wanted() {}, destroyed() {} })
    far.pause()
    const body = Buffer.alloc(9_000, 7)
    const whole = packet(0x30, text('t'), body)
    const rounds = 600
    let blocked = 0
    for (let i = 0; i < rounds; i++) {
      // as the libraries write: header, topic and payload in pieces, now and then corked until the next tick
      if (i % 3 === 0) {
        duplex.cork()
        process.nextTick(() => duplex.uncork())
      }
      duplex.write(whole.subarray(0, 3))
      duplex.write(whole.subarray(3, 6))
      if (!duplex.write(whole.subarray(6))) blocked++
      duplex.writeOwn(pubacks([i + 1, i + 2]))
      if (i % 50 === 0) await pause(1)
    }
    expect(blocked).toBeGreaterThan(rounds / 2)
    const seen = { publishes: 0, ids: [] as number[] }
    const framer = new PacketFramer({
      header: () => undefined,
      packet(bytes, start, at, end) {
        if (bytes[start] === 0x40) seen.ids.push(bytes.readUInt16BE(at))
        else if (bytes.subarray(start, end).equals(whole)) seen.publishes++
        else throw new Error('a packet is damaged')
        return true
      },
    })
    far.on('data', (chunk: Buffer) => framer.push(chunk))
    far.resume()
    while (seen.ids.length < rounds * 2) await pause(5)
    expect(seen.publishes).toBe(rounds)
    expect(seen.ids).toEqual(Array.from({ length: rounds }, (_, i) => [i + 1, i + 2]).flat())
    close()
  })

  it('tells when the library reads again', async () => {
    const { near, close } = await socketPair()
    let wanted = 0
    const duplex = new LaneDuplex(near, {
      wanted() {
        wanted++
      },
      destroyed() {},
    })
    while (duplex.receive(Buffer.alloc(10_000)));
    const before = wanted
    duplex.resume()
    await pause(5)
    expect(wanted).toBeGreaterThan(before)
    close()
  })

  it('says once that the library is done', async () => {
    const { near, close } = await socketPair()
    let ends = 0
    const duplex = new LaneDuplex(near, {
      wanted() {},
      destroyed() {
        ends++
      },
    })
    duplex.destroy()
    duplex.destroy()
    duplex.writeOwn(pubacks([1]))
    await pause(1)
    expect(ends).toBe(1)
    close()
  })
})
