/**
 * Operators and how they are linked. Everything here is synchronous: an operator is called with a row, calls its output, returns.
 *
 * Call order: the factory builds the operator from recovered state; then any number of `process`, `advance`, `onTimer`, never nested
 * into each other; then `close`. A frame may be sealed between any two of these calls, never inside one: whatever an
 * operator keeps between calls is in a state table, or can be computed again from one.
 */
import type { Cancel, Clock } from './clock.js'
import type { Logger, MetricGroup } from './metric.js'
import type { Row, RowKind } from './row.js'
import type { OperatorState } from './state.js'
import type { Timer, TimerService } from './time.js'

/** Where rows go that do not take the main way. `late`: behind the watermark. Tags without a reader end in the dead letters. */
export type OutputTag = 'late' | (string & {})

export interface Output {
  emit(row: Row, kind: RowKind): void
  emitTo(tag: OutputTag, row: Row): void
  /** The watermark in epoch ms; callers never go back. */
  advance(watermarkMs: number): void
  /** `idle`: this way will bring nothing for a while and must not hold time back. */
  status(status: StreamStatus): void
}

/** `disconnected` comes from sources only (silence means nothing then) and ends at the watermark assigner. */
export type StreamStatus = 'active' | 'idle' | 'disconnected'

export interface Operator {
  /** Evaluates first and changes state after: if it throws, the row becomes a dead letter and state is as before. */
  process(row: Row, kind: RowKind): void
  /** The input's watermark rose. Emit what is due, then hand it on by `out.advance`, at once or when the deferred emission is done. */
  advance(watermarkMs: number): void
  onTimer?(timer: Timer): void
  /** Left out, the runtime hands the status on. Inputs of a union are already joined: idle when all are. */
  status?(status: StreamStatus): void
  /** Right before a frame is sealed: puts into its tables what it keeps in fields for speed. Emits nothing. */
  beforeSeal?(): void
  /** Rows whose effect is in state only, not yet in a result: for the ledger. */
  heldRows?(): number
  close?(): void
}

export interface TwoInputOperator {
  processLeft(row: Row, kind: RowKind): void
  processRight(row: Row, kind: RowKind): void
  /** The minimum of both inputs' watermarks rose. */
  advance(watermarkMs: number): void
  onTimer?(timer: Timer): void
  beforeSeal?(): void
  heldRows?(): number
  close?(): void
}

/** Builds the operator, its state tables filled with what was recovered. There is no `open` and no `restore`. */
export type OperatorFactory = (context: OperatorContext, out: Output) => Operator
export type TwoInputOperatorFactory = (context: OperatorContext, out: Output) => TwoInputOperator

export interface OperatorContext {
  /** Stable across restarts: pipeline, position in the plan, name. */
  readonly id: string
  readonly state: OperatorState
  readonly timers: TimerService
  readonly clock: Clock
  readonly metrics: MetricGroup
  readonly log: Logger
  readonly limits: OperatorLimits
  /** A row that failed or fits nowhere: kept with its reason, counted, never lost silently. */
  deadLetter(letter: DeadLetter): void
  /**
   * A long emission in slices (≤ 500 keys each): the loop calls `slice` once a turn until it returns true (done), and admits no row
   * before. Progress must be in a state table: after a restore the factory defers again what was not finished.
   */
  defer(slice: () => boolean): void
  /** Runs once between two rows, after at least `delayMs` of monotonic time. Not state: forgotten by a restart. */
  wake(delayMs: number, run: () => void): Cancel
}

export interface OperatorLimits {
  /** Keys kept at most per operator; rows of further keys become dead letters (R0106). */
  readonly keysMax: number
  /** Keys emitted per slice. */
  readonly emitKeysMax: number
}

export type DeadLetterReason =
  | 'decode'
  | 'expression'
  | 'null-rowtime'
  | 'late'
  | 'future'
  | 'key-limit'
  | 'not-null'
  | 'too-large'
  | 'uplink-refused'
  | 'overflow'

export interface DeadLetter {
  readonly reason: DeadLetterReason
  /** What went wrong, one sentence. */
  readonly text: string
  /** Topic, file or operator it came from. */
  readonly origin: string
  /** The payload or a printed row, cut to a few hundred bytes by the keeper. */
  readonly sample?: Uint8Array | string
  readonly pipeline?: string
}
