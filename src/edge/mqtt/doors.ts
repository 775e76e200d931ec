/**
 * The doors of a gateway by name. The composition root creates doors, adds them here, gives this object to
 * {@link createMqttConnector}, starts the pipelines, and starts the doors last: a door that listens before its tables are bound would
 * hand their messages to the broker's ordinary subscribers only.
 */
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { IngestBinding, Unbind } from './ingest.js'

export interface DoorAddress {
  /** `mqtt://127.0.0.1:1883`, `mqtts://…`: where it listens, or whom it is connected to. */
  readonly address: string
  readonly port: number
}

export type DoorState = 'stopped' | 'starting' | 'listening' | 'connected' | 'disconnected'

export interface DoorStatus {
  readonly kind: 'broker' | 'client'
  readonly state: DoorState
  readonly address: string | undefined
  /** MQTT connections that are up. */
  readonly connections: number
  /** Filters of the tables bound to it. */
  readonly filters: readonly string[]
  /** Reading is stopped because the engine's queue is above its mark. */
  readonly paused: boolean
  /** Totals since the start, by name: `publishes`, `acknowledged`, `refused`, … */
  readonly counters: Readonly<Record<string, number>>
  /** Why it is not up, in one sentence. */
  readonly trouble: string | undefined
}

/** A way in for MQTT. Made by `createBrokerDoor` and `createClientDoor`. */
export interface Door {
  /**
   * Broker door: listens. Client door: starts connecting and resolves at once when the broker does not answer within `connectTimeoutMs`; it goes on trying.
   * @throws MillraceError M0101 when the address cannot be bound
   */
  start(): Promise<DoorAddress>
  /** Closes every connection; what was not acknowledged will be redelivered. */
  stop(): Promise<void>
  status(): DoorStatus
  /** @throws MillraceError M0105 when the filter breaks MQTT 3.1.1 section 4.7 */
  bind(binding: IngestBinding): Unbind
  /** Stops and goes on reading from the network; calls nest. Keep-alive is not enforced against what was not read. */
  pause(): void
  resume(): void
}

export class MqttDoors {
  readonly #doors = new Map<string, Door>()

  /** The first door added is the default one. @throws MillraceError C0011 when the name is taken */
  add(name: string, door: Door): void {
    if (this.#doors.has(name)) throw new MillraceError('C0011', `there are two MQTT doors named \`${name}\``)
    this.#doors.set(name, door)
  }

  get(name: string): Door | undefined {
    return this.#doors.get(name)
  }

  get default(): Door | undefined {
    for (const door of this.#doors.values()) return door
    return undefined
  }

  get names(): readonly string[] {
    return [...this.#doors.keys()]
  }

  entries(): Iterable<readonly [string, Door]> {
    return this.#doors.entries()
  }

  /** Stops reading at every door until the returned function is called: for the moment between closing and reopening pipelines. */
  hold(): () => void {
    const held = [...this.#doors.values()]
    for (const door of held) door.pause()
    let over = false
    return () => {
      if (over) return
      over = true
      for (const door of held) door.resume()
    }
  }
}
