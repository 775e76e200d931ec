/**
 * Storage as the engine and the shipper see it: one commit frame = one transaction. Behind it: a worker thread with SQLite, the same
 * in-thread, or a simulated disk. All calls are answered in the order they were made.
 */
import type { DeadLetter } from './operator.js'
import type { CommitId, OutboxPut, Version } from './sink.js'

export interface CommitFrame {
  /** Exactly one above the last durable frame. */
  readonly id: CommitId
  /** Wall clock at the seal, for people only. */
  readonly sealedAtMs: number
  /** Packed sections of state (state/frame.ts); empty when only the outbox changes. Ownership passes to storage. */
  readonly body: Uint8Array
  /** In order of emission; ordinals are their indexes. */
  readonly outbox: readonly OutboxPut[]
  /** Rows the uplink acknowledged: removed if they still have this version. */
  readonly outboxDeletes: readonly OutboxRef[]
  readonly deadLetters: readonly DeadLetter[]
  /** Frames below this id are no longer needed by a restore and may be dropped, in slices. */
  readonly keepFromId: CommitId
}

export interface OutboxRef {
  readonly seq: number
  readonly version: Version
}

/** A row as the shipper reads it back. */
export interface OutboxRow extends OutboxPut {
  /** Rises with every put; a replaced row has a new one. */
  readonly seq: number
  readonly version: Version
  readonly createdAtMs: number
}

export interface Recovered {
  readonly epoch: number
  /** Newest durable frame, 0 for a new database. */
  readonly lastId: CommitId
  /** Bodies of all frames from the oldest needed one on, in order of id. */
  readonly frames: readonly { readonly id: CommitId; readonly body: Uint8Array }[]
  /** What had to be given up, for people: one line each, with numbers. Empty in the normal case. */
  readonly losses: readonly string[]
  /**
   * Present only when state is poorer than what was already sent (the database was lost or fell back): results of a query for a
   * destination with an event time at or below its mark were emitted before, and sinks drop and count them.
   */
  readonly emitted?: readonly EmittedMark[]
}

/** The newest event time of a query's rows that were handed to the uplink. */
export interface EmittedMark {
  readonly destination: string
  readonly query: string
  readonly eventTimeMs: number
}

export interface CommitResult {
  readonly id: CommitId
  /** Hand-over to durable, ms. */
  readonly durationMs: number
  /** Bytes this commit wrote, WAL included, as far as known. */
  readonly bytesWritten: number
}

export interface OutboxQuery {
  readonly destination: string
  /** Only rows with a larger seq. */
  readonly afterSeq: number
  readonly rowsMax: number
  readonly bytesMax: number
}

export interface OutboxStats {
  readonly destination: string
  readonly rows: number
  readonly bytes: number
  readonly oldestAtMs: number | null
}

export interface StoredDeadLetter extends DeadLetter {
  readonly id: number
  readonly atMs: number
  /** How many of the same reason and origin this row stands for. */
  readonly count: number
}

export interface StoragePort {
  /** @throws MillraceError S01xx */
  open(): Promise<Recovered>
  /**
   * Durable when the promise resolves. Rejections: S0105 / S0106 (nothing written, the same frame may be tried again),
   * anything else is fatal: the process must stop without acknowledging.
   */
  commit(frame: CommitFrame): Promise<CommitResult>
  readOutbox(query: OutboxQuery): Promise<OutboxRow[]>
  /**
   * Removes acknowledged rows apart from a frame, as `outboxDeletes` would: for a full disk, where the frame that waits does not fit
   * but the deletes do, because they may use the ballast. Durable when it resolves.
   */
  deleteOutbox?(refs: readonly OutboxRef[]): Promise<void>
  outboxStats(): Promise<OutboxStats[]>
  /** Drops the oldest (or newest) pending rows of a destination until `bytes` are gone; returns how many. Durable when it resolves. */
  dropOutbox(destination: string, bytes: number, which: 'oldest' | 'newest'): Promise<number>
  readDeadLetters(limit: number): Promise<StoredDeadLetter[]>
  close(): Promise<void>
}
