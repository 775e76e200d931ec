/** Engine, SQLite and shipper together: what a sink emits arrives, and leaves the file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { INSERT, type Row, UPDATE_AFTER } from '../../../src/engine-lite/contract/row.js'
import type { SourceContext } from '../../../src/engine-lite/contract/source.js'
import type { StoragePort } from '../../../src/engine-lite/contract/storage.js'
import { LENGTH_MAX } from '../../../src/engine-lite/contract/type.js'
import { jsonEncoder } from '../../../src/engine-lite/format/json-encoder.js'
import { Engine } from '../../../src/engine-lite/runtime/engine.js'
import { inlineStorage } from '../../../src/engine-lite/state/inline-storage.js'
import { workerStorage } from '../../../src/engine-lite/state/worker-storage.js'
import { engineDoor } from '../../../src/sync/outbox/engine-door.js'
import { newestByKey } from '../../../src/sync/outbox/newest-by-key.js'
import { Shipper } from '../../../src/sync/outbox/shipper.js'
import { DEFAULT_SHIPPER_OPTIONS, type ShipperOptions } from '../../../src/sync/outbox/shipper-options.js'
import { outboxSink } from '../../../src/sync/outbox/sink.js'
import { noMetrics } from '../support/no-metrics.js'
import { realClock, recordingLog } from '../support/real-clock.js'
import { cut, kafkaFailure, ScriptedPort } from '../support/scripted-port.js'

const COLUMNS = [
  { name: 'device', type: { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true } },
  { name: 'n', type: { kind: 'INTEGER', nullable: true } },
] as const

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

interface Running {
  readonly engine: Engine
  readonly shipper: Shipper
  readonly port: ScriptedPort
  readonly storage: StoragePort
  feed(rows: readonly Row[]): void
  stop(): Promise<void>
}

async function run(directory: string, make: typeof inlineStorage, options: Partial<ShipperOptions> = {}): Promise<Running> {
  const storage = make({ dir: directory, ballastBytes: 0 }, realClock)
  const failures: Error[] = []
  const engine = new Engine({
    storage,
    clock: realClock,
    metrics: noMetrics(),
    log: recordingLog(),
    commit: { mode: 'latency' },
    onFatal: (error) => failures.push(error),
  })
  let source: SourceContext | undefined
  const part = (positions: number[]) => ({
    encoder: jsonEncoder(
      positions.map((at) => COLUMNS[at]!),
      new Map(),
    ),
    positions,
    nullWhenNull: false,
  })
  const create = outboxSink({
    destination: 'kafka:t',
    mode: 'upsert',
    query: 'q',
    key: part([0]),
    value: part([0, 1]),
    eventTimePosition: null,
  })
  await engine.deploy({
    pipeline: 'p',
    nodes: [
      {
        kind: 'source',
        id: 'in',
        name: 'in',
        table: 'in',
        create: (context) => {
          source = context
          return { start: () => Promise.resolve(), pause: () => {}, resume: () => {}, close: () => Promise.resolve() }
        },
      },
      {
        kind: 'sink',
        id: 'out',
        name: 'out',
        table: 'out',
        inputs: [{ from: 'in' }],
        create,
      },
    ],
  })
  await engine.start()
  const port = new ScriptedPort()
  const door = engineDoor({ engine, deadLetter: (letter) => engine.deadLetter(letter), put: (record) => engine.put(record) })
  const shipper = new Shipper(
    { ...DEFAULT_SHIPPER_OPTIONS, scheme: 'kafka', gatewayId: 'gw', backoff: { baseMs: 5, maxMs: 20 }, ...options },
    { engine: door, storage, port, clock: realClock, random: () => 0.5, metrics: noMetrics(), log: recordingLog() },
  )
  shipper.start()
  return {
    engine,
    shipper,
    port,
    storage,
    feed: (rows) => {
      const kinds = rows.map((_, at) => (at === 0 ? INSERT : UPDATE_AFTER))
      source!.deliver({ rows: [...rows], kinds, bytes: rows.length * 20 })
    },
    stop: async () => {
      await shipper.stop()
      await engine.stop()
      expect(failures).toEqual([])
    },
  }
}

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-ship-'))
  directories.push(directory)
  return directory
}

/** Until what was fed is durable and everything durable was shipped. */
async function shipped(running: Running, rows: number): Promise<void> {
  await expect
    .poll(() => running.shipper.status().exits.acknowledged + running.shipper.status().exits.deadLetters, { timeout: 60_000 })
    .toBe(rows)
  await running.shipper.drain()
}

describe.each([
  ['in this thread', inlineStorage],
  ['behind the worker', workerStorage],
] as const)('with storage %s', (_, make) => {
  it('ships 5,000 rows through failures, in order per key, and leaves the outbox empty', async () => {
    const running = await run(freshDirectory(), make)
    const { port, storage, shipper } = running
    port.partitions = 3
    port.script = [
      { failure: cut(), stored: true },
      undefined,
      { failure: kafkaFailure(6), stored: false },
      { failure: cut(), stored: false },
    ]
    for (let batch = 0; batch < 10; batch += 1) {
      running.feed(Array.from({ length: 500 }, (__, at) => [`d${batch * 500 + at}`, batch]))
    }
    await shipped(running, 5_000)
    expect(await storage.outboxStats()).toMatchObject([{ destination: 'kafka:t', rows: 0, bytes: 0 }])
    expect(newestByKey(port.log).size).toBe(5_000)
    expect(shipper.status()).toMatchObject({ queuedRows: 0, unconfirmedRows: 0, exits: { acknowledged: 5_000 } })
    await running.stop()
  })

  it('keeps a refused row with its reason', async () => {
    const running = await run(freshDirectory(), make)
    running.port.otherwise = ({ records }) =>
      records.some(({ key }) => Buffer.from(key!).toString().includes('bad')) ? { failure: kafkaFailure(87), stored: false } : undefined
    running.feed([
      ['good', 1],
      ['bad', 2],
      ['fine', 3],
    ])
    await shipped(running, 3)
    expect(await running.storage.readDeadLetters(10)).toMatchObject([{ reason: 'uplink-refused', origin: 'kafka:t' }])
    expect(running.port.log).toHaveLength(2)
    await running.stop()
  })

  it('goes on after a restart where it was, newest versions first-hand', async () => {
    const directory = freshDirectory()
    const first = await run(directory, make)
    first.port.otherwise = () => ({ failure: cut(), stored: true })
    first.feed([
      ['a', 1],
      ['b', 1],
    ])
    await expect.poll(() => first.port.log.length, { timeout: 10_000 }).toBeGreaterThan(1)
    first.feed([['a', 2]])
    await expect.poll(() => first.port.log.at(-1)?.value ?? '', { timeout: 10_000 }).toContain('"n":2')
    await first.stop()

    const second = await run(directory, make)
    await shipped(second, 2)
    expect(second.port.values()).toEqual(['{"device":"b","n":1}', '{"device":"a","n":2}'])
    const versions = newestByKey([...first.port.log, ...second.port.log])
    expect(versions.get('{"device":"a"}')?.value).toBe('{"device":"a","n":2}')
    await second.stop()
  })

  it('stays within its budget while the link is away, and counts exactly', { timeout: 60_000 }, async () => {
    const running = await run(freshDirectory(), make, { budget: { bytesMax: 20_000, onFull: 'drop-oldest' } })
    const { port, shipper, storage } = running
    port.otherwise = () => ({ failure: cut(), stored: false })
    for (let batch = 0; batch < 20; batch += 1) {
      running.feed(Array.from({ length: 50 }, (__, at) => [`d${batch * 50 + at}`, batch]))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await expect.poll(() => shipper.status().exits.dropped, { timeout: 10_000 }).toBeGreaterThan(500)
    await expect.poll(() => shipper.status().queuedBytes, { timeout: 10_000 }).toBeLessThan(20_000)
    port.otherwise = () => undefined
    shipper.retryNow()
    // Rows of the last batches may still have been on their way to disk, and over the budget.
    await expect.poll(() => shipper.status().exits.acknowledged + shipper.status().exits.dropped, { timeout: 30_000 }).toBe(1_000)
    await shipper.drain()
    expect(shipper.status().exits.acknowledged + shipper.status().exits.dropped).toBe(1_000)
    expect(port.log).toHaveLength(shipper.status().exits.acknowledged)
    expect(await storage.readDeadLetters(10)).toMatchObject([{ reason: 'overflow' }])
    await running.stop()
  })
})
