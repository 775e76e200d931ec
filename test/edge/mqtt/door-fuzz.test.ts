/** Hostile bytes at the embedded door: whatever comes, the door stays up, and a good client beside it is served. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrokerDoor } from '../../../src/edge/mqtt/broker-door.js'
import { type Door, MqttDoors } from '../../../src/edge/mqtt/doors.js'
import { clock, connectPacket, type FakeEngine, log, openTable, packet, publishPacket, RawClient, text, until } from './kit.js'

const ROUNDS = 1000
const PACKETS_PER_ROUND = 110

let door: Door
let port: number
let engine: FakeEngine
const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)

beforeAll(async () => {
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  door = createBrokerDoor({ port: 0, clock, log, connectionsMax: 100, offlineQueues: true })
  const doors = new MqttDoors()
  doors.add('embedded', door)
  engine = (await openTable(doors, { topic: 't/+', 'dedup.unique-payloads': 'true' })).engine
  engine.automatic = true
  port = (await door.start()).port
})

afterAll(async () => {
  await door.stop()
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
})

const id = fc.oneof({ weight: 200, arbitrary: fc.integer({ min: 1, max: 65_535 }) }, { weight: 1, arbitrary: fc.constant(0) })
const ids = (value: number) => [value >> 8, value & 0xff]
const topic = fc.oneof(
  { weight: 200, arbitrary: fc.constantFrom('t/a', 't/b', 'u', 't/a/b', 'ü') },
  { weight: 1, arbitrary: fc.constantFrom('$SYS/x', 't/+', '', 'x/'.repeat(120)) },
)
const payload = fc.oneof(fc.constantFrom('{"id":"a","v":1}', '{', ''), fc.string({ maxLength: 40 }))
const goodPacket = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(topic, payload, id, fc.constantFrom(0, 1, 2), fc.boolean(), fc.boolean()) },
  { weight: 1, arbitrary: fc.constant(undefined) },
)
const wellFormed = goodPacket.chain((publish) =>
  publish !== undefined
    ? fc.constant(
        publishPacket(publish[0], publish[1], { id: publish[2], qos: publish[3] as 0 | 1 | 2, dup: publish[4], retain: publish[5] }),
      )
    : fc.oneof(
        id.map((value) => packet(0x82, ids(value), text('t/#'), [1])),
        id.map((value) => packet(0xa2, ids(value), text('t/#'))),
        id.map((value) => packet(0x40, ids(value))),
        id.map((value) => packet(0x50, ids(value))),
        id.map((value) => packet(0x62, ids(value))),
        id.map((value) => packet(0x70, ids(value))),
        fc.constant(packet(0xc0)),
        fc.oneof(
          { weight: 20, arbitrary: fc.constant(packet(0xc0)) },
          { weight: 1, arbitrary: fc.constantFrom(packet(0xe0), connectPacket('x')) },
        ),
      ),
)
const mutation = fc.record({ at: fc.nat(100_000), byte: fc.nat(255), kind: fc.constantFrom('set', 'insert', 'drop') })

function mutate(bytes: Buffer, mutations: readonly { at: number; byte: number; kind: string }[]): Buffer {
  const out = [...bytes]
  for (const { at, byte, kind } of mutations) {
    const place = at % (out.length + 1)
    if (kind === 'set') out[place] = byte
    else if (kind === 'insert') out.splice(place, 0, byte)
    else out.splice(place, 1)
  }
  return Buffer.from(out)
}

const stream = fc
  .tuple(
    fc.array(wellFormed, { minLength: PACKETS_PER_ROUND, maxLength: PACKETS_PER_ROUND }),
    fc.array(mutation, { maxLength: 3 }),
    fc.boolean(),
    fc.boolean(),
    fc.array(fc.nat(20_000), { maxLength: 3 }),
  )
  .map(([packets, mutations, loggedIn, clean, cuts]) => {
    const all = mutate(Buffer.concat(packets), mutations)
    const bytes = loggedIn ? Buffer.concat([connectPacket('f', { clean }), all]) : all
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
    return places.slice(1).map((end, i) => bytes.subarray(places[i], end))
  })

it(`stays up under ${ROUNDS * PACKETS_PER_ROUND} mutated packets`, async () => {
  const good = await RawClient.open(port, 'good')
  let served = 0
  await fc.assert(
    fc.asyncProperty(stream, async (chunks) => {
      const client = await RawClient.open(port)
      for (const chunk of chunks) client.socket.write(chunk)
      client.socket.end()
      await client.gone()
      if (++served % 50 === 0) {
        good.send(publishPacket('t/good', '{"id":"good"}', { id: (served % 65_535) + 1 }))
        await good.pubacks(1)
      }
      if (uncaught.length > 0) throw uncaught[0]
    }),
    { numRuns: ROUNDS, endOnFailure: true },
  )
  expect(good.closed).toBe(false)
  good.end()
  await until(() => door.status().connections === 0)
  const { publishes, refused } = door.status().counters
  expect(publishes).toBeGreaterThan(1000)
  expect(refused).toBeGreaterThan(100)
}, 240_000)

it('stays up under random bytes', async () => {
  for (let round = 0; round < 300; round++) {
    const bytes = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 400 }), { numRuns: 1, seed: round })[0]!
    const client = await RawClient.open(port, round % 2 === 0 ? `r${round}` : undefined)
    client.send(Buffer.from(bytes))
    client.socket.end()
    await client.gone()
  }
  expect(uncaught).toEqual([])
  const after = await RawClient.open(port, 'after')
  after.send(packet(0xc0))
  expect((await after.take(2)).toString('hex')).toBe('d000')
  after.end()
}, 60_000)
