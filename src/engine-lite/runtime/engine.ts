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
import type { DeadLetter } from '../contract/operator.js'
import type { CommitId, OutboxPut } from '../contract/sink.js'
import type { OutboxRef } from '../contract/storage.js'
import { restoreState } from '../state/restore.js'
import { Completion } from './completion.js'
import { CrashPath } from './crash-path.js'
import type { Deployment } from './deployments.js'
import type { DeployOptions, EngineControl, EngineOptions, EngineState, EngineStatus, Ledger } from './engine-options.js'
import { EngineParts } from './engine-parts.js'
import { ENGINE_TRANSITIONS, LifeCycle } from './life-cycle.js'
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
  readonly #life = new LifeCycle<EngineState>('engine', ENGINE_TRANSITIONS, 'new')
  readonly #parts: EngineParts
  readonly #completion: Completion
  readonly #crashPath: CrashPath
  /** Resolves when nothing will ever happen again. */
  readonly #halted: Promise<void>
  /** Starting or recovering: neither may be cut short by a stop. */
  #busy: Promise<void> = Promise.resolve()
  #epoch = 0
  #halt: () => void = () => {}
  #finish: () => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(options: EngineOptions) {
    this.#options = options
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#fail = reject
    })
    this.#halted = new Promise((resolve) => {
      this.#halt = resolve
    })
    // Whoever does not ask for the end must not be ended by it.
    this.finished.catch(() => {})
    this.#parts = new EngineParts(options, {
      isRecovering: () => this.#life.state === 'recovering',
      turned: (quiet) => this.#completion.look(quiet),
      pipelineFailed: (name, error) => this.#pipelineFailed(name, error),
      fatal: (error) => this.#fatal(error),
    })
    const { deployments, coordinator } = this.#parts
    this.#completion = new Completion({
      deployments: () => deployments.all,
      settle: () => coordinator.settle(),
      failed: (pipeline, error) => this.#pipelineFailed(pipeline, error),
      finished: () => this.#finish(),
    })
    this.#crashPath = new CrashPath(options, this.#parts, this.#life, {
      open: () => this.#open(),
      startSources: (deployment) => this.#startSources(deployment),
      stoppedForGood: (error) => this.#fail(error),
      fatal: (error) => this.#fatal(error),
    })
  }

  async deploy(graph: StreamGraph, options: DeployOptions = {}): Promise<void> {
    const deployment = this.#parts.deployments.add(graph, options)
    if (this.#life.state !== 'running') return
    this.#parts.deployments.build(deployment)
    await this.#startSources(deployment)
  }

  async start(): Promise<void> {
    this.#life.to('starting')
    const started = this.#start()
    this.#busy = started.catch(() => {})
    await started
  }

  async stop(options: { readonly drain?: boolean } = {}): Promise<void> {
    await Promise.race([this.#busy, this.#halted])
    if (!this.#life.can('stopping')) return
    this.#life.to('stopping')
    const { coordinator, loop, deployments } = this.#parts
    this.#crashPath.cancelRestarts()
    if (options.drain === true) await this.#drain()
    loop.stopAdmitting()
    // A disk that takes nothing must not keep the process from ending: what is not acknowledged comes again.
    if (coordinator.degraded === null) await Promise.race([coordinator.settle(), this.#halted])
    loop.halt()
    coordinator.close()
    for (const pipeline of deployments.built) await pipeline.close()
    await this.#options.storage.close()
    if (this.#life.can('stopped')) this.#life.to('stopped')
  }

  requestSeal(): void {
    this.#parts.coordinator.request()
  }

  deleteFromOutbox(refs: readonly OutboxRef[]): void {
    this.#parts.coordinator.delete(refs)
  }

  put(record: OutboxPut): void {
    this.#parts.coordinator.put(record, 'uplink')
    this.#parts.loop.wake()
  }

  deadLetter(letter: DeadLetter): void {
    this.#parts.coordinator.letter(letter, 'uplink')
    this.#parts.loop.wake()
  }

  onCommitted(listener: (id: CommitId, outboxRows: number) => void): Cancel {
    this.#parts.listeners.add(listener)
    return () => this.#parts.listeners.delete(listener)
  }

  status(): EngineStatus {
    const { coordinator, queue, deployments } = this.#parts
    return {
      state: this.#life.state,
      degraded: coordinator.degraded,
      lastCommitId: coordinator.lastId,
      lastCommitMs: coordinator.lastCommitMs,
      epoch: this.#epoch,
      queueRows: queue.rows,
      paused: queue.paused,
      pipelines: deployments.status(),
    }
  }

  ledger(pipeline: string): Ledger {
    const { deployments } = this.#parts
    const deployment = deployments.get(pipeline)
    if (deployment === undefined) throw new MillraceError('R0001', `no pipeline named ${pipeline} is deployed`)
    return deployments.ledger(deployment)
  }

  async #start(): Promise<void> {
    const { deployments, loop } = this.#parts
    try {
      await this.#open()
      for (const deployment of deployments.all) deployments.build(deployment)
    } catch (error) {
      this.#life.to('failed')
      this.#fail(asError(error))
      this.#halt()
      await this.#options.storage.close()
      throw error
    }
    this.#life.to('running')
    loop.start()
    for (const deployment of deployments.all) await this.#startSources(deployment)
  }

  async #open(): Promise<void> {
    const recovered = await this.#options.storage.open()
    for (const loss of recovered.losses) this.#options.log.warn({}, loss)
    this.#parts.emittedGuard.learn(recovered.emitted ?? [])
    this.#epoch = recovered.epoch
    this.#parts.coordinator.open(recovered.lastId)
    this.#parts.deployments.restore(restoreState(recovered))
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

  /** Takes in what is queued and lets time end, so that every window closes. Resolves when that is committed, or cannot be. */
  async #drain(): Promise<void> {
    for (const pipeline of this.#parts.deployments.built) {
      for (const source of pipeline.sources) {
        source.pause()
        if (!source.ended) this.#parts.arrive({ source, delivery: null, status: 'ended' })
      }
    }
    await this.finished.catch(() => {})
  }

  #pipelineFailed(name: string, thrown: unknown): void {
    const error = asError(thrown)
    if (this.#life.state === 'stopping') this.#fatal(error)
    if (this.#life.state !== 'running') return
    this.#life.to('recovering')
    this.#busy = this.#crashPath.run(name, error).catch((failure: unknown) => this.#fatal(failure))
  }

  /** Nothing more is acknowledged or written: what is not durable was never promised. */
  #fatal(thrown: unknown): void {
    if (!this.#life.can('failed')) return
    const error = asError(thrown)
    this.#life.to('failed')
    this.#parts.loop.halt()
    this.#parts.coordinator.close()
    for (const pipeline of this.#parts.deployments.built) pipeline.halt()
    this.#fail(error)
    this.#halt()
    this.#options.onFatal(error)
  }
}
