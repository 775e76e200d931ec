/**
 * Devices that publish sequenced readings over real MQTT QoS 1 and note every PUBACK, however often the gateway dies under them.
 * Readings go out in rounds, one per device; nobody runs more than a few rounds ahead, so that no reading is late by accident.
 */
import { Device } from './device.js'
import { Random } from './random.js'

export interface Reading {
  readonly device: string
  readonly seq: number
  /** Event time, epoch ms. */
  readonly ts: number
  readonly v: number
}

export interface WorkloadOptions {
  readonly port: number
  readonly devices: number
  /** Rounds in flight at most. */
  readonly roundsAhead: number
  /** Event time between two rounds. */
  readonly stepMs: number
  readonly roundsPerSecondMax?: number
  readonly seed: number
  readonly topic: (device: string) => string
}

const BASE_MS = Date.UTC(2026, 0, 1)

export class Workload {
  readonly acknowledged: Reading[] = []
  readonly #options: WorkloadOptions
  readonly #devices: Device[] = []
  readonly #pending = new Set<Promise<void>>()
  readonly #random: Random
  #round = 0
  #stopped = false

  constructor(options: WorkloadOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
  }

  connect(): void {
    for (let i = 0; i < this.#options.devices; i++) this.#devices.push(new Device(this.#options.port, `crash-${i}`))
  }

  /** Messages that devices sent again after a reconnect. */
  get redelivered(): number {
    return this.#devices.reduce((sum, device) => sum + device.redelivered, 0)
  }

  /** Event time that no reading has reached yet, epoch ms. */
  get nextMs(): number {
    return BASE_MS + this.#round * this.#options.stepMs
  }

  /** Published and not acknowledged. */
  get inFlight(): number {
    return this.#pending.size
  }

  /** Publishes rounds until {@link stop}; resolves when all of them are acknowledged. Called again it goes on where it was. */
  async run(): Promise<void> {
    const startMs = performance.now()
    const firstRound = this.#round
    const rounds: Promise<unknown>[] = []
    this.#stopped = false
    while (!this.#stopped) {
      rounds.push(this.#publishRound(this.#round++, 0))
      if (rounds.length >= this.#options.roundsAhead) await rounds.shift()
      await this.#pause(startMs, this.#round - firstRound)
    }
    await Promise.all(rounds)
    await Promise.all(this.#pending)
  }

  stop(): void {
    this.#stopped = true
  }

  /** One more reading per device, far enough ahead that every window of the run closes. It is not part of what was acknowledged. */
  async flush(aheadMs: number): Promise<void> {
    await this.#publishRound(this.#round++, aheadMs)
  }

  close(): void {
    for (const device of this.#devices) device.close()
  }

  #publishRound(round: number, aheadMs: number): Promise<unknown> {
    return Promise.all(
      this.#devices.map((client, i) => {
        const device = `d${i}`
        const reading = { device, seq: round, ts: BASE_MS + round * this.#options.stepMs + aheadMs, v: this.#random.below(1_000) }
        const done = client.publish(this.#options.topic(device), JSON.stringify(reading)).then(() => {
          if (aheadMs === 0) this.acknowledged.push(reading)
        })
        this.#pending.add(done)
        return done.finally(() => this.#pending.delete(done))
      }),
    )
  }

  async #pause(startMs: number, rounds: number): Promise<void> {
    const { roundsPerSecondMax = Number.POSITIVE_INFINITY } = this.#options
    const aheadMs = (rounds * 1_000) / roundsPerSecondMax - (performance.now() - startMs)
    await new Promise((resolve) => (aheadMs < 1 ? setImmediate(resolve) : setTimeout(resolve, aheadMs)))
  }
}
