/** The end of bounded input: a pipeline is finished when its sources have ended, its rows all went through, and that is committed. */
import type { Deployment } from './deployments.js'
import type { Pipeline } from './pipeline.js'

export interface CompletionParts {
  deployments(): Iterable<Deployment>
  /** Resolves when everything so far is durable. */
  settle(): Promise<void>
  failed(pipeline: string, error: unknown): void
  /** Every pipeline is finished. */
  finished(): void
}

export class Completion {
  readonly #parts: CompletionParts
  readonly #ending = new WeakSet<Pipeline>()

  constructor(parts: CompletionParts) {
    this.#parts = parts
  }

  /** Called after every turn. @param quiet nothing is queued, deferred or under way */
  look(quiet: boolean): void {
    if (!quiet) return
    for (const deployment of this.#parts.deployments()) {
      const { pipeline, life } = deployment
      if (pipeline === null || life.state !== 'running' || !pipeline.ended || this.#ending.has(pipeline)) continue
      this.#ending.add(pipeline)
      this.#parts.settle().then(() => this.#end(deployment, pipeline))
    }
  }

  #end({ life }: Deployment, pipeline: Pipeline): void {
    if (pipeline.closed) return
    try {
      pipeline.end()
    } catch (error) {
      this.#parts.failed(pipeline.name, error)
      return
    }
    life.to('finished')
    if ([...this.#parts.deployments()].every((deployment) => deployment.life.state === 'finished')) this.#parts.finished()
  }
}
