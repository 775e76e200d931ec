/** A plant of devices, each with a connection of its own, publishing at a steady rate until it is stopped. */
import type { Cancel, Clock } from '../../engine-lite/contract/clock.js'
import type { AckEntry } from './ack-journal.js'
import type { Device, Reading } from './device.js'
import { DELAY_MS_MAX, drawFault, encodeMalformed, encodeReading, LATE_BY_MS } from './fault.js'
import { type Message, MqttPublisher } from './mqtt-publisher.js'

export interface SimulationOptions {
  readonly host: string
  readonly port: number
  readonly devices: readonly Device[]
  /** Readings per second and device. */
  readonly rate: number
  readonly clock: Clock
  onAcknowledged(entry: AckEntry): void
}

export interface SimulationStats {
  readonly published: number
  readonly acknowledged: number
  readonly pending: number
  readonly connections: number
}

export class Simulation {
  readonly #options: SimulationOptions
  readonly #stations: { readonly device: Device; readonly publisher: MqttPublisher }[]
  readonly #timers = new Set<Cancel>()
  #published = 0
  #acknowledged = 0

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#stations = options.devices.map((device) => ({
      device,
      publisher: new MqttPublisher({
        host: options.host,
        port: options.port,
        clientId: device.name,
        clock: options.clock,
        random: device.random,
        onAcknowledged: (message) => this.#acknowledge(message),
      }),
    }))
    const startMs = options.clock.monotonicMs()
    const stepMs = 1_000 / options.rate
    this.#stations.forEach((_, i) => void this.#tick(i, startMs + (stepMs * i) / this.#stations.length, stepMs))
  }

  get stats(): SimulationStats {
    const sum = (of: (publisher: MqttPublisher) => number): number => this.#stations.reduce((n, { publisher }) => n + of(publisher), 0)
    return {
      published: this.#published,
      acknowledged: this.#acknowledged,
      pending: sum((publisher) => publisher.pending),
      connections: sum((publisher) => publisher.connections),
    }
  }

  /** No more readings; resolves when every published one is acknowledged, or with what is left after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<SimulationStats> {
    for (const cancel of this.#timers) cancel()
    const { clock } = this.#options
    const untilMs = clock.monotonicMs() + timeoutMs
    while (this.stats.pending > 0 && clock.monotonicMs() < untilMs) await new Promise<void>((resolve) => clock.schedule(20, resolve))
    const stats = this.stats
    for (const { publisher } of this.#stations) publisher.close()
    return stats
  }

  /** Steps are counted from the start, so that a slow moment does not lower the rate. */
  #tick(station: number, atMs: number, stepMs: number): void {
    this.#after(atMs - this.#options.clock.monotonicMs(), () => {
      this.#measure(station)
      this.#tick(station, atMs + stepMs, stepMs)
    })
  }

  #after(delayMs: number, run: () => void): void {
    const cancel = this.#options.clock.schedule(Math.max(0, delayMs), () => {
      this.#timers.delete(cancel)
      run()
    })
    this.#timers.add(cancel)
  }

  #measure(station: number): void {
    const { device, publisher } = this.#stations[station]!
    const nowMs = Math.round(this.#options.clock.nowMs())
    const fault = drawFault(device.random)
    const reading = device.measure(fault === 'late' ? nowMs - LATE_BY_MS : nowMs)
    const message = toMessage(device, reading, fault)
    const send = (): void => {
      for (let i = 0; i < (fault === 'repeated-message' ? 2 : 1); i++) if (publisher.publish(message)) this.#published++
    }
    if (fault === 'delayed') this.#after(DELAY_MS_MAX * device.random(), send)
    else send()
  }

  #acknowledge(message: Message): void {
    this.#acknowledged++
    this.#options.onAcknowledged(message.tag as AckEntry)
  }
}

function toMessage(device: Device, reading: Reading, fault: ReturnType<typeof drawFault>): Message {
  const malformed = fault === 'malformed'
  const tag: AckEntry = { device: device.name, seq: reading.seq, tsMs: reading.tsMs, form: malformed ? 'malformed' : 'reading' }
  return {
    topic: device.topic,
    payload: malformed ? encodeMalformed(reading, device.random) : encodeReading(reading, device.kind),
    repeat: fault === 'repeated-packet',
    tag,
  }
}
