/** What both doors share: tables bound to them, reading paused and resumed, totals. */
import type { Cancel, Clock } from '../../engine-lite/contract/clock.js'
import type { Counter, MetricGroup } from '../../engine-lite/contract/metric.js'
import type { IngestBinding, Unbind } from './ingest.js'
import { IngestRouter } from './ingest-router.js'

/**
 * After the last table of a filter is unbound, reading stops for this long or until one is bound again: a pipeline that restarts
 * closes its source and opens it anew, and what arrives in between must not be taken for unwanted.
 */
const REBIND_GRACE_MS = 1000

const COUNTERS = {
  publishes: 'PUBLISH packets taken for tables',
  acknowledged: 'PUBACK packets sent after a commit',
  refused: 'connections ended for breaking the protocol or a limit',
  denied: 'logins, publishes and subscriptions that were not allowed',
  dropped: 'connections ended because their readings were not committed',
  not_retained: 'retained publishes that were forwarded but not kept',
  unrouted: 'publishes of an external broker that no table wants',
} as const

export type DoorCounter = keyof typeof COUNTERS
export type DoorCounters = Readonly<Record<DoorCounter, Counter>>

class LocalCounter implements Counter {
  value = 0

  add(n: number): void {
    this.value += n
  }
}

export interface DoorHooks {
  /** Reading must stop or may go on. */
  paused(stopped: boolean): void
  /** The set of filters changed. */
  filtersChanged(): void
  /** Whether links are up, so that silence means silence. */
  readonly up: boolean
  readonly running: boolean
}

export class DoorCore {
  readonly router = new IngestRouter()
  readonly counters: DoorCounters
  readonly #clock: Clock
  readonly #hooks: DoorHooks
  #pauses = 0
  readonly #graces = new Map<string, Cancel>()

  constructor(clock: Clock, metrics: MetricGroup | undefined, hooks: DoorHooks) {
    this.#clock = clock
    this.#hooks = hooks
    const make = (name: DoorCounter) => metrics?.counter(`mqtt_${name}_total`, COUNTERS[name]) ?? new LocalCounter()
    this.counters = Object.fromEntries(Object.keys(COUNTERS).map((name) => [name, make(name as DoorCounter)])) as Record<
      DoorCounter,
      Counter
    >
  }

  get paused(): boolean {
    return this.#pauses > 0
  }

  pause(): void {
    if (++this.#pauses === 1) this.#hooks.paused(true)
  }

  resume(): void {
    if (this.#pauses > 0 && --this.#pauses === 0) this.#hooks.paused(false)
  }

  bind(binding: IngestBinding): Unbind {
    this.router.bind(binding)
    this.#hooks.filtersChanged()
    this.#endGrace(binding.filter)
    if (this.#hooks.up) binding.connected(true)
    let bound = true
    return () => {
      if (!bound) return
      bound = false
      this.router.unbind(binding)
      const still = [...this.router.bindings].some((other) => other.filter === binding.filter)
      if (still) return
      if (this.#hooks.running) this.#startGrace(binding.filter)
      else this.#hooks.filtersChanged()
    }
  }

  #startGrace(filter: string): void {
    this.#endGrace(filter)
    this.pause()
    const cancel = this.#clock.schedule(REBIND_GRACE_MS, () => {
      if (!this.#graces.delete(filter)) return
      this.#hooks.filtersChanged()
      this.resume()
    })
    this.#graces.set(filter, cancel)
  }

  #endGrace(filter: string): void {
    const cancel = this.#graces.get(filter)
    if (cancel === undefined) return
    cancel()
    this.#graces.delete(filter)
    this.resume()
  }

  /** The door stops: nobody waits for tables any more. */
  endGraces(): void {
    for (const filter of [...this.#graces.keys()]) this.#endGrace(filter)
  }

  /** Filters of tables, each once, those in their grace included. */
  get filters(): readonly string[] {
    return [...new Set([...this.#graces.keys(), ...Array.from(this.router.bindings, (binding) => binding.filter)])]
  }

  connected(up: boolean): void {
    for (const binding of this.router.bindings) binding.connected(up)
  }

  totals(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.counters).map(([name, counter]) => [name, counter.value]))
  }
}
