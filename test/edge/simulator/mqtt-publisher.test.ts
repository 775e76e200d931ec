import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Message, MqttPublisher } from '../../../src/edge/simulator/mqtt-publisher.js'
import { seededRandom } from '../../../src/engine-lite/base/prng.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'
import { FakeBroker } from './fake-broker.js'

let broker: FakeBroker
let publisher: MqttPublisher
let acknowledged: unknown[]

beforeEach(async () => {
  broker = await FakeBroker.start()
  acknowledged = []
  publisher = new MqttPublisher({
    host: '127.0.0.1',
    port: broker.port,
    clientId: 'pump-1',
    clock: systemClock(),
    random: seededRandom(1),
    onAcknowledged: (message) => acknowledged.push(message.tag),
  })
})
afterEach(async () => {
  publisher.close()
  await broker.close()
})

const message = (tag: number, more: Partial<Message> = {}): Message => ({ topic: 'a/b', payload: Buffer.from(`p${tag}`), tag, ...more })

describe('a publisher', () => {
  it('keeps its session and publishes at QoS 1', async () => {
    publisher.publish(message(1))
    await vi.waitFor(() => expect(acknowledged).toEqual([1]))
    expect(broker.connects).toEqual([{ clientId: 'pump-1', cleanSession: false }])
    expect(broker.seen).toMatchObject([{ topic: 'a/b', payload: 'p1', dup: false, packetId: 1 }])
    expect(publisher.pending).toBe(0)
  })

  it('sends what was not acknowledged again after a reconnect: same id, DUP set, old order, before newer ones', async () => {
    broker.automatic = false
    for (const tag of [1, 2, 3]) publisher.publish(message(tag))
    await vi.waitFor(() => expect(broker.seen).toHaveLength(3))
    broker.acknowledge(broker.seen[1]!)
    await vi.waitFor(() => expect(acknowledged).toEqual([2]))
    broker.automatic = true
    broker.dropConnections()
    publisher.publish(message(4))
    await vi.waitFor(() => expect(acknowledged).toHaveLength(4))
    // Message 4 may still have gone out on the old connection; what counts is how the new one begins.
    const second = broker.seen.filter(({ socket }) => socket !== broker.seen[0]!.socket)
    expect(second.slice(0, 2)).toMatchObject([
      { payload: 'p1', dup: true, packetId: 1 },
      { payload: 'p3', dup: true, packetId: 3 },
    ])
    expect(second.at(-1)?.payload).toBe('p4')
    expect([...acknowledged].sort()).toEqual([1, 2, 3, 4])
  })

  it('repeats a packet on demand and counts its acknowledgements once', async () => {
    publisher.publish(message(1, { repeat: true }))
    publisher.publish(message(2))
    await vi.waitFor(() => expect(acknowledged).toEqual([1, 2]))
    expect(broker.seen.map(({ payload, dup, packetId }) => [payload, dup, packetId])).toEqual([
      ['p1', false, 1],
      ['p1', true, 1],
      ['p2', false, 2],
    ])
  })

  it('holds at most 32 packets in flight, and 10,000 messages in memory', async () => {
    broker.automatic = false
    let taken = 0
    for (let i = 0; i < 10_100; i++) if (publisher.publish(message(i))) taken++
    await vi.waitFor(() => expect(broker.seen).toHaveLength(32))
    expect(taken).toBe(10_000)
    expect(publisher.pending).toBe(10_000)
  })
})
