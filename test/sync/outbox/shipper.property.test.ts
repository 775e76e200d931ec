/**
 * Any interleaving of puts, replacements, commits, crashes, time and failures of the uplink: once the link is well again, the newest
 * version of every key is the last of its key in the log, append rows are there in order, and every row has left by one of four exits.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { newestByKey } from '../../../src/sync/outbox/newest-by-key.js'
import { parseVersion } from '../../../src/sync/outbox/record.js'
import { Shipper } from '../../../src/sync/outbox/shipper.js'
import { DEFAULT_SHIPPER_OPTIONS } from '../../../src/sync/outbox/shipper-options.js'
import { FrameEngine } from '../support/frame-engine.js'
import { MemoryStorage } from '../support/memory-storage.js'
import { noMetrics } from '../support/no-metrics.js'
import { recordingLog } from '../support/real-clock.js'
import { cut, kafkaFailure, ScriptedPort, type Turn } from '../support/scripted-port.js'

type Step =
  | { readonly kind: 'put'; readonly key: number }
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'commit' }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'turns'; readonly turns: readonly ('ok' | 'cut' | 'cut-stored' | 'refused' | 'recycle')[] }
  | { readonly kind: 'answer' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'commit' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(0, 100, 700, 1_500, 60_000) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'answer' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('turns' as const),
      turns: fc.array(fc.constantFrom('ok', 'cut', 'cut-stored', 'refused', 'recycle'), { maxLength: 4 }),
    }),
  },
)

const TURNS: Record<string, () => Turn> = {
  ok: () => undefined,
  cut: () => ({ failure: cut(), stored: false }),
  'cut-stored': () => ({ failure: cut(), stored: true }),
  refused: () => ({ failure: kafkaFailure(6), stored: false }),
  recycle: () => ({ failure: kafkaFailure(45), stored: true }),
}

class World {
  readonly clock = new SimulatedClock()
  readonly storage = new MemoryStorage()
  readonly log: ScriptedPort['log'] = []
  engine = new FrameEngine(this.storage)
  port = new ScriptedPort()
  shipper = this.boot()
  acknowledged = 0
  private count = 0
  private release: (() => void) | undefined

  constructor(private readonly partitions: number) {
    this.port.partitions = partitions
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const next of steps) await this.apply(next)
    this.port.script = []
    this.port.beforeAnswer = undefined
    this.release?.()
    this.engine.commit()
    for (let i = 0; i < 40; i += 1) await this.pass(5_000)
    await this.shipper.stop()
    this.acknowledged += this.shipper.status().exits.acknowledged
    this.log.push(...this.port.log)
  }

  private boot(): Shipper {
    const shipper = new Shipper(
      { ...DEFAULT_SHIPPER_OPTIONS, scheme: 'kafka', gatewayId: 'gw', batchRowsMax: 3, unconfirmedRowsMax: 6 },
      {
        engine: this.engine,
        storage: this.storage,
        port: this.port,
        clock: this.clock,
        random: () => 0.5,
        metrics: noMetrics(),
        log: recordingLog(),
      },
    )
    shipper.start()
    return shipper
  }

  private async apply(next: Step): Promise<void> {
    switch (next.kind) {
      case 'put':
        this.put(`k${next.key}`)
        break
      case 'append':
        for (let i = 0; i < next.count; i += 1) this.put(null)
        break
      case 'commit':
        this.engine.commit()
        break
      case 'turns':
        for (const turn of next.turns) this.port.script.push(TURNS[turn]!())
        // The next answer stays away until somebody gives it: replacements meet rows in flight.
        this.port.beforeAnswer ??= () =>
          new Promise((resolve) => {
            this.release = resolve
          })
        break
      case 'answer':
        this.port.beforeAnswer = undefined
        this.release?.()
        break
      case 'crash':
        await this.crash()
        break
      case 'time':
        await this.pass(next.ms)
        return
    }
    await this.pass(0)
  }

  private put(key: string | null): void {
    this.count += 1
    const bytes = key === null ? null : Buffer.from(key)
    const mode = key === null ? 'append' : 'upsert'
    const destination = key === null ? 'kafka:a' : 'kafka:u'
    this.engine.put({ destination, mode, key: bytes, value: Buffer.from(String(this.count)), query: 'q', eventTimeMs: null })
  }

  private async crash(): Promise<void> {
    const lastId = this.engine.lastId
    this.engine.forget()
    this.port.beforeAnswer = undefined
    this.release?.()
    const stopping = this.shipper.stop()
    await this.pass(0)
    await stopping
    this.acknowledged += this.shipper.status().exits.acknowledged
    this.engine.forget()
    this.log.push(...this.port.log)
    this.engine = new FrameEngine(this.storage)
    this.engine.lastId = lastId
    this.port = new ScriptedPort()
    this.port.partitions = this.partitions
    this.shipper = this.boot()
  }

  private async pass(ms: number): Promise<void> {
    for (let i = 0; i < 40; i += 1) await Promise.resolve()
    if (ms > 0) this.clock.advance(ms)
    for (let i = 0; i < 40; i += 1) await Promise.resolve()
  }
}

describe('whatever happens', () => {
  it('the newest version of each key is last in the log, append rows keep their order, every row leaves by a counted exit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (steps, partitions) => {
        const world = new World(partitions)
        await world.run(steps)
        const { storage, log } = world
        expect(storage.rows).toEqual([])
        expect(storage.put).toBe(storage.removed + storage.replaced)
        // Rows that were replaced while their acknowledgement was under way leave by both.
        expect(world.acknowledged).toBeGreaterThanOrEqual(storage.removed)
        const upserts = log.filter(({ topic }) => topic === 'u')
        const lastByKey = new Map(upserts.map((record) => [record.key!, record.value]))
        for (const [key, newest] of newestByKey(upserts)) expect(newest.value).toBe(lastByKey.get(key))
        const committed = (destination: string) => storage.history.filter((record) => record.destination === destination)
        const text = (bytes: Uint8Array | null) => Buffer.from(bytes!).toString()
        const newestCommitted = new Map(committed('kafka:u').map(({ key, value }) => [text(key), text(value)]))
        expect(lastByKey).toEqual(newestCommitted)
        const firstSeen = [...new Set(log.filter(({ topic }) => topic === 'a').map(({ value }) => Number(value)))]
        expect(firstSeen).toEqual(committed('kafka:a').map(({ value }) => Number(text(value))))
        for (const { headers } of log) expect(parseVersion(headers['millrace-version']!)).toBeDefined()
        const ids = new Map(log.map(({ headers, value }) => [headers['millrace-id'], value]))
        for (const { headers, value } of log) expect(ids.get(headers['millrace-id'])).toBe(value)
      }),
      { numRuns: 300 },
    )
  })
})
