/** What an engine is built from, and what it says about itself. */
import type { Cancel, Clock, Random } from '../contract/clock.js'
import type { StreamGraph } from '../contract/graph.js'
import type { Logger, MetricGroup } from '../contract/metric.js'
import type { DeadLetter, DeadLetterReason } from '../contract/operator.js'
import type { CommitId, OutboxPut } from '../contract/sink.js'
import type { OutboxRef, StoragePort } from '../contract/storage.js'

/**
 * Steps of a commit, in order. Tests stop the engine at each of them; in production the hook does nothing.
 * `seal` before anything is packed, `sealed` before the hand-over, `durable` when storage has answered, `committed` after tables
 * and sinks know, `acknowledged` after the hooks of the deliveries ran.
 */
export const FAULT_POINTS = ['seal', 'sealed', 'durable', 'committed', 'acknowledged'] as const
export type FaultPointName = (typeof FAULT_POINTS)[number]
export type FaultPoint = (name: FaultPointName) => void
export const NO_FAULTS: FaultPoint = () => {}

/** Limits of one engine. Each has a default that fits a 512 MB gateway. */
export interface EngineLimits {
  /** Rows and bytes waiting in the ingest queue before sources are paused; they resume at half. */
  readonly queueRowsMax: number
  readonly queueBytesMax: number
  /** One turn of the loop takes at most so many rows, or so many ms. */
  readonly turnRowsMax: number
  readonly turnMsMax: number
  /** Keys per operator; rows of further keys become dead letters. */
  readonly keysMax: number
  /** Keys emitted per slice of a closing window. */
  readonly emitKeysMax: number
  /** Outbox rows in one frame before it counts as full. */
  readonly frameOutboxRowsMax: number
}

export const DEFAULT_LIMITS: EngineLimits = {
  queueRowsMax: 50_000,
  queueBytesMax: 16 * 1024 * 1024,
  turnRowsMax: 2_000,
  turnMsMax: 2,
  keysMax: 100_000,
  emitKeysMax: 500,
  frameOutboxRowsMax: 20_000,
}

/** How often to commit (design decision 7). Times are monotonic ms. */
export interface CommitPolicy {
  /** While an acknowledgement or a result for the uplink waits: `balanced` 200 ms (the card's life first), `latency` 15 ms. */
  readonly mode: 'balanced' | 'latency'
  /** Overrides the interval of the mode. */
  readonly waitingMs?: number
  /** When nothing waits. */
  readonly idleMs: number
  /** Flash-wear budget: bytes that commits may write per day, as measured. Stretches the interval, to 1 s at most. 0: no budget. */
  readonly bytesPerDayMax: number
  /** Bytes taken in and put out since the last seal that make a frame full. */
  readonly bytesMax: number
}

export const DEFAULT_COMMIT: CommitPolicy = { mode: 'balanced', idleMs: 10_000, bytesPerDayMax: 0, bytesMax: 16 * 1024 * 1024 }

/** Flink's restart strategies, with its defaults for checkpointed jobs. */
export type RestartStrategy =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed-delay'; readonly attempts: number; readonly delayMs: number }
  | {
      readonly kind: 'exponential-delay'
      readonly initialMs: number
      readonly maxMs: number
      readonly multiplier: number
      readonly jitter: number
      readonly resetAfterMs: number
    }

export const DEFAULT_RESTART: RestartStrategy = {
  kind: 'exponential-delay',
  initialMs: 1_000,
  maxMs: 60_000,
  multiplier: 1.5,
  jitter: 0.1,
  resetAfterMs: 3_600_000,
}

export interface EngineOptions {
  /** Durable or not: `nullStorage()` of runtime/null-storage.ts serves runs that need no memory of themselves. */
  readonly storage: StoragePort
  readonly clock: Clock
  readonly metrics: MetricGroup
  readonly log: Logger
  readonly limits?: Partial<EngineLimits>
  readonly commit?: Partial<CommitPolicy>
  /** Jitter of restarts. */
  readonly random?: Random
  /** The engine cannot go on: nothing more is acknowledged, the process must end with a status other than 0. Called once. */
  onFatal(error: Error): void
  readonly faultPoint?: FaultPoint
}

export interface DeployOptions {
  /** `pipeline.on-error`: a row that fails becomes a dead letter (default) or fails the pipeline. */
  readonly onError?: 'dead-letter' | 'fail'
  readonly restart?: RestartStrategy
}

export type EngineState = 'new' | 'starting' | 'running' | 'recovering' | 'stopping' | 'stopped' | 'failed'
export type PipelineState = 'deployed' | 'running' | 'restarting' | 'stopped' | 'finished'

export interface PipelineStatus {
  readonly name: string
  readonly state: PipelineState
  /** Why it stopped or is being restarted. */
  readonly error: Error | null
  readonly restarts: number
  /** Smallest watermark of its sinks, epoch ms; null before the first. */
  readonly watermarkMs: number | null
}

export interface EngineStatus {
  readonly state: EngineState
  /** Set while storage refuses commits (S0105, S0106): rows are taken only until the frame is full, nothing is acknowledged. */
  readonly degraded: Error | null
  readonly lastCommitId: number
  readonly lastCommitMs: number | null
  readonly epoch: number
  readonly queueRows: number
  readonly paused: boolean
  readonly pipelines: readonly PipelineStatus[]
}

/** What `new Engine(options)` of runtime/engine.ts offers. */
export interface EngineControl {
  /**
   * Adds a pipeline. Before `start` it is only noted; later its sources start once it is built. Pipelines of the same name replace nothing.
   * @throws MillraceError R0201 where saved state belongs to another plan
   */
  deploy(graph: StreamGraph, options?: DeployOptions): Promise<void>
  /** Opens storage, restores every deployed pipeline, starts the sources. @throws MillraceError S01xx, R0201 */
  start(): Promise<void>
  /** Closes the sources, commits what is there, closes the sinks. `drain`: take in what is queued and let all windows close first. */
  stop(options?: { readonly drain?: boolean }): Promise<void>
  /** Resolves when every source of every pipeline has ended and everything is committed; rejects when the engine fails. */
  readonly finished: Promise<void>
  /** Commit soon, whatever the policy says. */
  requestSeal(): void
  /** Removes acknowledged rows with the next frame: after 1 s or 1,000 of them at the latest. */
  deleteFromOutbox(refs: readonly OutboxRef[]): void
  /** Into the frame being filled: what the uplink has to say of itself, such as a gap. */
  put(record: OutboxPut): void
  deadLetter(letter: DeadLetter): void
  /** Called after every durable frame with the number of outbox rows it brought. */
  onCommitted(listener: (id: CommitId, outboxRows: number) => void): Cancel
  status(): EngineStatus
  /** The balance of a pipeline: where every row that came in has gone. */
  ledger(pipeline: string): Ledger
}

/** Rows by node since the pipeline was first deployed; kept across restarts. */
export interface LedgerLine {
  readonly node: string
  readonly name: string
  readonly in: number
  readonly out: number
  /** Rows in the state of the node that are in no result yet. */
  readonly held: number
  /** Rows that took another way, by reason. */
  readonly dropped: Readonly<Partial<Record<DeadLetterReason, number>>>
}

/** `rowsIn = rowsDropped + what the first operators took`; every line shows where its rows went. */
export interface Ledger {
  readonly pipeline: string
  /** Rows and undecodable payloads handed over by the sources. */
  readonly rowsIn: number
  /** Rows written to sinks. */
  readonly rowsOut: number
  /** Rows that wait for the loop. */
  readonly rowsQueued: number
  /** Rows in open windows; a row that several nodes hold counts for each. */
  readonly rowsHeld: number
  readonly dropped: Readonly<Partial<Record<DeadLetterReason, number>>>
  readonly lines: readonly LedgerLine[]
}
