import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAccessRules } from '../../../src/edge/mqtt/access.js'
import { createBrokerDoor } from '../../../src/edge/mqtt/broker-door.js'
import type { BrokerDoorOptions } from '../../../src/edge/mqtt/door-options.js'
import { type Door, MqttDoors } from '../../../src/edge/mqtt/doors.js'
import { hashPassword } from '../../../src/edge/mqtt/passwords.js'
import { clock, connectPacket, log, openTable, packet, pause, publishPacket, RawClient, text, until } from './kit.js'

let door: Door
let doors: MqttDoors
let port: number
const clients: RawClient[] = []

async function open(options: Partial<BrokerDoorOptions> = {}): Promise<void> {
  await door?.stop()
  door = createBrokerDoor({ port: 0, clock, log, ...options })
  doors = new MqttDoors()
  doors.add('embedded', door)
  port = (await door.start()).port
}

async function client(id?: string, options: Parameters<typeof RawClient.open>[2] = {}): Promise<RawClient> {
  const made = await RawClient.open(port, id, options)
  clients.push(made)
  return made
}

beforeEach(() => open())
afterEach(async () => {
  for (const each of clients.splice(0)) each.end()
  await door.stop()
})

const reading = (id: string, v: number) => JSON.stringify({ id, v })
const PING = packet(0xc0)

describe('acknowledgement', () => {
  it('acknowledges QoS 1 only after the commit, in order, many in one go', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const device = await client('d1')
    device.send(...Array.from({ length: 50 }, (_, i) => publishPacket('t/a', reading('a', i), { id: i + 1 })))
    await engine.rowsCome(50)
    await pause(20)
    expect(device.received.length).toBe(0)
    engine.commit()
    expect(await device.pubacks(50)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    expect(engine.rows[7]).toEqual(['a', 7, null])
  })

  it('does not make anyone wait for QoS 0', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const device = await client('d1')
    device.send(publishPacket('t/a', reading('a', 1)))
    await engine.rowsCome(1)
    expect(engine.deliveries[0]!.committed).toBeUndefined()
  })

  it('waits for every table that wants the topic', async () => {
    const first = await openTable(doors, { topic: 't/#' })
    const second = await openTable(doors, { topic: 't/a' })
    const device = await client('d1')
    device.send(publishPacket('t/a', reading('a', 1), { id: 9 }))
    await second.engine.rowsCome(1)
    first.engine.commit()
    await pause(20)
    expect(device.received.length).toBe(0)
    second.engine.commit()
    expect(await device.pubacks(1)).toEqual([9])
  })

  it('acknowledges a payload that is no row after its dead letter is committed', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const device = await client('d1')
    device.send(publishPacket('t/a', '{"id":', { id: 3 }))
    await until(() => engine.deliveries.length === 1)
    const [letter] = engine.deliveries[0]!.letters!
    expect(letter).toMatchObject({ reason: 'decode', origin: 't/a' })
    expect(Buffer.from(letter!.sample as Uint8Array).toString()).toBe('{"id":')
    expect(device.received.length).toBe(0)
    engine.commit()
    expect(await device.pubacks(1)).toEqual([3])
  })

  it('forgets what was pending when the connection closes', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const device = await client('d1', { clean: false })
    device.send(publishPacket('t/a', reading('a', 1), { id: 1 }))
    await engine.rowsCome(1)
    device.end()
    await until(() => door.status().connections === 0)
    const again = await client('d1', { clean: false })
    engine.commit()
    await pause(20)
    expect(again.received.length).toBe(0)
    again.send(publishPacket('t/a', reading('a', 1), { id: 1, dup: true }))
    await engine.rowsCome(2)
    engine.commit()
    expect(await again.pubacks(1)).toEqual([1])
  })

  it('sends nothing to the old or the new connection after a takeover', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const old = await client('d1')
    old.send(publishPacket('t/a', reading('a', 1), { id: 1 }))
    await engine.rowsCome(1)
    const next = await client('d1')
    await old.gone()
    engine.commit()
    next.send(PING)
    expect((await next.take(2)).toString('hex')).toBe('d000')
    expect(old.received.length).toBe(0)
  })

  it('drops the connection whose readings a closing table had not committed', async () => {
    const { source, engine } = await openTable(doors, { topic: 't/+' })
    const device = await client('d1')
    device.send(publishPacket('t/a', reading('a', 1), { id: 1 }))
    await engine.rowsCome(1)
    await source.close()
    await device.gone()
  })

  it('reads nothing between closing a table and opening it again', async () => {
    const first = await openTable(doors, { topic: 't/+' })
    const device = await client('d1')
    await first.source.close()
    device.send(publishPacket('t/a', reading('a', 1), { id: 1 }))
    await pause(50)
    expect(device.received.length).toBe(0)
    const second = await openTable(doors, { topic: 't/+' })
    await second.engine.rowsCome(1)
    second.engine.commit()
    expect(await device.pubacks(1)).toEqual([1])
  })
})

describe('what passes on to the broker', () => {
  it('delivers publishes no table wants to subscribers, acknowledged by the broker', async () => {
    await openTable(doors, { topic: 't/+' })
    const subscriber = await client('s')
    subscriber.send(packet(0x82, [0, 1], text('chat/#'), [0]))
    await subscriber.take(5)
    const device = await client('d')
    device.send(publishPacket('chat/x', 'hello', { id: 5 }))
    expect(await device.pubacks(1)).toEqual([5])
    expect((await subscriber.take(15)).toString('latin1')).toContain('hello')
  })

  it('hands a reading to local subscribers as well, after the commit when it is QoS 1', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const subscriber = await client('s')
    subscriber.send(packet(0x82, [0, 1], text('t/#'), [0]))
    await subscriber.take(5)
    const device = await client('d')
    device.send(publishPacket('t/a', reading('q', 1), { id: 5 }))
    await engine.rowsCome(1)
    await pause(20)
    expect(subscriber.received.length).toBe(0)
    engine.commit()
    expect((await subscriber.take(22)).toString()).toContain('"id":"q"')
    device.send(publishPacket('t/a', reading('z', 2)))
    expect((await subscriber.take(22)).toString()).toContain('"id":"z"')
    await engine.rowsCome(2)
  })

  it('keeps retained readings for later subscribers, within limits', async () => {
    await open({ retainedMax: 1 })
    const { engine } = await openTable(doors, { topic: 't/+' })
    engine.automatic = true
    const device = await client('d')
    device.send(
      publishPacket('t/a', reading('a', 1), { id: 1, retain: true }),
      publishPacket('t/b', reading('b', 1), { id: 2, retain: true }),
    )
    await device.pubacks(2)
    await until(() => door.status().counters.not_retained === 1)
    const subscriber = await client('s')
    subscriber.send(packet(0x82, [0, 1], text('t/#'), [0]))
    await subscriber.take(5)
    expect((await subscriber.take(22)).toString()).toContain('"id":"a"')
  })

  it('takes QoS 2 through the broker, answers after the commit and counts a repeat once', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const device = await client('d', { clean: false })
    device.send(publishPacket('t/a', reading('a', 1), { id: 7, qos: 2 }))
    await engine.rowsCome(1)
    await pause(20)
    expect(device.received.length).toBe(0)
    engine.commit()
    expect((await device.take(4)).toString('hex')).toBe('50020007')
    device.send(publishPacket('t/a', reading('a', 1), { id: 7, qos: 2, dup: true }))
    expect((await device.take(4)).toString('hex')).toBe('50020007')
    device.send(packet(0x62, [0, 7]))
    expect((await device.take(4)).toString('hex')).toBe('70020007')
    device.send(publishPacket('t/a', reading('a', 2), { id: 7, qos: 2 }))
    await engine.rowsCome(2)
    engine.commit()
    expect((await device.take(4)).toString('hex')).toBe('50020007')
    expect(engine.rows.length).toBe(2)
  })

  it('takes a will as a reading', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    engine.automatic = true
    const device = await client()
    const will = reading('gone', 1)
    device.send(packet(0x10, text('MQTT'), [4, 0x0e, 0, 60], text('w'), text('t/w'), text(will)))
    await device.take(4)
    device.end()
    expect(await engine.rowsCome(1)).toEqual([['gone', 1, null]])
  })

  it('holds what is pipelined behind CONNECT until the login is done', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    const device = await client()
    device.send(
      connectPacket('p'),
      publishPacket('t/a', reading('a', 1), { id: 1 }),
      PING,
      publishPacket('t/a', reading('a', 2), { id: 2 }),
    )
    await engine.rowsCome(2)
    engine.commit()
    const bytes = (await device.take(14)).toString('hex')
    expect(bytes.startsWith('20020000')).toBe(true)
    expect(bytes).toContain('d000')
    expect(bytes).toContain('4002000140020002')
  })
})

describe('the guard', () => {
  const refused = async (...packets: Buffer[]) => {
    const device = await client()
    device.send(...packets)
    await device.gone()
  }

  it('ends connections that do not start with CONNECT, or with one too large', async () => {
    await refused(PING)
    await refused(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    await refused(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 1]))
    await refused(connectPacket('x'.repeat(2000)))
    expect(door.status().counters.refused).toBe(4)
  })

  it.each([
    ['a second CONNECT', connectPacket('again')],
    ['packet id 0 in a PUBLISH', publishPacket('t/a', 'x', { id: 0, qos: 1 })],
    ['QoS 3', packet(0x36, text('t/a'), [0, 1])],
    ['a topic beyond the packet', packet(0x30, [0, 9], Buffer.from('abc'))],
    ['a PUBLISH without a topic length', packet(0x30, [0])],
    ['a wildcard in a topic', publishPacket('t/+', 'x')],
    ['a control character in a topic', publishPacket('t/\u0001', 'x')],
    ['a topic that is not UTF-8', packet(0x30, [0, 2, 0xc3, 0x28])],
    ['a packet above the limit', packet(0x30, text('t/a'), Buffer.alloc(300_000))],
    ['a SUBSCRIBE with packet id 0', packet(0x82, [0, 0], text('t'), [0])],
    ['a PUBACK of three bytes', packet(0x40, [0, 1, 0])],
    ['wrong flags', packet(0xc1)],
    ['a CONNACK from a client', packet(0x20, [0, 0])],
    ['a malformed length', Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0])],
  ])('ends a connection on %s', async (_, bytes) => {
    await openTable(doors, { topic: 't/+' })
    const device = await client('d')
    device.send(bytes)
    await device.gone()
    // and the door goes on
    const other = await client('e')
    other.send(PING)
    expect((await other.take(2)).toString('hex')).toBe('d000')
  })

  it('ends connections that are silent before CONNECT or beyond their keep-alive, counting the fast lane', async () => {
    await open({ connectTimeoutMs: 200 })
    const { engine } = await openTable(doors, { topic: 't/+' })
    engine.automatic = true
    const mute = await client()
    const silent = await client('silent', { keepAlive: 1 })
    const busy = await client('busy', { keepAlive: 1 })
    for (let i = 1; i <= 12; i++) {
      busy.send(publishPacket('t/a', reading('a', i), { id: i }))
      await pause(250)
    }
    await mute.gone()
    await silent.gone()
    expect(busy.closed).toBe(false)
  })

  it('does not count silence while it does not read', async () => {
    const { source, engine } = await openTable(doors, { topic: 't/+' })
    engine.automatic = true
    const device = await client('d', { keepAlive: 1 })
    source.pause()
    expect(door.status().paused).toBe(true)
    device.send(publishPacket('t/a', reading('a', 1), { id: 1 }))
    await pause(3200)
    expect(device.closed).toBe(false)
    expect(engine.rows.length).toBe(0)
    source.resume()
    expect(await device.pubacks(1)).toEqual([1])
  }, 20_000)

  it('takes no more connections than allowed', async () => {
    await open({ connectionsMax: 2 })
    await client('a')
    await client('b')
    const third = await client()
    third.send(connectPacket('c'))
    await third.gone()
    expect(door.status().connections).toBe(2)
  })
})

describe('login and access', () => {
  it('lets in who knows the password, under an own client id only', async () => {
    await open({ users: [{ name: 'press', passwordHash: await hashPassword('secret') }] })
    await client('press-1', { user: 'press', password: 'secret' })
    await client('press', { user: 'press', password: 'secret' })
    const code = async (id: string, options: object) => {
      const device = await client()
      device.send(connectPacket(id, options))
      return (await device.take(4))[3]
    }
    expect(await code('press-2', { user: 'press', password: 'wrong' })).toBe(4)
    expect(await code('press-2', { user: 'other', password: 'secret' })).toBe(4)
    expect(await code('press-2', {})).toBe(5)
    expect(await code('pump-1', { user: 'press', password: 'secret' })).toBe(2)
    expect(await code('', { user: 'press', password: 'secret', clean: false })).toBe(2)
    expect(await code('press-3', { user: 'press', password: 'secret', level: 5 })).toBe(1)
  })

  it('applies the same rules to both lanes and keeps $SYS to itself', async () => {
    await open({ access: createAccessRules([{ user: '*', publish: ['d/%c/#', 'chat'], subscribe: ['c/%c/#'] }]) })
    const { engine } = await openTable(doors, { topic: 'd/#' })
    engine.automatic = true
    const device = await client('x')
    device.send(publishPacket('d/x/t', reading('a', 1), { id: 1 }))
    expect(await device.pubacks(1)).toEqual([1])
    device.send(packet(0x82, [0, 1], text('c/x/+'), [0], text('#'), [0], text('$SYS/#'), [0], text('a+'), [0]))
    expect([...(await device.take(8)).subarray(4)]).toEqual([0, 0x80, 0x80, 0x80])
    device.send(publishPacket('d/y/t', reading('a', 1), { id: 2 }))
    await device.gone()
    const other = await client('y')
    other.send(publishPacket('elsewhere', 'x', { id: 1 }))
    await other.gone()
    expect(engine.rows.length).toBe(1)
  })

  it('refuses to listen beyond loopback and let anyone in', () => {
    expect(() => createBrokerDoor({ host: '0.0.0.0', port: 0, clock, log })).toThrow('would let anyone in')
    expect(() => createBrokerDoor({ host: '0.0.0.0', port: 0, clock, log, anonymous: true })).not.toThrow()
  })

  it('refuses subscriptions that would queue without limit for absent clients', async () => {
    const device = await client('d', { clean: false })
    device.send(packet(0x82, [0, 1], text('a'), [1], text('b'), [0]))
    expect([...(await device.take(6)).subarray(4)]).toEqual([0x80, 0])
  })
})

describe('life', () => {
  it('says when the address is taken', async () => {
    const second = createBrokerDoor({ port, clock, log })
    await expect(second.start()).rejects.toMatchObject({ code: 'M0101' })
  })

  it('tells tables whether it is up, and can be started again', async () => {
    const { engine } = await openTable(doors, { topic: 't/+' })
    expect(engine.connected).toEqual([true])
    await door.stop()
    expect(door.status().state).toBe('stopped')
    await door.start()
    expect(engine.connected).toEqual([true, false, true])
  })
})
