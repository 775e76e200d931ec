/** Sinks: where rows leave the graph. */
import type { Clock } from './clock.js'
import type { Logger, MetricGroup } from './metric.js'
import type { DeadLetter } from './operator.js'
import type { Row, RowKind } from './row.js'
import type { StateTable } from './state.js'

/** Frames are numbered 1, 2, 3 … by a counter in the database, never by a clock. */
export type CommitId = number

/** Version of an emission: rises with every row put into the outbox, whatever happens to state. Compared field by field. */
export interface Version {
  /** Rises when the local database was re-created, rolled back or fell back a generation. */
  readonly epoch: number
  readonly commitId: CommitId
  /** Position within the commit, from 0. */
  readonly ordinal: number
}

/** One record for the cloud, as a sink puts it into the frame being filled. */
export interface OutboxPut {
  /** Which uplink lane it belongs to: `kafka:topic`, `file:name`. Part of the identity of an upsert row. */
  readonly destination: string
  /** `upsert`: a newer pending row of the same key replaces this one. `append`: every row is sent, in order. */
  readonly mode: 'upsert' | 'append'
  readonly key: Uint8Array | null
  /** null: tombstone. */
  readonly value: Uint8Array | null
  /** Names the query and its version for the headers. */
  readonly query: string
  /** Epoch ms of the result, where it has one (window end). */
  readonly eventTimeMs: number | null
}

export interface SinkContext {
  readonly id: string
  /** Puts a record into the frame being filled; it becomes durable with the state that produced it. */
  put(record: OutboxPut): void
  state(name: string, table: StateTable): void
  deadLetter(letter: DeadLetter): void
  readonly clock: Clock
  readonly metrics: MetricGroup
  readonly log: Logger
}

export interface Sink {
  write(row: Row, kind: RowKind): void
  advance?(watermarkMs: number): void
  /** Last call before the frame is sealed: flush what the frame's state speaks of. Synchronous. */
  seal?(): void
  committed?(id: CommitId): void
  /** Bounded input is over and everything is committed. */
  end?(): void
  close(): Promise<void>
}

export type SinkFactory = (context: SinkContext) => Sink
