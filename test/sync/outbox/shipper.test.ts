import { afterEach, describe, expect, it } from 'vitest'
import type { OutboxPut } from '../../../src/engine-lite/contract/sink.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { UplinkFailure } from '../../../src/sync/kafka/port.js'
import { newestByKey } from '../../../src/sync/outbox/newest-by-key.js'
import { Shipper } from '../../../src/sync/outbox/shipper.js'
import { DEFAULT_SHIPPER_OPTIONS, type ShipperOptions } from '../../../src/sync/outbox/shipper-options.js'
import { FrameEngine } from '../support/frame-engine.js'
import { MemoryStorage } from '../support/memory-storage.js'
import { noMetrics } from '../support/no-metrics.js'
import { recordingLog } from '../support/real-clock.js'
import { cut, kafkaFailure, ScriptedPort } from '../support/scripted-port.js'

class Setup {
  readonly clock = new SimulatedClock()
  readonly storage = new MemoryStorage()
  readonly engine: FrameEngine
  readonly port = new ScriptedPort()
  readonly blocked: boolean[] = []
  readonly shipper: Shipper

  constructor(options: Partial<ShipperOptions> = {}, autoSeal = true) {
    this.engine = new FrameEngine(this.storage, autoSeal, () => this.clock.nowMs())
    this.shipper = new Shipper(
      { ...DEFAULT_SHIPPER_OPTIONS, scheme: 'kafka', gatewayId: 'gw', ...options },
      {
        engine: this.engine,
        storage: this.storage,
        port: this.port,
        clock: this.clock,
        random: () => 0.999,
        metrics: noMetrics(),
        log: recordingLog(),
        onBlocked: (blocked) => this.blocked.push(blocked),
      },
    )
  }

  put(key: string | null, value: string | null, topic = 't', mode: OutboxPut['mode'] = key === null ? 'append' : 'upsert'): void {
    this.engine.put({
      destination: `kafka:${topic}`,
      mode,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      query: 'q1',
      eventTimeMs: 42,
    })
  }

  /** Lets promises run, then time pass. */
  async pass(byMs = 0): Promise<void> {
    await settle()
    for (let left = byMs; left > 0; left -= Math.min(left, 250)) {
      this.clock.advance(Math.min(left, 250))
      await settle()
    }
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 60; i += 1) await Promise.resolve()
}

let setup: Setup
afterEach(async () => {
  await setup.shipper.stop()
})

async function started(options: Partial<ShipperOptions> = {}, autoSeal = true): Promise<Setup> {
  setup = new Setup(options, autoSeal)
  setup.shipper.start()
  await setup.pass()
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

    setup = new Setup()
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

describe('the budget', () => {
  const offline = new UplinkFailure('no route', { class: 'retry', scope: 'link', kafkaCode: null, outcomeUnknown: false })
  const row = 100

  async function overflow(options: Partial<ShipperOptions>): Promise<Setup> {
    const made = await started(options)
    made.port.otherwise = () => ({ failure: offline, stored: false })
    for (let i = 0; i < 50; i += 1) made.put(`k${String(i).padStart(2, '0')}`, 'x'.repeat(row - 64 - 3))
    made.engine.commit()
    await made.pass(3_000)
    return made
  }

  it('drop-oldest keeps the newest rows, counts the others and says so', async () => {
    const { storage, shipper, engine, port } = await overflow({
      budget: { bytesMax: 20 * row, onFull: 'drop-oldest' },
      gapDestination: 'kafka:gaps',
    })
    const kept = storage.rows.filter(({ destination }) => destination === 'kafka:t').map(({ key }) => Buffer.from(key!).toString())
    expect(kept.at(0)).toBe('k31')
    expect(kept.at(-1)).toBe('k49')
    expect(shipper.status()).toMatchObject({ exits: { dropped: 31 } })
    engine.commit()
    expect(engine.letters).toMatchObject([{ reason: 'overflow', origin: 'kafka:t', text: expect.stringContaining('31 rows') }])
    port.otherwise = () => undefined
    await setup.pass(120_000)
    const gap = port.log.find(({ topic }) => topic === 'gaps')
    expect(JSON.parse(gap?.value ?? '')).toMatchObject({ type: 'gap', gateway: 'gw', destination: 'kafka:t', rows: 31 })
  })

  it('a growing gap replaces its waiting record, and its last word goes out when rows flow again', async () => {
    const { storage, engine, port } = await overflow({
      budget: { bytesMax: 20 * row, onFull: 'drop-oldest' },
      gapDestination: 'kafka:gaps',
    })
    for (let round = 0; round < 30; round += 1) {
      for (let i = 0; i < 10; i += 1) setup.put(`r${round}-${i}`, 'x'.repeat(30))
      engine.commit()
      await setup.pass(10_000)
    }
    expect(storage.rows.filter(({ destination }) => destination === 'kafka:gaps')).toHaveLength(1)
    port.otherwise = () => undefined
    await setup.pass(180_000)
    const last = port.log.filter(({ topic }) => topic === 'gaps').at(-1)
    expect(JSON.parse(last?.value ?? '').rows).toBe(storage.dropped)
  })

  it('drop-newest keeps the oldest rows', async () => {
    const { storage, shipper } = await overflow({ budget: { bytesMax: 20 * row, onFull: 'drop-newest' } })
    expect(storage.rows.map(({ key }) => Buffer.from(key!).toString()).at(-1)).toBe('k18')
    expect(shipper.status().exits.dropped).toBe(31)
  })

  it('block drops nothing, stops intake and lets it go on below nine tenths', async () => {
    const { storage, port, blocked, shipper } = await overflow({ budget: { bytesMax: 20 * row, onFull: 'block' } })
    expect(blocked).toEqual([true])
    expect(shipper.status().blocked).toBe(true)
    expect(storage.rows).toHaveLength(50)
    port.otherwise = () => undefined
    await setup.pass(120_000)
    expect(blocked).toEqual([true, false])
    expect(port.log).toHaveLength(50)
  })

  it('never counts rows as dropped that were delivered and wait for their removal', async () => {
    const { engine, storage, port, shipper } = await started({ budget: { bytesMax: 20 * row, onFull: 'drop-oldest' } }, false)
    for (let i = 0; i < 15; i += 1) setup.put(`a${i}`, 'x'.repeat(30))
    engine.commit()
    await setup.pass()
    expect(port.log).toHaveLength(15)
    port.otherwise = () => ({ failure: offline, stored: false })
    for (let i = 0; i < 10; i += 1) setup.put(`b${i}`, 'x'.repeat(30))
    engine.commit()
    await setup.pass(5_000)
    expect(storage.dropped).toBe(0)
    expect(shipper.status().exits).toMatchObject({ acknowledged: 15, dropped: 0 })
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
