/** States and their legal transitions, as one table each. */
import { MillraceError } from '../contract/errors/index.js'
import type { EngineState, PipelineState } from './engine-options.js'

type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>

export const ENGINE_TRANSITIONS: Transitions<EngineState> = {
  new: ['starting'],
  starting: ['running', 'failed', 'stopping'],
  running: ['recovering', 'stopping', 'failed'],
  recovering: ['running', 'stopping', 'failed'],
  stopping: ['stopped', 'failed'],
  stopped: [],
  failed: [],
}

export const PIPELINE_TRANSITIONS: Transitions<PipelineState> = {
  deployed: ['running', 'stopped'],
  running: ['restarting', 'stopped', 'finished'],
  restarting: ['running', 'stopped'],
  stopped: [],
  finished: ['running', 'stopped'],
}

export class LifeCycle<S extends string> {
  #state: S
  readonly #transitions: Transitions<S>
  readonly #name: string

  constructor(name: string, transitions: Transitions<S>, initial: S) {
    this.#name = name
    this.#transitions = transitions
    this.#state = initial
  }

  get state(): S {
    return this.#state
  }

  can(to: S): boolean {
    return this.#transitions[this.#state].includes(to)
  }

  /** @throws MillraceError R0001 where the table does not allow it */
  to(next: S): void {
    if (!this.can(next)) throw new MillraceError('R0001', `${this.#name} cannot go from ${this.#state} to ${next}`)
    this.#state = next
  }
}
