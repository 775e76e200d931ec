import { describe, expect, it } from 'vitest'
import { Acknowledgement } from '../../../src/edge/mqtt/acknowledgement.js'
import { createMqttConnector } from '../../../src/edge/mqtt/connector.js'
import { type Door, type DoorStatus, MqttDoors } from '../../../src/edge/mqtt/doors.js'
import type { IngestBinding } from '../../../src/edge/mqtt/ingest.js'
import { IngestRouter } from '../../../src/edge/mqtt/ingest-router.js'
import type { TableDefinition } from '../../../src/engine-lite/contract/connector.js'
import { environment, FakeEngine, openTable, table } from './kit.js'

/** A door without a network. */
class TestDoor implements Door {
  readonly router = new IngestRouter()
  pauses = 0

  constructor(private readonly kind: DoorStatus['kind']) {}

  async start() {
    return { address: 'test', port: 0 }
  }

  async stop() {}

  status(): DoorStatus {
    const kind = this.kind
    return { kind, state: 'stopped', address: undefined, connections: 0, filters: [], paused: false, counters: {}, trouble: undefined }
  }

  bind(binding: IngestBinding) {
    this.router.bind(binding)
    binding.connected(true)
    return () => this.router.unbind(binding)
  }

  pause(): void {
    this.pauses++
  }

  resume(): void {
    this.pauses--
  }

  publish(topic: string, payload: string, acknowledgement?: Acknowledgement, dup = false, packetId = 1): void {
    const bytes = Buffer.from(`..${payload}..`)
    Object.assign(this.router.publish, {
      bytes,
      payloadStart: 2,
      payloadEnd: bytes.length - 2,
      topic,
      qos: acknowledgement === undefined ? 0 : 1,
      retain: false,
      dup,
      packetId,
      clientId: 'c',
      device: 'c',
      receivedAtMs: 1700,
    })
    const name = Buffer.from(topic)
    this.router.take(this.router.route(name, 0, name.length).targets, acknowledgement)
  }
}

class TestAcknowledgement extends Acknowledgement {
  outcome = 'waiting'

  protected override released(): void {
    this.outcome = 'released'
  }

  protected override abandoned(): void {
    this.outcome = 'abandoned'
  }
}

function setUp(kind: DoorStatus['kind'] = 'broker') {
  const door = new TestDoor(kind)
  const doors = new MqttDoors()
  doors.add('d', door)
  return { door, doors }
}

const connector = (doors = setUp().doors) => createMqttConnector(doors)
const validate = (definition: TableDefinition) => () => connector().validate!(definition)

describe('the mqtt connector', () => {
  it('refuses tables it cannot serve, with the reason', () => {
    expect(validate(table({}))).toThrow("has no 'topic'")
    expect(validate(table({ topic: 'a/#/b' }))).toThrow('is not a topic filter')
    expect(validate(table({ topic: 'a/{x}' }, ['topic.y']))).toThrow("metadata key 'topic.y'")
    expect(validate(table({ topic: 'a/{x}' }, ['topic.x', 'qos']))).not.toThrow()
    expect(validate(table({ topic: 'a', 'dedup.sequence-field': 'seq' }))).toThrow('dedup.device-field')
    expect(validate(table({ topic: 'a', 'dedup.sequence-field': 'no', 'dedup.device-field': 'id' }))).toThrow('is no column')
    expect(validate(table({ topic: 'a', 'dedup.sequence-field': 'id', 'dedup.device-field': 'id' }))).toThrow('not an integer')
    expect(validate(table({ topic: 'a', 'dedup.entries-per-client': '0' }))).toThrow('between 1 and')
    expect(validate(table({ topic: 'a', 'dedup.memory': 'lots' }))).toThrow('is no size')
    expect(() => connector().createSource!(table({ topic: 'a', door: 'x' }), environment)).toThrow("no MQTT door named 'x'")
    expect(() => connector(new MqttDoors()).createSource!(table({ topic: 'a' }), environment)).toThrow('needs an MQTT door')
  })

  it('fills metadata columns from the packet and its topic', async () => {
    const { door, doors } = setUp()
    const metadata = ['topic', 'topic.line', 'topic.device', 'qos', 'retained', 'dup', 'client-id', 'received-at', 'packet-id']
    const { engine } = await openTable(doors, { topic: 'plant/{line}/{device}/t' }, metadata)
    door.publish('plant/l1/d7/t', '{"id":"a","v":1}', new TestAcknowledgement())
    door.publish('plant/l2/d8/t', '{"id":"b","v":2}')
    door.router.flush()
    expect(engine.rows).toEqual([
      ['a', 1, null, 'plant/l1/d7/t', 'l1', 'd7', 1, false, false, 'c', 1700, 1],
      ['b', 2, null, 'plant/l2/d8/t', 'l2', 'd8', 0, false, false, 'c', 1700, 1],
    ])
    expect(engine.deliveries.length).toBe(1)
    expect(engine.deliveries[0]!.bytes).toBe(2 * (16 + 13))
  })

  it('releases an acknowledgement when the last delivery that holds it is committed', async () => {
    const { door, doors } = setUp()
    const one = await openTable(doors, { topic: 'a/#' })
    const two = await openTable(doors, { topic: 'a/b' })
    const waiting = new TestAcknowledgement()
    door.publish('a/b', '{}', waiting)
    door.publish('a/c', '{}', waiting)
    door.router.flush()
    waiting.letGo()
    one.engine.commit()
    expect(waiting.outcome).toBe('waiting')
    two.engine.commit()
    expect(waiting.outcome).toBe('released')
  })

  it('abandons what a closing table had not committed, and only that', async () => {
    const { door, doors } = setUp()
    const { engine, source } = await openTable(doors, { topic: 'a' })
    const [first, second] = [new TestAcknowledgement(), new TestAcknowledgement()]
    door.publish('a', '{}', first)
    door.router.flush()
    first.letGo()
    engine.commit()
    door.publish('a', '{}', second)
    door.router.flush()
    second.letGo()
    source.pause()
    source.pause()
    expect(door.pauses).toBe(1)
    await source.close()
    expect([first.outcome, second.outcome]).toEqual(['released', 'abandoned'])
    expect(door.pauses).toBe(0)
    engine.commit()
    expect(second.outcome).toBe('abandoned')
  })

  it('lets a recognised redelivery wait for the commit of the first', async () => {
    const { door, doors } = setUp()
    const { engine } = await openTable(doors, { topic: 'a', 'dedup.unique-payloads': 'true' })
    const [first, again] = [new TestAcknowledgement(), new TestAcknowledgement()]
    door.publish('a', '{"v":1}', first)
    door.router.flush()
    first.letGo()
    door.publish('a', '{"v":1}', again, true)
    door.router.flush()
    again.letGo()
    expect(engine.rows.length).toBe(1)
    expect(again.outcome).toBe('waiting')
    engine.commit()
    expect([first.outcome, again.outcome]).toEqual(['released', 'released'])
    expect(engine.metrics.value('repeats_recognised_total')).toBe(1)
    // not marked as a redelivery, or another payload under the id: a reading of its own
    door.publish('a', '{"v":1}', new TestAcknowledgement())
    door.publish('a', '{"v":2}', new TestAcknowledgement(), true)
    door.router.flush()
    expect(engine.rows.length).toBe(3)
    expect(engine.metrics.value('repeats_possible_total')).toBe(1)
  })

  it.each([
    ['broker', 128],
    ['client', 65_535],
  ] as const)('remembers as many publishes of a client as suits a %s door: %i', async (kind, entries) => {
    const { door, doors } = setUp(kind)
    const { engine } = await openTable(doors, { topic: 'a', 'dedup.unique-payloads': 'true' })
    const send = (packetId: number, dup: boolean) => door.publish('a', `{"v":${packetId}}`, new TestAcknowledgement(), dup, packetId)
    for (let id = 1; id <= entries; id++) send(id, false)
    for (let id = 1; id <= entries; id++) send(id, true)
    door.router.flush()
    expect(engine.rows.length).toBe(entries)
    expect(engine.metrics.value('repeats_recognised_total')).toBe(entries)
  })

  it('recognises repeats by sequence number whatever carried them', async () => {
    const { door, doors } = setUp()
    const { engine } = await openTable(doors, { topic: 'a', 'dedup.sequence-field': 'seq', 'dedup.device-field': 'id' })
    const send = (id: string, seq: number | null, v = 0) => door.publish('a', JSON.stringify({ id, seq, v }))
    send('x', 1)
    send('x', 2)
    send('x', 1)
    send('y', 1)
    send('x', null)
    send('x', null)
    send('x', 1, 9)
    door.router.flush()
    expect(engine.rows.map(([id, v, seq]) => [id, seq, v])).toEqual([
      ['x', 1, 0],
      ['x', 2, 0],
      ['y', 1, 0],
      ['x', null, 0],
      ['x', null, 0],
      ['x', 1, 9],
    ])
    expect(engine.deliveries[0]!.committed).toBeUndefined()
    expect([...engine.tables.keys()]).toEqual(['sequences'])
  })

  it('reads the sequence even where no query does', async () => {
    const { door, doors } = setUp()
    const engine = new FakeEngine()
    const definition = table({ topic: 'a', 'dedup.sequence-field': 'seq', 'dedup.device-field': 'id' })
    const unused = { ...definition, columns: definition.columns.map((column) => ({ ...column, used: column.name === 'v' })) }
    await createMqttConnector(doors).createSource!(unused, environment)(engine.context).start()
    door.publish('a', '{"id":"x","seq":1,"v":1}')
    door.publish('a', '{"id":"x","seq":1,"v":1}')
    door.router.flush()
    expect(engine.rows).toEqual([['x', 1, 1]])
  })

  it('counts payloads that give no row and no error', async () => {
    const { door, doors } = setUp()
    const { engine } = await openTable(doors, { topic: 'a', 'json.ignore-parse-errors': 'true' })
    const waiting = new TestAcknowledgement()
    door.publish('a', '', waiting)
    door.publish('a', 'nonsense', waiting)
    door.router.flush()
    waiting.letGo()
    expect(engine.metrics.value('payloads_without_row_total')).toBe(2)
    engine.commit()
    expect(waiting.outcome).toBe('released')
  })
})

describe('the doors of a gateway', () => {
  it('have names of their own, the first being the default', () => {
    const { door, doors } = setUp()
    expect(doors.default).toBe(door)
    expect(() => doors.add('d', new TestDoor('broker'))).toThrow('two MQTT doors')
    const second = new TestDoor('broker')
    doors.add('e', second)
    expect(doors.default).toBe(door)
    expect(doors.names).toEqual(['d', 'e'])
    const release = doors.hold()
    expect([door.pauses, second.pauses]).toEqual([1, 1])
    release()
    release()
    expect([door.pauses, second.pauses]).toEqual([0, 0])
  })
})
