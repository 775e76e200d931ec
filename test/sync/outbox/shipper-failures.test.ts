import { afterEach, describe, expect, it } from 'vitest'
import { newestByKey } from '../../../src/sync/outbox/newest-by-key.js'
import type { ShipperOptions } from '../../../src/sync/outbox/shipper-options.js'
import { cut, kafkaFailure } from '../support/scripted-port.js'
import { type ShipperSetup, startedShipper } from '../support/shipper-setup.js'

let setup: ShipperSetup
afterEach(async () => {
  await setup.shipper.stop()
})

async function started(options: Partial<ShipperOptions> = {}, autoSeal = true): Promise<ShipperSetup> {
  setup = await startedShipper(options, autoSeal)
  return setup
}

describe('what a failure leads to', () => {
  it('retry: the same rows after a back-off that grows', async () => {
    const { engine, port, shipper } = await started()
    port.script = [
      { failure: cut(), stored: false },
      { failure: cut(), stored: false },
    ]
    setup.put('a', '1')
    engine.commit()
    await setup.pass()
    expect(port.sends).toHaveLength(1)
    expect(shipper.status()).toMatchObject({ link: 'down', possiblyRepeated: 1, lastError: { code: 'K0105' } })
    await setup.pass(498)
    expect(port.sends).toHaveLength(1)
    await setup.pass(2)
    expect(port.sends).toHaveLength(2)
    await setup.pass(990)
    expect(port.sends).toHaveLength(2)
    await setup.pass(10)
    expect(port.values()).toEqual(['1'])
    expect(shipper.status().link).toBe('up')
  })

  it('unknown outcome: the newest version is sent, and is the last in the log', async () => {
    const { engine, port } = await started()
    port.script = [{ failure: cut(), stored: true }]
    setup.put('a', 'v1')
    setup.put('b', 'w1')
    engine.commit()
    await setup.pass()
    setup.put('a', 'v2')
    engine.commit()
    await setup.pass(2_000)
    expect(port.values()).toEqual(['v1', 'w1', 'w1', 'v2'])
    expect([...newestByKey(port.log)].map(([key, { value }]) => [key, value])).toEqual([
      ['a', 'v2'],
      ['b', 'w1'],
    ])
  })

  it.each([7, 20, 45, 46, 47, 59])('recycle (%d): the same rows again, counted as possibly repeated', async (code) => {
    const { engine, port, shipper } = await started()
    port.script = [{ failure: kafkaFailure(code), stored: true }]
    setup.put('a', '1')
    engine.commit()
    await setup.pass(2_000)
    expect(port.values()).toEqual(['1', '1'])
    expect(shipper.status()).toMatchObject({ possiblyRepeated: 1, exits: { acknowledged: 1 } })
  })

  it.each([10, 18])('split (%d): halves in order; a single row that is too large becomes a dead letter, the rest goes on', async (code) => {
    const { engine, port, storage, shipper } = await started()
    port.otherwise = ({ records }) => {
      const bytes = records.reduce((sum, { value }) => sum + value!.length, 0)
      return bytes > 100 ? { failure: kafkaFailure(code), stored: false } : undefined
    }
    for (let i = 0; i < 20; i += 1) setup.put(`k${i}`, i === 13 ? 'x'.repeat(101) : `small ${i}`)
    engine.commit()
    await setup.pass(2_000)
    const sent = Array.from({ length: 20 }, (_, i) => `small ${i}`).filter((_, i) => i !== 13)
    expect(port.values()).toEqual(sent)
    expect(engine.letters).toMatchObject([{ reason: 'too-large', origin: 'kafka:t', pipeline: 'q1' }])
    expect(storage.rows).toEqual([])
    expect(shipper.status().exits).toEqual({ acknowledged: 19, dropped: 0, deadLetters: 1 })
  })

  it('split: later batches are smaller at once, and grow again with success', async () => {
    const { engine, port } = await started({ batchRowsMax: 8 })
    port.otherwise = ({ records }) => (records.length > 4 ? { failure: kafkaFailure(10), stored: false } : undefined)
    for (let i = 0; i < 200; i += 1) setup.put(`k${i}`, `v${i}`)
    engine.commit()
    await setup.pass(5_000)
    const sizes = port.sends.map(({ records }) => records.length)
    expect(sizes.slice(0, 6)).toEqual([8, 4, 4, 4, 4, 4])
    expect(sizes.filter((size) => size === 8).length).toBeLessThan(5)
    expect(port.log).toHaveLength(200)
  })

  it.each([87, 32])('dead-letter (%d): the poisonous row is found by halving and set aside with the reason', async (code) => {
    const { engine, port, storage } = await started()
    port.otherwise = ({ records }) =>
      records.some(({ value }) => Buffer.from(value!).toString() === 'poison') ? { failure: kafkaFailure(code), stored: false } : undefined
    for (let i = 0; i < 9; i += 1) setup.put(`k${i}`, i === 4 ? 'poison' : `v${i}`)
    engine.commit()
    await setup.pass(2_000)
    expect(port.values()).toEqual(['v0', 'v1', 'v2', 'v3', 'v5', 'v6', 'v7', 'v8'])
    expect(engine.letters).toMatchObject([{ reason: 'uplink-refused', text: expect.stringContaining(`(${code})`) }])
    expect(storage.rows).toEqual([])
  })

  it('pause: long waits, nothing dropped, at once again when told', async () => {
    const { engine, port, shipper } = await started()
    port.script = [{ failure: kafkaFailure(58), stored: false }]
    setup.put('a', '1')
    engine.commit()
    await setup.pass(20_000)
    expect(port.sends).toHaveLength(1)
    expect(shipper.status()).toMatchObject({ link: 'paused', queuedRows: 1, lastError: { code: 'K0102', kafkaCode: 58 } })
    shipper.retryNow()
    await setup.pass()
    expect(port.values()).toEqual(['1'])
  })

  it('fatal: said, tried again rarely', async () => {
    const { engine, port, shipper } = await started()
    port.script = [{ failure: kafkaFailure(35), stored: false }]
    setup.put('a', '1')
    engine.commit()
    await setup.pass(29_000)
    expect(shipper.status().link).toBe('failed')
    await setup.pass(2_000)
    expect(port.values()).toEqual(['1'])
  })

  it('a missing topic holds its own rows only', async () => {
    const { engine, port, shipper } = await started()
    port.missingTopics.add('gone')
    setup.put('a', '1', 'gone')
    setup.put('b', '2', 'there')
    engine.commit()
    await setup.pass(400)
    expect(port.values()).toEqual(['2'])
    expect(shipper.status().destinations).toMatchObject([
      { destination: 'kafka:gone', heldBecause: expect.stringContaining('UNKNOWN_TOPIC') },
      { destination: 'kafka:there', heldBecause: null },
    ])
    expect(shipper.status().lastError?.code).toBe('K0103')
    port.missingTopics.clear()
    await setup.pass(120_000)
    expect(port.values()).toEqual(['2', '1'])
  })

  it('a topic we may not write to waits long, others flow', async () => {
    const { engine, port, shipper } = await started()
    port.otherwise = ({ topic }) => (topic === 'secret' ? { failure: kafkaFailure(29), stored: false } : undefined)
    setup.put('a', '1', 'secret')
    setup.put('b', '2', 'open')
    engine.commit()
    await setup.pass(10_000)
    expect(port.values()).toEqual(['2'])
    expect(port.sends.filter(({ topic }) => topic === 'secret')).toHaveLength(1)
    expect(shipper.status().link).toBe('up')
  })

  it('a partition without leader holds only its own rows, and their order', async () => {
    const { engine, port } = await started({ batchRowsMax: 10 })
    port.partitions = 2
    let sick = true
    port.otherwise = ({ partition }) => (sick && partition === 0 ? { failure: kafkaFailure(6), stored: false } : undefined)
    for (let i = 0; i < 100; i += 1) setup.put(`k${i}`, `${i}`, 't', 'append')
    engine.commit()
    await setup.pass(3_000)
    const healthy = port.log.length
    expect(healthy).toBeGreaterThan(20)
    expect(port.log.every(({ partition }) => partition === 1)).toBe(true)
    sick = false
    await setup.pass(120_000)
    expect(port.log).toHaveLength(100)
    for (const wanted of [0, 1]) {
      const values = port.log.filter(({ partition }) => partition === wanted).map(({ value }) => Number(value))
      expect(values).toEqual([...values].sort((a, b) => a - b))
    }
  })

  it('a port that throws anything else is treated as a doubtful link', async () => {
    const { engine, port, shipper } = await started()
    port.script = [
      () => {
        throw new TypeError('oops')
      },
    ]
    setup.put('a', '1')
    engine.commit()
    await setup.pass(2_000)
    expect(port.values()).toEqual(['1'])
    expect(shipper.status().possiblyRepeated).toBe(1)
  })

  it('storage that does not answer is asked again', async () => {
    const { engine, port, storage } = await started()
    const read = storage.readOutbox.bind(storage)
    let failures = 2
    storage.readOutbox = (query) => (failures-- > 0 ? Promise.reject(new Error('busy')) : read(query))
    setup.put('a', '1')
    engine.commit()
    await setup.pass(5_000)
    expect(port.values()).toEqual(['1'])
  })
})
