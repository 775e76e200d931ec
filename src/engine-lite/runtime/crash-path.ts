/**
 * What happens when a pipeline fails: the same as after kill −9, without leaving the process. The loop stands still, the frame in flight
 * is decided, everything since is thrown away, sources and sinks are closed (a source gives back what it had not committed), storage is
 * read again and the pipelines are built from it. The culprit waits for its restart strategy, its saved state retained meanwhile.
 */
import type { Cancel } from '../contract/clock.js'
import type { CommitCoordinator } from './commit-coordinator.js'
import type { Deployment, Deployments } from './deployments.js'
import type { Emissions } from './emissions.js'
import type { EngineOptions, EngineState } from './engine-options.js'
import type { IngestQueue } from './ingest-queue.js'
import type { LifeCycle } from './life-cycle.js'
import type { Loop } from './loop.js'

export interface CrashPathParts {
  readonly options: EngineOptions
  readonly life: LifeCycle<EngineState>
  readonly loop: Loop
  readonly queue: IngestQueue
  readonly emissions: Emissions
  readonly coordinator: CommitCoordinator
  deployments(): Deployments
  /** Opens storage and takes over what it recovered. */
  open(): Promise<void>
  startSources(deployment: Deployment): Promise<void>
  stoppedForGood(error: Error): void
  fatal(error: unknown): void
}

export class CrashPath {
  readonly #parts: CrashPathParts
  readonly #restarts = new Set<Cancel>()

  constructor(parts: CrashPathParts) {
    this.#parts = parts
  }

  /** The engine is `recovering` already. Rejects where the engine itself cannot go on. */
  async run(culprit: string, error: Error): Promise<void> {
    const { options, loop, coordinator, life, queue, emissions } = this.#parts
    const deployments = this.#parts.deployments()
    options.log.error({ pipeline: culprit }, `pipeline failed, going back to commit ${coordinator.lastId}: ${error.message}`)
    const replies = loop.halt()
    for (const pipeline of deployments.built) pipeline.halt()
    for (const reply of replies) reply()
    await coordinator.abandon()
    for (const pipeline of deployments.built) await pipeline.close()
    queue.clear()
    emissions.clear()
    await options.storage.close()
    await this.#parts.open()
    const failed = deployments.get(culprit)
    if (failed !== undefined) this.#restartLater(failed, error)
    const running = [...deployments.all].filter((deployment) => deployment.life.state === 'running')
    for (const deployment of running) deployments.build(deployment)
    if (life.state !== 'recovering') return
    life.to('running')
    loop.start()
    for (const deployment of running) await this.#parts.startSources(deployment)
  }

  cancelRestarts(): void {
    for (const cancel of this.#restarts) cancel()
    this.#restarts.clear()
  }

  #restartLater(deployment: Deployment, error: Error): void {
    const { options, loop } = this.#parts
    const { life, policy, graph } = deployment
    deployment.error = error
    const delayMs = policy.failed(options.clock.monotonicMs())
    if (delayMs === null) {
      options.log.error({ pipeline: graph.pipeline }, 'pipeline is stopped for good')
      life.to('stopped')
      this.#parts.stoppedForGood(error)
      return
    }
    life.to('restarting')
    const cancel = options.clock.schedule(delayMs, () => {
      this.#restarts.delete(cancel)
      loop.post(() => this.#restart(deployment))
    })
    this.#restarts.add(cancel)
  }

  #restart(deployment: Deployment): void {
    deployment.life.to('running')
    this.#parts.deployments().build(deployment)
    this.#parts.startSources(deployment).catch((error: unknown) => this.#parts.fatal(error))
  }
}
