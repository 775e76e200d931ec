/**
 * The engine: opens storage, builds the deployed pipelines from what was recovered, runs the loop, commits.
 *
 * When a pipeline fails, the engine does what it does after kill −9: it reloads the last commit. All pipelines go back to one input
 * position, what was not acknowledged comes again from the sources, and the culprit is started again by its restart strategy or stays
 * stopped. There is one way to recover, and tests use it all the time.
 */
import type { Cancel } from '../contract/clock.js'
import { MillraceError } from '../contract/errors/index.js'
import type { StreamGraph } from '../contract/graph.js'
import type { CommitId } from '../contract/sink.js'
import type { Delivery } from '../contract/source.js'
import type { OutboxRef } from '../contract/storage.js'
import { restoreState } from '../state/restore.js'
import { CommitCoordinator } from './commit-coordinator.js'
import { CrashPath } from './crash-path.js'
import { type Deployment, Deployments } from './deployments.js'
import { Emissions } from './emissions.js'
import {
  DEFAULT_COMMIT,
  DEFAULT_LIMITS,
  type DeployOptions,
  type EngineControl,
  type EngineLimits,
  type EngineOptions,
  type EngineState,
  type EngineStatus,
  type Ledger,
  NO_FAULTS,
} from './engine-options.js'
import type { Arrival, PipelineHost } from './host.js'
import { IngestQueue } from './ingest-queue.js'
import { ENGINE_TRANSITIONS, LifeCycle } from './life-cycle.js'
import { Loop } from './loop.js'
import type { Pipeline } from './pipeline.js'
import { asError } from './row-failure.js'

/**
 * @example
 * const engine = new Engine({ storage, clock: systemClock(), metrics: registry.group(), log, onFatal: () => process.exit(1) })
 * await engine.deploy(graph)
 * await engine.start()
 * await engine.finished
 * await engine.stop()
 */
export class Engine implements EngineControl {
  readonly finished: Promise<void>
  readonly #options: EngineOptions
  readonly #limits: EngineLimits
  readonly #life = new LifeCycle<EngineState>('engine', ENGINE_TRANSITIONS, 'new')
  readonly #queue: IngestQueue
  readonly #emissions = new Emissions()
  readonly #loop: Loop
  readonly #coordinator: CommitCoordinator
  readonly #deployments: Deployments
  readonly #crashPath: CrashPath
  readonly #listeners = new Set<(id: CommitId, outboxRows: number) => void>()
  #recovery: Promise<void> = Promise.resolve()
  #epoch = 0
  readonly #ending = new WeakSet<Pipeline>()
  /** Resolves when nothing will ever happen again. */
  readonly #halted: Promise<void>
  #halt: () => void = () => {}
  #finish: () => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(options: EngineOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#fail = reject
    })
    this.#halted = new Promise((resolve) => {
      this.#halt = resolve
    })
    // Whoever does not ask for the end must not be ended by it.
    this.finished.catch(() => {})
    const { clock, metrics, log, storage } = options
    this.#queue = new IngestQueue(this.#limits, (paused) => this.#pressure(paused))
    this.#coordinator = new CommitCoordinator(
      {
        storage,
        clock,
        metrics,
        log,
        policy: { ...DEFAULT_COMMIT, ...options.commit },
        outboxRowsMax: this.#limits.frameOutboxRowsMax,
        faultPoint: options.faultPoint ?? NO_FAULTS,
      },
      {
        seal: (id, sealedAtMs) => this.#deployments.seal(id, sealedAtMs),
        committed: (id, outboxRows) => this.#committed(id, outboxRows),
        reply: (run) => this.#reply(run),
        wake: () => this.#loop.wake(),
        fatal: (error) => this.#fatal(error),
      },
    )
    this.#loop = new Loop(clock, this.#limits, this.#queue, this.#emissions, {
      mayFill: () => this.#coordinator.mayFill(),
      applied: (arrival, delivery) => this.#applied(arrival, delivery),
      touched: () => this.#coordinator.touched(),
      nextTimerMs: () => this.#nextTimerMs(),
      fireTimers: (nowMs) => {
        for (const pipeline of this.#deployments.built) pipeline.fireProcessing(nowMs)
      },
      sealIfDue: () => this.#coordinator.sealIfDue(),
      turned: (quiet) => this.#turned(quiet),
      fatal: (error) => this.#fatal(error),
    })
    this.#crashPath = new CrashPath({
      options,
      life: this.#life,
      loop: this.#loop,
      queue: this.#queue,
      emissions: this.#emissions,
      coordinator: this.#coordinator,
      deployments: () => this.#deployments,
      open: () => this.#open(),
      startSources: (deployment) => this.#startSources(deployment),
      stoppedForGood: (error) => this.#fail(error),
      fatal: (error) => this.#fatal(error),
    })
    this.#deployments = new Deployments(this.#host(), options.random ?? (() => 0.5))
    metrics.gauge('ingest_queue_rows', 'Rows that wait for the loop.', () => this.#queue.rows)
    metrics.gauge('state_bytes', 'State in memory, roughly.', () => this.#deployments.stateBytes)
  }

  async deploy(graph: StreamGraph, options: DeployOptions = {}): Promise<void> {
    const deployment = this.#deployments.add(graph, options)
    if (this.#life.state === 'running') await this.#startPipeline(deployment)
  }

  async start(): Promise<void> {
    this.#life.to('starting')
    try {
      await this.#open()
      for (const deployment of this.#deployments.all) this.#deployments.build(deployment)
    } catch (error) {
      this.#life.to('failed')
      this.#fail(asError(error))
      await this.#options.storage.close()
      throw error
    }
    this.#life.to('running')
    this.#loop.start()
    for (const deployment of this.#deployments.all) await this.#startSources(deployment)
  }

  async stop(options: { readonly drain?: boolean } = {}): Promise<void> {
    await this.#recovery
    if (!this.#life.can('stopping')) return
    this.#life.to('stopping')
    this.#crashPath.cancelRestarts()
    if (options.drain === true) await this.#drain().catch(() => {})
    this.#loop.stopAdmitting()
    // A disk that takes nothing must not keep the process from ending: what is not acknowledged comes again.
    if (this.#coordinator.degraded === null) await Promise.race([this.#coordinator.settle(), this.#halted])
    this.#loop.halt()
    this.#coordinator.close()
    for (const pipeline of this.#deployments.built) await pipeline.close()
    await this.#options.storage.close()
    if (this.#life.can('stopped')) this.#life.to('stopped')
  }

  requestSeal(): void {
    this.#coordinator.request()
  }

  deleteFromOutbox(refs: readonly OutboxRef[]): void {
    this.#coordinator.delete(refs)
  }

  onCommitted(listener: (id: CommitId, outboxRows: number) => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  status(): EngineStatus {
    return {
      state: this.#life.state,
      degraded: this.#coordinator.degraded,
      lastCommitId: this.#coordinator.lastId,
      lastCommitMs: this.#coordinator.lastCommitMs,
      epoch: this.#epoch,
      queueRows: this.#queue.rows,
      paused: this.#queue.paused,
      pipelines: this.#deployments.status(),
    }
  }

  ledger(pipeline: string): Ledger {
    const built = this.#deployments.get(pipeline)?.pipeline
    if (built === undefined || built === null) throw new MillraceError('R0001', `no pipeline named ${pipeline} is running`)
    return built.ledger()
  }

  #host(): PipelineHost {
    const { clock, metrics, log } = this.#options
    return {
      clock,
      metrics,
      log,
      limits: this.#limits,
      deferred: this.#emissions,
      put: (record) => this.#coordinator.put(record),
      letter: (letter) => this.#coordinator.letter(letter),
      defer: (slice, failed) => this.#emissions.push(slice, failed),
      wake: (delayMs, run) => clock.schedule(delayMs, () => this.#loop.post(run)),
      arrive: (arrival) => this.#arrive(arrival),
      failed: (pipeline, error) => this.#pipelineFailed(pipeline, error),
    }
  }

  /** While a pipeline is recovered the loop stands still, but the frame in flight must be decided. */
  #reply(run: () => void): void {
    if (this.#life.state !== 'recovering') {
      this.#loop.reply(run)
      return
    }
    this.#options.clock.soon(() => {
      try {
        run()
      } catch (error) {
        this.#fatal(error)
      }
    })
  }

  #arrive(arrival: Arrival): void {
    this.#queue.push(arrival)
    this.#loop.wake()
  }

  #pressure(paused: boolean): void {
    for (const pipeline of this.#deployments.built) {
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
    this.#coordinator.applied(delivery.bytes, delivery.committed?.bind(delivery))
  }

  #nextTimerMs(): number {
    let nextMs = Number.POSITIVE_INFINITY
    for (const pipeline of this.#deployments.built) nextMs = Math.min(nextMs, pipeline.nextProcessingMs)
    return nextMs
  }

  #committed(id: CommitId, outboxRows: number): void {
    this.#deployments.committed(id)
    for (const listener of this.#listeners) listener(id, outboxRows)
  }

  async #open(): Promise<void> {
    const recovered = await this.#options.storage.open()
    for (const loss of recovered.losses) this.#options.log.warn({}, loss)
    this.#epoch = recovered.epoch
    this.#coordinator.open(recovered.lastId)
    this.#deployments.restore(restoreState(recovered))
  }

  async #startPipeline(deployment: Deployment): Promise<void> {
    this.#deployments.build(deployment)
    await this.#startSources(deployment)
  }

  async #startSources({ life, pipeline }: Deployment): Promise<void> {
    if (pipeline === null || pipeline.closed) return
    if (life.state !== 'running') life.to('running')
    try {
      await pipeline.start()
    } catch (error) {
      if (!pipeline.closed) this.#pipelineFailed(pipeline.name, error)
    }
  }

  /** Takes in what is queued and lets time end, so that every window closes. */
  #drain(): Promise<void> {
    for (const pipeline of this.#deployments.built) {
      for (const source of pipeline.sources) {
        source.pause()
        if (!source.ended) this.#arrive({ source, delivery: null, status: 'ended' })
      }
    }
    return this.finished
  }

  /** A pipeline whose sources have ended and whose rows all went through is finished once that is committed. */
  #turned(quiet: boolean): void {
    if (!quiet) return
    for (const deployment of this.#deployments.all) {
      const { pipeline, life } = deployment
      if (pipeline === null || life.state !== 'running' || !pipeline.ended || this.#ending.has(pipeline)) continue
      this.#ending.add(pipeline)
      this.#coordinator.settle().then(() => this.#end(deployment, pipeline))
    }
  }

  #end({ life }: Deployment, pipeline: Pipeline): void {
    if (pipeline.closed) return
    try {
      pipeline.end()
    } catch (error) {
      this.#pipelineFailed(pipeline.name, error)
      return
    }
    life.to('finished')
    if ([...this.#deployments.all].every((deployment) => deployment.life.state === 'finished')) this.#finish()
  }

  #pipelineFailed(name: string, thrown: unknown): void {
    const error = asError(thrown)
    if (this.#life.state === 'stopping') this.#fatal(error)
    if (this.#life.state !== 'running') return
    this.#life.to('recovering')
    this.#recovery = this.#crashPath.run(name, error).catch((failure: unknown) => this.#fatal(failure))
  }

  /** Nothing more is acknowledged or written: what is not durable was never promised. */
  #fatal(thrown: unknown): void {
    if (!this.#life.can('failed')) return
    const error = asError(thrown)
    this.#life.to('failed')
    this.#loop.halt()
    this.#coordinator.close()
    for (const pipeline of this.#deployments.built) pipeline.halt()
    this.#fail(error)
    this.#halt()
    this.#options.onFatal(error)
  }
}
