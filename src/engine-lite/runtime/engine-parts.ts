/** The moving parts of an engine, wired: queue, loop, commits, deployments. The engine (engine.ts) owns the life cycle. */
import type { CommitId } from '../contract/sink.js'
import type { Delivery } from '../contract/source.js'
import { CommitCoordinator } from './commit-coordinator.js'
import { Deployments } from './deployments.js'
import { Emissions } from './emissions.js'
import { EmittedGuard } from './emitted-guard.js'
import { DEFAULT_COMMIT, DEFAULT_LIMITS, type EngineLimits, type EngineOptions, NO_FAULTS } from './engine-options.js'
import type { Arrival, PipelineHost } from './host.js'
import { IngestQueue } from './ingest-queue.js'
import { Loop, type LoopHooks } from './loop.js'

export interface EngineOwner {
  /** The loop stands still, but the frame in flight must be decided: replies then go past it. */
  isRecovering(): boolean
  turned(quiet: boolean): void
  pipelineFailed(name: string, error: unknown): void
  fatal(error: unknown): void
}

export class EngineParts {
  readonly limits: EngineLimits
  readonly queue: IngestQueue
  readonly emissions = new Emissions()
  readonly loop: Loop
  readonly coordinator: CommitCoordinator
  readonly deployments: Deployments
  readonly emittedGuard: EmittedGuard
  readonly listeners = new Set<(id: CommitId, outboxRows: number) => void>()
  readonly #options: EngineOptions
  readonly #owner: EngineOwner

  constructor(options: EngineOptions, owner: EngineOwner) {
    this.#options = options
    this.#owner = owner
    this.limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.queue = new IngestQueue(this.limits, (paused) => this.#pressure(paused))
    this.emittedGuard = new EmittedGuard(options.metrics, options.log)
    this.coordinator = this.#createCoordinator()
    this.loop = new Loop(options.clock, this.limits, this.queue, this.emissions, this.#loopHooks())
    this.deployments = new Deployments(this.#host(), options.random ?? (() => 0.5))
    options.metrics.gauge('ingest_queue_rows', 'Rows that wait for the loop.', () => this.queue.rows)
    options.metrics.gauge('state_bytes', 'State in memory, roughly.', () => this.deployments.stateBytes)
  }

  arrive(arrival: Arrival): void {
    this.queue.push(arrival)
    this.loop.wake()
  }

  #createCoordinator(): CommitCoordinator {
    const { storage, clock, metrics, log, commit, faultPoint } = this.#options
    return new CommitCoordinator(
      {
        storage,
        clock,
        metrics,
        log,
        policy: { ...DEFAULT_COMMIT, ...commit },
        outboxRowsMax: this.limits.frameOutboxRowsMax,
        faultPoint: faultPoint ?? NO_FAULTS,
      },
      {
        seal: (id, sealedAtMs) => this.deployments.seal(id, sealedAtMs),
        committed: (id, outboxRows) => {
          this.deployments.committed(id)
          for (const listener of this.listeners) listener(id, outboxRows)
        },
        reply: (run) => this.#reply(run),
        wake: () => this.loop.wake(),
        fatal: (error) => this.#owner.fatal(error),
      },
    )
  }

  #loopHooks(): LoopHooks {
    return {
      mayFill: () => this.coordinator.mayFill(),
      isFull: () => this.coordinator.isFull(),
      applied: (arrival, delivery) => this.#applied(arrival, delivery),
      touched: () => this.coordinator.touched(),
      nextTimerMs: () => this.#nextTimerMs(),
      fireTimers: (nowMs) => {
        for (const pipeline of this.deployments.built) pipeline.fireProcessing(nowMs)
      },
      sealIfDue: () => this.coordinator.sealIfDue(),
      turned: (quiet) => this.#owner.turned(quiet),
      fatal: (error) => this.#owner.fatal(error),
    }
  }

  #host(): PipelineHost {
    const { clock, metrics, log } = this.#options
    return {
      clock,
      metrics,
      log,
      limits: this.limits,
      deferred: this.emissions,
      put: (record) => {
        if (!this.emittedGuard.holdsBack(record)) this.coordinator.put(record)
      },
      letter: (letter) => this.coordinator.letter(letter),
      defer: (slice, failed) => this.emissions.push(slice, failed),
      touched: () => this.coordinator.touched(),
      wake: (delayMs, run) => clock.schedule(delayMs, () => this.loop.post(run)),
      arrive: (arrival) => this.arrive(arrival),
      failed: (pipeline, error) => this.#owner.pipelineFailed(pipeline, error),
    }
  }

  #reply(run: () => void): void {
    if (!this.#owner.isRecovering()) {
      this.loop.reply(run)
      return
    }
    this.#options.clock.soon(() => {
      try {
        run()
      } catch (error) {
        this.#owner.fatal(error)
      }
    })
  }

  #pressure(paused: boolean): void {
    for (const pipeline of this.deployments.built) {
      for (const source of pipeline.sources) {
        if (paused) source.pause()
        else source.resume()
      }
    }
  }

  #applied(arrival: Arrival, delivery: Delivery): void {
    try {
      arrival.source.applied(delivery)
    } catch (error) {
      arrival.source.failed(error)
      return
    }
    this.coordinator.applied(delivery.bytes, delivery.committed?.bind(delivery))
  }

  #nextTimerMs(): number {
    let nextMs = Number.POSITIVE_INFINITY
    for (const pipeline of this.deployments.built) nextMs = Math.min(nextMs, pipeline.nextProcessingMs)
    return nextMs
  }
}
