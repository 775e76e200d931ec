/** What a pipeline asks of the engine that runs it. */
import type { Cancel, Clock } from '../contract/clock.js'
import type { Logger, MetricGroup } from '../contract/metric.js'
import type { DeadLetter, StreamStatus } from '../contract/operator.js'
import type { OutboxPut } from '../contract/sink.js'
import type { Delivery } from '../contract/source.js'
import type { EngineLimits } from './engine-options.js'

/** Something a source brought, in its order: rows, the end, or news of its connection. */
export interface Arrival {
  readonly source: SourceInlet
  readonly delivery: Delivery | null
  readonly status: StreamStatus | 'ended' | null
}

/** Where the loop feeds what came in. Implemented by the pipeline's source nodes. */
export interface SourceInlet {
  /** Rows from `from` on until `to` (exclusive), or until an emission is deferred; returns where it stopped. */
  feed(delivery: Delivery, from: number, to: number): number
  /** Before the first row: what could not be decoded. */
  begin(delivery: Delivery): void
  /** After the last row. */
  applied(delivery: Delivery): void
  status(status: StreamStatus | 'ended'): void
  /** A pipeline that was stopped takes nothing any more. */
  readonly open: boolean
  failed(error: unknown): void
  pause(): void
  resume(): void
}

export interface PipelineHost {
  readonly clock: Clock
  readonly metrics: MetricGroup
  readonly log: Logger
  readonly limits: EngineLimits
  /** Emissions that are under way; no row is admitted while there are any. */
  readonly deferred: { readonly count: number }
  put(record: OutboxPut): void
  letter(letter: DeadLetter): void
  /** `failed` takes what the slice throws. */
  defer(slice: () => boolean, failed: (error: unknown) => void): void
  /** Something changed that the next frame must hold. Rows, timers and slices say so by themselves, a wake does not. */
  touched(): void
  /** Runs between two rows, when no emission is under way. */
  wake(delayMs: number, run: () => void): Cancel
  arrive(arrival: Arrival): void
  /** The pipeline cannot go on. */
  failed(pipeline: string, error: unknown): void
}
