/**
 * A whole engine on simulated time and a simulated disk. The process can be killed at any step of any commit and is started again on
 * what the disk then holds.
 */
import type { Clock } from '../contract/clock.js'
import type { StreamGraph } from '../contract/graph.js'
import { nullMetrics } from '../metrics/registry.js'
import { Engine } from '../runtime/engine.js'
import type { CommitPolicy, DeployOptions, EngineLimits, FaultPointName } from '../runtime/engine-options.js'
import { systemClock } from '../time/system-clock.js'
import { SimulatedClock } from './simulated-clock.js'
import { SimulatedStorage, type SimulatedStorageOptions } from './simulated-storage.js'

export interface DriverOptions {
  /** Built anew for every process: graphs hold no state. */
  readonly graphs: () => readonly StreamGraph[]
  readonly deploy?: DeployOptions
  readonly commit?: Partial<CommitPolicy>
  readonly limits?: Partial<EngineLimits>
  readonly storage?: SimulatedStorageOptions
  readonly clock?: SimulatedClock
}

/** Kill at the n-th time a step of a commit is reached, counted over all processes. */
export interface Kill {
  readonly point: FaultPointName
  readonly nth: number
}

class Killed extends Error {}

const QUIET = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * @example
 * const driver = new PipelineDriver({ graphs: () => [graph] })
 * await driver.start()
 * source.push([['d1', 3, 20]])
 * await driver.run(1_000)
 */
export class PipelineDriver {
  readonly clock: SimulatedClock
  storage: SimulatedStorage
  engine: Engine
  /** Errors that ended a process on their own. */
  readonly fatal: Error[] = []
  /** Kills that happened. */
  kills = 0
  readonly #options: DriverOptions
  readonly #kills: readonly Kill[]
  readonly #reached = new Map<FaultPointName, number>()
  #generation = 0
  #dead = false

  constructor(options: DriverOptions, kills: readonly Kill[] = []) {
    this.#options = options
    this.#kills = kills
    this.clock = options.clock ?? new SimulatedClock()
    this.storage = new SimulatedStorage(this.clock, options.storage)
    this.engine = this.#create()
  }

  async start(): Promise<void> {
    for (const graph of this.#options.graphs()) await this.engine.deploy(graph, this.#options.deploy)
    const started = this.engine.start()
    await this.settle()
    await started
  }

  /** Lets time pass; a killed process is started again at once. */
  async run(forMs: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + forMs
    await this.settle()
    for (;;) {
      while (this.#dead) await this.restart()
      const nextMs = Math.min(this.clock.nextAlarmMs ?? untilMs, untilMs)
      this.clock.advance(nextMs - this.clock.monotonicMs())
      await this.settle()
      if (nextMs >= untilMs && !this.#dead) return
    }
  }

  /** Runs what can run without time passing. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      const ran = this.clock.runSoon()
      // Answers of the storage are promises: they need the real event loop.
      await new Promise<void>((resolve) => systemClock().soon(resolve))
      quiet = ran === 0 ? quiet + 1 : 0
    }
  }

  /** The power goes now. @param written how many commits in flight reached the disk all the same */
  kill(written = 0): void {
    this.kills++
    this.#generation++
    this.#dead = true
    this.storage.cut(written)
  }

  /** The next process, on what is on the disk. */
  async restart(): Promise<void> {
    this.#dead = false
    this.storage = this.storage.reopen()
    this.engine = this.#create()
    await this.start()
  }

  #create(): Engine {
    const { commit, limits } = this.#options
    const generation = ++this.#generation
    return new Engine({
      storage: this.storage,
      clock: this.#clockOf(generation),
      metrics: nullMetrics(),
      log: QUIET,
      ...(commit === undefined ? {} : { commit }),
      ...(limits === undefined ? {} : { limits }),
      faultPoint: (name) => this.#faultPoint(name),
      onFatal: (error) => {
        if (!(error instanceof Killed)) this.fatal.push(error)
      },
    })
  }

  #faultPoint(name: FaultPointName): void {
    const nth = (this.#reached.get(name) ?? 0) + 1
    this.#reached.set(name, nth)
    if (!this.#kills.some((kill) => kill.point === name && kill.nth === nth)) return
    this.kill()
    throw new Killed(`killed at ${name} ${nth}`)
  }

  /** Alarms of a process die with it. */
  #clockOf(generation: number): Clock {
    const { clock } = this
    const alive = () => this.#generation === generation
    return {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      schedule: (delayMs, run) => clock.schedule(delayMs, () => alive() && run()),
      soon: (run) => clock.soon(() => alive() && run()),
      get synchronised() {
        return clock.synchronised
      },
    }
  }
}
