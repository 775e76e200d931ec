/**
 * The whole way from the outbox to a real cluster under faults: engine frames in SQLite, the shipper, the adapter, a link that breaks and
 * brokers that die. Read back by kcat; compared with what was put in.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { OutboxPut } from '../../../src/engine-lite/contract/sink.js'
import type { OutboxRef, StoragePort } from '../../../src/engine-lite/contract/storage.js'
import { inlineStorage } from '../../../src/engine-lite/state/inline-storage.js'
import { KafkajsAdapter } from '../../../src/sync/kafka/kafkajs-adapter.js'
import { newestByKey } from '../../../src/sync/outbox/newest-by-key.js'
import { Shipper } from '../../../src/sync/outbox/shipper.js'
import { DEFAULT_SHIPPER_OPTIONS, type ShipperEngine } from '../../../src/sync/outbox/shipper-options.js'
import { noMetrics } from '../../sync/support/no-metrics.js'
import { realClock, recordingLog, sleep } from '../../sync/support/real-clock.js'
import { KafkaCluster } from './cluster.js'
import { describeKafka } from './describe-kafka.js'
import { FaultProxy } from './fault-proxy.js'
import { readTopic, type StoredRecord } from './reader.js'

/** Frames without operators: what the test puts, what the shipper removes, committed every few ms. */
class Frames implements ShipperEngine {
  private puts: OutboxPut[] = []
  private deletes: OutboxRef[] = []
  private readonly listeners = new Set<(id: number, rows: number) => void>()
  private lastId = 0
  private stopped = false
  private done: Promise<void> = Promise.resolve()

  constructor(private readonly storage: StoragePort) {}

  async start(): Promise<void> {
    this.lastId = (await this.storage.open()).lastId
    this.done = this.loop()
  }

  put(record: OutboxPut): void {
    this.puts.push(record)
  }

  deleteFromOutbox(refs: readonly OutboxRef[]): number {
    this.deletes.push(...refs)
    return this.lastId + 1
  }

  deadLetter(): void {
    throw new Error('nothing here deserves a dead letter')
  }

  requestSeal(): void {}

  onCommitted(listener: (id: number, rows: number) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.done
    await this.storage.close()
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      if (this.puts.length + this.deletes.length > 0) await this.commit()
      await sleep(5)
    }
  }

  private async commit(): Promise<void> {
    this.lastId += 1
    const id = this.lastId
    const outbox = this.puts.splice(0)
    const outboxDeletes = this.deletes.splice(0)
    // Deletes that come while this frame is written belong to the next.
    await this.storage.commit({
      id,
      sealedAtMs: Date.now(),
      body: new Uint8Array(0),
      outbox,
      outboxDeletes,
      deadLetters: [],
      keepFromId: id,
    })
    for (const listener of this.listeners) listener(id, outbox.length)
  }
}

const KEYS = 200
const PARTITIONS = 3

describeKafka('the shipper under faults', (version) => {
  const proxies: FaultProxy[] = []
  let cluster: KafkaCluster
  let directory: string
  let round = 0

  beforeAll(async () => {
    for (let at = 0; at < 3; at += 1) proxies.push(await FaultProxy.start())
    cluster = await KafkaCluster.start({ version, brokers: 3, proxies })
    directory = mkdtempSync(join(tmpdir(), 'millrace-e2e-'))
  })
  afterEach(() => {
    for (const proxy of proxies) proxy.set('pass')
  })
  afterAll(async () => {
    await cluster?.close()
    await Promise.all(proxies.map((proxy) => proxy.close()))
    rmSync(directory, { recursive: true, force: true })
  })

  /** Puts updates for 200 keys while `faults` run, waits for the drain, and compares the topic with what was put in. */
  async function underFaults(topic: string, faults: () => Promise<void>): Promise<void> {
    await cluster.createTopic(topic, PARTITIONS)
    round += 1
    const storage = inlineStorage({ dir: join(directory, String(round)), ballastBytes: 0 }, realClock)
    const frames = new Frames(storage)
    await frames.start()
    const adapter = new KafkajsAdapter(
      { brokers: cluster.addresses, clientId: 'gw', connectTimeoutMs: 2_000, requestTimeoutMs: 3_000, sendTimeoutMs: 8_000 },
      { clock: realClock, log: recordingLog() },
    )
    const shipper = new Shipper(
      { ...DEFAULT_SHIPPER_OPTIONS, scheme: 'kafka', gatewayId: 'gw', backoff: { baseMs: 50, maxMs: 1_000 } },
      { engine: frames, storage, port: adapter, clock: realClock, random: Math.random, metrics: noMetrics(), log: recordingLog() },
    )
    shipper.start()
    let busy = true
    const ended = faults().finally(() => {
      busy = false
    })
    let n = 0
    while (busy) {
      for (let i = 0; i < 5; i += 1, n += 1) {
        const key = Buffer.from(`key ${n % KEYS}`)
        frames.put({ destination: `kafka:${topic}`, mode: 'upsert', key, value: Buffer.from(String(n)), query: 'q', eventTimeMs: null })
        frames.put({ destination: `kafka:${topic}`, mode: 'append', key, value: Buffer.from(`append ${n}`), query: 'q', eventTimeMs: null })
      }
      await sleep(10)
    }
    await ended
    await sleep(50)
    const startedMs = performance.now()
    await shipper.drain()
    const drainMs = Math.round(performance.now() - startedMs)
    const status = shipper.status()
    await shipper.stop()
    await frames.stop()
    const stored = await readTopic(cluster.directAddresses, topic)
    const repeats = compare(stored, n)
    console.log(
      `kafka ${version}, ${topic}: ${2 * n} rows put, ${status.exits.acknowledged} acknowledged, ${stored.length} stored, ${repeats} twice, 0 lost, drained ${drainMs} ms after the end, ${status.possiblyRepeated} counted as possibly repeated`,
    )
    expect(status).toMatchObject({ queuedRows: 0, exits: { dropped: 0, deadLetters: 0 } })
    expect(repeats).toBeLessThanOrEqual(status.possiblyRepeated)
  }

  /** @returns how many records are stored more than once */
  function compare(stored: readonly StoredRecord[], n: number): number {
    const upserts = stored.filter(({ value }) => !value!.startsWith('append'))
    const appends = stored.filter(({ value }) => value!.startsWith('append'))
    const newest = newestByKey(upserts)
    const last = new Map(upserts.map(({ key, value }) => [key!, value]))
    for (let key = 0; key < Math.min(KEYS, n); key += 1) {
      const expected = String(n - 1 - ((((n - 1 - key) % KEYS) + KEYS) % KEYS))
      expect(newest.get(`key ${key}`)?.value).toBe(expected)
      expect(last.get(`key ${key}`)).toBe(expected)
    }
    expect(new Set(appends.map(({ value }) => value)).size).toBe(n)
    const byId = new Map<string, string | null>()
    for (const { headers, value } of stored) {
      const id = headers['millrace-id']!
      expect(byId.get(id) ?? value).toBe(value)
      byId.set(id, value)
    }
    expectOrder(appends)
    return stored.length - byId.size
  }

  /** First occurrences of the append rows of a key rise. */
  function expectOrder(appends: readonly StoredRecord[]): void {
    const seen = new Set<string>()
    const lastByKey = new Map<string, number>()
    for (const { key, value } of appends) {
      if (seen.has(value!)) continue
      seen.add(value!)
      const number = Number(value!.slice('append '.length))
      expect(number).toBeGreaterThan(lastByKey.get(key!) ?? -1)
      lastByKey.set(key!, number)
    }
  }

  it('kill -9 of one broker after the other, mid-way', async () => {
    await underFaults('kill', async () => {
      await sleep(1_500)
      for (const broker of cluster.brokers) {
        await broker.stop('SIGKILL')
        await sleep(2_000)
        broker.start()
        await cluster.untilReady()
        await cluster.untilInSync('kill')
      }
    })
  })

  it('answers cut, links frozen and reset', async () => {
    await underFaults('links', async () => {
      for (let turn = 0; turn < 4; turn += 1) {
        await sleep(700)
        for (const proxy of proxies) proxy.set('cut-answers')
        await sleep(300)
        for (const proxy of proxies) proxy.set('pass')
        await sleep(700)
        proxies[turn % 3]!.set('freeze')
        await sleep(1_000)
        proxies[turn % 3]!.set('pass')
        await sleep(500)
        for (const proxy of proxies) proxy.reset()
      }
    })
  })

  it('all brokers away for a while, killed, and back', async () => {
    await underFaults('outage', async () => {
      await sleep(1_000)
      await Promise.all(cluster.brokers.map((broker) => broker.stop('SIGKILL')))
      await sleep(3_000)
      for (const broker of cluster.brokers) broker.start()
      await cluster.untilReady()
      await cluster.untilInSync('outage')
      await sleep(1_000)
    })
  })
})
