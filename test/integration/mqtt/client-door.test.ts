import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClientDoor } from '../../../src/edge/mqtt/client-door.js'
import type { ClientDoorOptions } from '../../../src/edge/mqtt/door-options.js'
import { type Door, MqttDoors } from '../../../src/edge/mqtt/doors.js'
import { clock, type FakeEngine, log, openTable, pause, until } from '../../edge/mqtt/kit.js'
import { Mosquitto, mosquittoPath } from './mosquitto.js'

describe.skipIf(mosquittoPath === undefined)('the client door behind a real mosquitto', () => {
  let broker: Mosquitto
  let doors: MqttDoors
  const open: Door[] = []
  const publishers: MqttClient[] = []

  beforeEach(async () => {
    broker = await Mosquitto.start()
    doors = new MqttDoors()
  })

  afterEach(async () => {
    for (const publisher of publishers.splice(0)) publisher.end(true)
    for (const door of open.splice(0)) await door.stop()
    await broker.remove()
  })

  function door(options: Partial<ClientDoorOptions> = {}): Door {
    const made = createClientDoor({
      url: `mqtt://127.0.0.1:${broker.port}`,
      clientId: 'millrace-gw',
      clock,
      log,
      random: () => 0.1,
      reconnectBaseMs: 50,
      ...options,
    })
    open.push(made)
    doors = new MqttDoors()
    doors.add('plant', made)
    return made
  }

  async function publisher(): Promise<MqttClient> {
    const made = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { clientId: `p${publishers.length}` })
    publishers.push(made)
    return made
  }

  const reading = (v: number) => JSON.stringify({ id: 'a', v })
  const values = (engine: FakeEngine) => engine.rows.map((row) => row[1] as number)

  it('takes QoS 0 and QoS 1 and acknowledges after the commit', async () => {
    const gate = door()
    const { engine } = await openTable(doors, { topic: 'plant/{line}/+' }, ['topic.line', 'client-id', 'dup'])
    await gate.start()
    await until(() => engine.connected.includes(true))
    const from = await publisher()
    await from.publishAsync('plant/l1/x', reading(0), { qos: 0 })
    await engine.rowsCome(1)
    for (let i = 1; i <= 30; i++) await from.publishAsync('plant/l1/x', reading(i), { qos: 1 })
    // mosquitto has at most 20 unacknowledged on the way
    await until(() => engine.rows.length === 21)
    await pause(50)
    expect(engine.rows.length).toBe(21)
    expect(gate.status().counters.acknowledged).toBe(0)
    engine.automatic = true
    engine.commit()
    await engine.rowsCome(31)
    expect(values(engine)).toEqual(Array.from({ length: 31 }, (_, i) => i))
    expect(engine.rows[3]).toEqual(['a', 3, null, 'l1', null, false])
  })

  it('keeps its session: what came while it was away is delivered, what was not committed comes again', async () => {
    const first = door()
    const before = await openTable(doors, { topic: 'plant/#' })
    await first.start()
    await until(() => before.engine.connected.includes(true))
    const from = await publisher()
    for (let i = 0; i < 3; i++) await from.publishAsync('plant/x', reading(i), { qos: 1 })
    await before.engine.rowsCome(3)
    before.engine.commit()
    for (let i = 3; i < 5; i++) await from.publishAsync('plant/x', reading(i), { qos: 1 })
    await before.engine.rowsCome(5)
    await until(() => first.status().counters.acknowledged === 3)
    await first.stop()
    for (let i = 5; i < 8; i++) await from.publishAsync('plant/x', reading(i), { qos: 1 })

    const second = door()
    const after = await openTable(doors, { topic: 'plant/#' }, ['dup'])
    after.engine.automatic = true
    await second.start()
    await after.engine.rowsCome(5)
    expect(values(after.engine)).toEqual([3, 4, 5, 6, 7])
    expect(after.engine.rows.map((row) => row[3])).toEqual([true, true, false, false, false])
    expect(after.engine.metrics.value('repeats_possible_total')).toBe(2)
  })

  it('recognises redeliveries of committed readings where payloads are unique', async () => {
    const gate = door()
    const { engine } = await openTable(doors, { topic: 'plant/#', 'dedup.unique-payloads': 'true' })
    await gate.start()
    await until(() => engine.connected.includes(true))
    const from = await publisher()
    for (let i = 0; i < 5; i++) await from.publishAsync('plant/x', reading(i), { qos: 1 })
    await engine.rowsCome(5)
    // durable, but the broker never hears of it: the link breaks first
    await gate.stop()
    engine.commit()
    engine.automatic = true
    await gate.start()
    await until(() => engine.metrics.value('repeats_recognised_total') === 5)
    const again = await publisher()
    await again.publishAsync('plant/x', reading(5), { qos: 1 })
    await engine.rowsCome(6)
    expect(values(engine)).toEqual([0, 1, 2, 3, 4, 5])
    await until(() => gate.status().counters.acknowledged === 6)
  })

  it('meets redeliveries after a restart of the broker', async () => {
    const gate = door()
    const { engine } = await openTable(doors, { topic: 'plant/#', 'dedup.unique-payloads': 'true' }, ['dup'])
    await gate.start()
    await until(() => engine.connected.includes(true))
    const from = await publisher()
    for (let i = 0; i < 4; i++) await from.publishAsync('plant/x', reading(i), { qos: 1 })
    await engine.rowsCome(4)
    await broker.kill()
    // durable by now, but the broker was not told
    engine.commit()
    await until(() => gate.status().state === 'disconnected')
    engine.automatic = true
    await broker.run()
    await until(() => engine.metrics.value('repeats_recognised_total') === 4)
    expect(values(engine)).toEqual([0, 1, 2, 3])
  })

  it('comes back when the broker does, and says so to the tables', async () => {
    const gate = door()
    const { engine } = await openTable(doors, { topic: 'plant/#' })
    engine.automatic = true
    await broker.kill()
    await gate.start()
    expect(gate.status()).toMatchObject({ state: 'disconnected', connections: 0 })
    expect(gate.status().trouble).toContain('ECONNREFUSED')
    for (let round = 0; round < 3; round++) {
      await broker.run()
      await until(() => gate.status().state === 'connected' && engine.connected.at(-1) === true)
      expect(gate.status().trouble).toBeUndefined()
      const from = await publisher()
      await from.publishAsync('plant/x', reading(round), { qos: 1 })
      await engine.rowsCome(round + 1)
      await broker.kill(round === 1 ? 'SIGKILL' : 'SIGTERM')
      await until(() => engine.connected.at(-1) === false)
    }
    expect(new Set(values(engine))).toEqual(new Set([0, 1, 2]))
  })

  it('survives a long pause without losing its link', async () => {
    const gate = door({ keepAliveSeconds: 1 })
    const { engine, source } = await openTable(doors, { topic: 'plant/#' })
    engine.automatic = true
    await gate.start()
    await until(() => engine.connected.includes(true))
    source.pause()
    const from = await publisher()
    for (let i = 0; i < 10; i++) await from.publishAsync('plant/x', reading(i), { qos: 1 })
    await pause(4000)
    expect(engine.rows.length).toBe(0)
    expect(engine.connected).toEqual([true])
    source.resume()
    await engine.rowsCome(10)
    expect(engine.connected).toEqual([true])
  })

  it('skips what the broker sends from its retained store, unless told to take it', async () => {
    const from = await publisher()
    await from.publishAsync('plant/x', reading(1), { qos: 1, retain: true })
    const gate = door()
    const skipping = await openTable(doors, { topic: 'plant/#' })
    const taking = await openTable(doors, { topic: 'plant/+', retained: 'take' })
    skipping.engine.automatic = true
    taking.engine.automatic = true
    await gate.start()
    await taking.engine.rowsCome(1)
    await from.publishAsync('plant/x', reading(2), { qos: 1, retain: true })
    await skipping.engine.rowsCome(1)
    expect(values(skipping.engine)).toEqual([2])
  })

  it('takes QoS 2 of a wider subscription made elsewhere, through the library', async () => {
    const other = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { clientId: 'millrace-gw', clean: false })
    await other.subscribeAsync('plant/+', { qos: 2 })
    await other.endAsync()
    const gate = door()
    const { engine } = await openTable(doors, { topic: 'plant/#' })
    engine.automatic = true
    await gate.start()
    await until(() => engine.connected.includes(true))
    const from = await publisher()
    await from.publishAsync('plant/x', reading(1), { qos: 2 })
    await from.publishAsync('elsewhere', 'x', { qos: 1 })
    await engine.rowsCome(1)
    expect(values(engine).filter((v) => v === 1).length).toBeGreaterThan(0)
  })

  it('subscribes for tables that come later and gives back what no table wants', async () => {
    const gate = door()
    await gate.start()
    await until(() => gate.status().state === 'connected')
    const { engine, source } = await openTable(doors, { topic: 'late/+' })
    engine.automatic = true
    const from = await publisher()
    await until(() => gate.status().filters.includes('late/+'))
    await pause(100)
    await from.publishAsync('late/x', reading(1), { qos: 1 })
    await engine.rowsCome(1)
    await source.close()
    await until(() => gate.status().filters.length === 0)
    await pause(100)
    await from.publishAsync('late/x', reading(2), { qos: 1 })
    await pause(100)
    expect(gate.status().counters.unrouted).toBe(0)
    expect(engine.rows.length).toBe(1)
  })
})
