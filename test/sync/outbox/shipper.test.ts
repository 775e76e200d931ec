import { afterEach, describe, expect, it } from 'vitest'
import type { ShipperOptions } from '../../../src/sync/outbox/shipper-options.js'
import { cut } from '../support/scripted-port.js'
import { ShipperSetup, settle, startedShipper } from '../support/shipper-setup.js'

let setup: ShipperSetup
afterEach(async () => {
  await setup.shipper.stop()
})

async function started(options: Partial<ShipperOptions> = {}, autoSeal = true): Promise<ShipperSetup> {
  setup = await startedShipper(options, autoSeal)
  return setup
}

describe('the shipper sends what was committed', () => {
  it('in order, with id, version and query in the headers, and removes it after the acknowledgement', async () => {
    const { engine, port, storage, shipper } = await started()
    setup.put('a', '1')
    setup.put('b', '2')
    setup.put('c', null)
    engine.commit()
    await setup.pass()
    expect(port.log.map(({ key, value }) => [key, value])).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', null],
    ])
    expect(port.log[1]?.headers).toEqual({
      'millrace-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'millrace-version': '1.1.1',
      'millrace-query': 'q1',
    })
    expect(port.log[0]?.timestampMs).toBeNull()
    expect(shipper.status().unconfirmedRows).toBe(3)
    await setup.pass(1_000)
    expect(storage.rows).toEqual([])
    expect(shipper.status()).toMatchObject({ link: 'up', unconfirmedRows: 0, exits: { acknowledged: 3, dropped: 0, deadLetters: 0 } })
  })

  it('and not what is not durable', async () => {
    const { engine, port } = await started()
    setup.put('a', '1')
    await setup.pass(5_000)
    expect(port.sends).toHaveLength(0)
    engine.commit()
    await setup.pass()
    expect(port.values()).toEqual(['1'])
  })

  it('with one topic-partition per send, keyless rows in one partition and in order', async () => {
    const { engine, port } = await started()
    port.partitions = 4
    for (let i = 0; i < 20; i += 1) setup.put(`k${i}`, `v${i}`)
    for (let i = 0; i < 5; i += 1) setup.put(null, `n${i}`, 'plain')
    engine.commit()
    await setup.pass()
    expect(port.sends.length).toBeGreaterThan(3)
    const plain = port.sends.filter(({ topic }) => topic === 'plain')
    expect(plain).toHaveLength(1)
    expect(port.log.filter(({ topic }) => topic === 'plain').map(({ value }) => value)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4'])
  })

  it('stamps records with the time of the event where that was chosen', async () => {
    const { engine, port } = await started({ recordTimestamp: 'event' })
    setup.put('a', '1')
    engine.commit()
    await setup.pass()
    expect(port.log[0]?.timestampMs).toBe(42)
  })

  it('and leaves destinations of other uplinks alone', async () => {
    const { engine, port, storage } = await started()
    engine.put({ destination: 'file:t', mode: 'append', key: null, value: Buffer.from('x'), query: 'q', eventTimeMs: null })
    engine.commit()
    await setup.pass(2_000)
    expect(port.sends).toHaveLength(0)
    expect(storage.rows).toHaveLength(1)
  })
})

describe('removal after the acknowledgement', () => {
  it('asks for a frame after a second', async () => {
    const { engine } = await started({}, false)
    setup.put('a', '1')
    engine.commit()
    await setup.pass(999)
    expect(engine.sealRequests).toBe(0)
    await setup.pass(1)
    expect(engine.sealRequests).toBeGreaterThan(0)
  })

  it('never lets more than 1,000 rows be sent and not removed', async () => {
    const { engine, port, shipper } = await started({}, false)
    for (let i = 0; i < 3_000; i += 1) setup.put(`k${i}`, `v${i}`)
    engine.commit()
    await setup.pass(10_000)
    expect(port.log).toHaveLength(1_000)
    expect(engine.sealRequests).toBeGreaterThan(0)
    engine.commit()
    await setup.pass()
    expect(port.log).toHaveLength(2_000)
    engine.commit()
    await setup.pass()
    engine.commit()
    await setup.pass()
    expect(port.log).toHaveLength(3_000)
    expect(shipper.status()).toMatchObject({ queuedRows: 0, unconfirmedRows: 0 })
  })

  it('spares a row that was replaced while its old version was in flight: the new version goes out after it', async () => {
    const { engine, port, storage } = await started()
    let release = () => {}
    port.beforeAnswer = () => new Promise((resolve) => (release = resolve))
    setup.put('a', 'old')
    engine.commit()
    await setup.pass()
    setup.put('a', 'new')
    engine.commit()
    port.beforeAnswer = undefined
    release()
    await setup.pass(2_000)
    expect(port.values()).toEqual(['old', 'new'])
    expect(storage.rows).toEqual([])
    expect(storage.replaced).toBe(1)
  })

  it('is repeated after a crash between acknowledgement and commit, with the same id and version', async () => {
    const first = await started({}, false)
    first.put('a', '1')
    first.engine.commit()
    await first.pass()
    await first.shipper.stop()
    first.engine.forget()

    setup = new ShipperSetup()
    setup.storage.rows = first.storage.rows
    setup.shipper.start()
    await setup.pass(1_000)
    expect(setup.port.log).toEqual(first.port.log)
  })

  it('happens anew when an older commit was loaded: rows that are still there are sent again', async () => {
    const { engine, port, storage } = await started()
    setup.put('a', '1')
    engine.commit()
    await setup.pass()
    const [row] = storage.rows
    await setup.pass(1_000)
    expect(storage.rows).toEqual([])
    storage.rows.push(row!)
    await setup.pass()
    engine.commit()
    await setup.pass(3_000)
    expect(port.values()).toEqual(['1', '1'])
    expect(storage.rows).toEqual([])
  })
})

describe('stopping and draining', () => {
  it('drain resolves when everything is delivered and removed', async () => {
    const { engine, shipper, storage } = await started()
    for (let i = 0; i < 700; i += 1) setup.put(`k${i}`, 'v')
    engine.commit()
    let done = false
    void shipper.drain().then(() => {
      done = true
    })
    await setup.pass(3_000)
    expect(done).toBe(true)
    expect(storage.rows).toEqual([])
  })

  it('stop ends the loop and closes the port; nothing is sent afterwards', async () => {
    const { engine, shipper, port } = await started()
    await shipper.stop()
    setup.put('a', '1')
    engine.commit()
    await setup.pass(10_000)
    expect(port.closed).toBe(true)
    expect(port.sends).toHaveLength(0)
    expect(shipper.status().link).toBe('stopped')
  })

  it('weeks offline: no storm of tries, no growth, everything there afterwards', async () => {
    const { engine, port, shipper } = await started()
    port.otherwise = () => ({ failure: cut(), stored: false })
    setup.put('a', '1')
    engine.commit()
    const hours = 24 * 7
    for (let hour = 0; hour < hours; hour += 1) {
      setup.put('a', `hour ${hour}`)
      engine.commit()
      for (let minute = 0; minute < 60; minute += 1) {
        setup.clock.advance(60_000)
        await settle()
      }
    }
    expect(port.sends.length).toBeLessThan(hours * 61)
    expect(port.sends.length).toBeGreaterThan(hours * 10)
    port.otherwise = () => undefined
    await setup.pass(61_000)
    expect(port.values()).toEqual([`hour ${hours - 1}`])
    expect(shipper.status().exits).toEqual({ acknowledged: 1, dropped: 0, deadLetters: 0 })
  })
})
