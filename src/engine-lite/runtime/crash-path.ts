/**
 * What happens when a pipeline fails: the same as after kill −9, without leaving the process. The loop stands still, the frame in flight
 * is decided, everything since is thrown away, sources and sinks are closed (a source gives back what it had not committed), storage is
 * read again and the pipelines are built from it. The culprit waits for its restart strategy, its saved state retained meanwhile.
 */
import type { Cancel } from '../contract/clock.js'
import type { Deployment } from './deployments.js'
import type { EngineOptions, EngineState } from './engine-options.js'
import type { EngineParts } from './engine-parts.js'
import type { LifeCycle } from './life-cycle.js'

export interface CrashPathActions {
  /** Opens storage and takes over what it recovered. */
  open(): Promise<void>
  startSources(deployment: Deployment): Promise<void>
  stoppedForGood(error: Error): void
  fatal(error: unknown): void
}

export class CrashPath {
  readonly #options: EngineOptions
  readonly #parts: EngineParts
  readonly #life: LifeCycle<EngineState>
  readonly #actions: CrashPathActions
  readonly #restarts = new Set<Cancel>()

  constructor(options: EngineOptions, parts: EngineParts, life: LifeCycle<EngineState>, actions: CrashPathActions) {
    this.#options = options
    this.#parts = parts
    this.#life = life
    this.#actions = actions
  }

  /** The engine is `recovering` already. Rejects where the engine itself cannot go on. */
  async run(culprit: string, error: Error): Promise<void> {
    const { loop, coordinator, queue, emissions, deployments } = this.#parts
    this.#options.log.error({ pipeline: culprit }, `pipeline failed, going back to commit ${coordinator.lastId}: ${error.message}`)
    const replies = loop.halt()
    for (const pipeline of deployments.built) pipeline.halt()
    for (const reply of replies) reply()
    await coordinator.abandon()
    for (const pipeline of deployments.built) await pipeline.close()
    queue.clear()
    emissions.clear()
    await this.#options.storage.close()
    await this.#actions.open()
    const failed = deployments.get(culprit)
    if (failed !== undefined) this.#restartLater(failed, error)
    const running = [...deployments.all].filter((deployment) => deployment.life.state === 'running')
    for (const deployment of running) deployments.build(deployment)
    if (this.#life.state !== 'recovering') return
    this.#life.to('running')
    loop.start()
    for (const deployment of running) await this.#actions.startSources(deployment)
  }

  cancelRestarts(): void {
    for (const cancel of this.#restarts) cancel()
    this.#restarts.clear()
  }

  #restartLater(deployment: Deployment, error: Error): void {
    const { clock, log } = this.#options
    const { life, policy, graph } = deployment
    deployment.error = error
    const delayMs = policy.failed(clock.monotonicMs())
    if (delayMs === null) {
      log.error({ pipeline: graph.pipeline }, 'pipeline is stopped for good')
      life.to('stopped')
      this.#actions.stoppedForGood(error)
      return
    }
    life.to('restarting')
    const cancel = clock.schedule(delayMs, () => {
      this.#restarts.delete(cancel)
      this.#parts.loop.post(() => this.#restart(deployment))
    })
    this.#restarts.add(cancel)
  }

  #restart(deployment: Deployment): void {
    deployment.life.to('running')
    this.#parts.deployments.build(deployment)
    this.#actions.startSources(deployment).catch((error: unknown) => this.#actions.fatal(error))
  }
}
