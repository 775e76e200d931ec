import type { OutboxPut } from '../../../src/engine-lite/contract/sink.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { Shipper } from '../../../src/sync/outbox/shipper.js'
import { DEFAULT_SHIPPER_OPTIONS, type ShipperOptions } from '../../../src/sync/outbox/shipper-options.js'
import { FrameEngine } from './frame-engine.js'
import { MemoryStorage } from './memory-storage.js'
import { noMetrics } from './no-metrics.js'
import { recordingLog } from './real-clock.js'
import { ScriptedPort } from './scripted-port.js'

/** A shipper with everything around it simulated; time passes only when told to. */
export class ShipperSetup {
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

export async function settle(): Promise<void> {
  for (let i = 0; i < 60; i += 1) await Promise.resolve()
}

/** A shipper that runs. */
export async function startedShipper(options: Partial<ShipperOptions> = {}, autoSeal = true): Promise<ShipperSetup> {
  const setup = new ShipperSetup(options, autoSeal)
  setup.shipper.start()
  await setup.pass()
  return setup
}
