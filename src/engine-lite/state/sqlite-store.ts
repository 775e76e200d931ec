/**
 * The storage of one data directory, synchronous: one commit frame = one transaction. Runs in the storage worker, or in-thread in tests.
 *
 * What a returned `commit` promises: the log is synced, so the frame survives a power cut. After an error that is neither a full nor a
 * read-only disk the store refuses everything: the kernel may have dropped the pages it failed to write.
 *
 * Checkpoints (the log back into the file) run by hand after a commit was answered. SQLite's automatic ones swallow a failed sync of
 * the database file; the next one would then reuse the log although pages never reached the disk.
 */
import { writeFileSync } from 'node:fs'
import type { Database as Connection } from 'better-sqlite3'
import { MillraceError } from '../contract/errors/index.js'
import type { CommitId } from '../contract/sink.js'
import type { CommitFrame, OutboxQuery, OutboxRef, OutboxRow, OutboxStats, Recovered, StoredDeadLetter } from '../contract/storage.js'
import { Ballast } from './ballast.js'
import { type DataPaths, FILE_MODE, prepareDataDirectory, removeLeftovers } from './data-directory.js'
import { EmittedMarkFile } from './emitted-mark.js'
import { DeadLetterRows } from './sqlite-dead-letters.js'
import { FrameRows } from './sqlite-frames.js'
import { type DirectoryLock, lockDirectory } from './sqlite-lock.js'
import { OutboxRows } from './sqlite-outbox.js'
import { recoverDatabase } from './sqlite-recovery.js'
import { isDamage, storageError } from './storage-error.js'
import { FaultPlan, type StorageCall } from './storage-faults.js'
import { STORE_DEFAULTS, type StoreOptions } from './store-options.js'
import { threadBytesWritten } from './thread-io.js'

/** Bytes of the frame header that the log adds to every page. */
const WAL_FRAME_BYTES = 24

interface Opened {
  readonly database: Connection
  readonly frames: FrameRows
  readonly outbox: OutboxRows
  readonly deadLetters: DeadLetterRows
  readonly lock: DirectoryLock
  readonly epoch: number
  readonly pageSize: number
}

export class SqliteStore {
  readonly #options: Required<Omit<StoreOptions, 'faults' | 'migrations'>> & Pick<StoreOptions, 'migrations'>
  readonly #faults: FaultPlan
  #paths: DataPaths | undefined
  #opened: Opened | undefined
  #mark: EmittedMarkFile | undefined
  #ballast: Ballast | undefined
  #lastId: CommitId = 0
  #failure: MillraceError | undefined
  #walPages = 0
  #checkpointAtPages: number
  /** Of checkpoints since the last commit: told with the next one. */
  #estimatedBytes = 0
  /** Where the kernel's count stood at the last commit. */
  #countedBytes = 0

  constructor({ faults, ...options }: StoreOptions) {
    this.#options = { ...STORE_DEFAULTS, ...options }
    this.#faults = new FaultPlan(faults)
    this.#checkpointAtPages = this.#options.checkpointPages
  }

  /** @throws MillraceError S0101 (in use), S0102, S0103 (newer schema), S0105–S0108 */
  open(): Recovered {
    const { dir } = this.#options
    const paths = prepareDataDirectory(dir)
    this.#paths = paths
    let lock: DirectoryLock | undefined
    try {
      lock = lockDirectory(paths)
      this.#faults.meet('open')
      removeLeftovers(paths)
      const mark = new EmittedMarkFile(paths.emittedMark)
      const { database, epoch, lastId, frames, losses, emitted } = recoverDatabase(paths, mark, this.#options)
      this.#opened = {
        database,
        frames: new FrameRows(database),
        outbox: new OutboxRows(database),
        deadLetters: new DeadLetterRows(database, this.#options.deadLetterRowsMax),
        lock,
        epoch,
        pageSize: database.pragma('page_size', { simple: true }) as number,
      }
      this.#lastId = lastId
      this.#walPages = 0
      this.#checkpointAtPages = this.#options.checkpointPages
      this.#countedBytes = threadBytesWritten() ?? 0
      mark.flush(epoch, lastId)
      this.#mark = mark
      this.#ballast = new Ballast(paths.ballast, this.#options.ballastBytes)
      this.#ballast.ensure(dir)
      return { epoch, lastId, frames, losses, ...(emitted.length === 0 ? {} : { emitted }) }
    } catch (error) {
      this.#opened?.database.close()
      this.#opened = undefined
      lock?.release()
      throw storageError(error, dir, 'opening')
    }
  }

  /** Returns the bytes written, of the checkpoint before it too. @throws MillraceError S0105, S0106 (nothing written), S0107 */
  commit(frame: CommitFrame): number {
    const opened = this.#ready()
    if (frame.id !== this.#lastId + 1) throw new MillraceError('R0001', `commit ${frame.id} after commit ${this.#lastId}`)
    const deleteOnly = frame.body.length === 0 && frame.outbox.length === 0 && frame.deadLetters.length === 0
    this.#transaction('commit', deleteOnly, () => {
      opened.frames.insert(frame.id, frame.body)
      for (const ref of frame.outboxDeletes) opened.outbox.remove(ref)
      for (let i = 0; i < frame.outbox.length; i++) {
        opened.outbox.put(frame.outbox[i] as (typeof frame.outbox)[number], opened.epoch, frame.id, i, frame.sealedAtMs)
      }
      if (frame.deadLetters.length > 0) opened.deadLetters.put(frame.deadLetters, frame.sealedAtMs)
      opened.frames.dropBelow(frame.keepFromId, this.#options.framesDroppedMax)
      opened.outbox.saveTotals()
    })
    this.#lastId = frame.id
    return this.#bytesSince(opened)
  }

  readOutbox(query: OutboxQuery): OutboxRow[] {
    const opened = this.#ready()
    return this.#guard('reading the outbox', () => {
      this.#faults.meet('readOutbox')
      const { rows, damaged } = opened.outbox.read(query)
      if (damaged.length > 0) this.#setAside(opened, query.destination, damaged)
      this.#markEmitted(opened, rows)
      return rows
    })
  }

  outboxStats(): OutboxStats[] {
    const opened = this.#ready()
    return this.#guard('reading the outbox', () => opened.outbox.stats())
  }

  deleteOutbox(refs: readonly OutboxRef[]): void {
    const opened = this.#ready()
    this.#transaction('deleteOutbox', true, () => {
      for (const ref of refs) opened.outbox.remove(ref)
      opened.outbox.saveTotals()
    })
  }

  dropOutbox(destination: string, bytes: number, which: 'oldest' | 'newest'): number {
    const opened = this.#ready()
    let dropped = 0
    this.#transaction('dropOutbox', true, () => {
      dropped = opened.outbox.drop(destination, bytes, which)
      opened.outbox.saveTotals()
    })
    return dropped
  }

  readDeadLetters(limit: number): StoredDeadLetter[] {
    const opened = this.#ready()
    return this.#guard('reading the dead letters', () => opened.deadLetters.read(limit))
  }

  /** What may wait until a commit was answered: the checkpoint, the ballast. Failures show in the next call. */
  maintain(): void {
    const opened = this.#opened
    if (opened === undefined || this.#failure !== undefined || this.#walPages < this.#checkpointAtPages) return
    try {
      this.#faults.meet('checkpoint')
      this.#checkpoint(opened, 'PASSIVE')
      this.#ballast?.ensure(this.#options.dir)
    } catch (error) {
      const failure = this.#failed(error, 'writing the log back')
      // Without space the log goes on growing; it is tried again later.
      if (failure.code === 'S0105') this.#checkpointAtPages = this.#walPages + this.#options.checkpointPages
    }
  }

  close(): void {
    const opened = this.#opened
    if (opened === undefined) return
    this.#opened = undefined
    try {
      if (this.#failure === undefined) this.#checkpoint(opened, 'TRUNCATE')
    } catch {
      // All of it is in the log, which the next open reads.
    }
    opened.database.close()
    opened.lock.release()
  }

  #ready(): Opened {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#opened === undefined) throw new MillraceError('R0001', 'the storage is not open')
    return this.#opened
  }

  /** All of it or nothing. On a full disk, a transaction that only deletes may use the ballast. */
  #transaction(call: StorageCall, deletesOnly: boolean, run: () => void): void {
    try {
      this.#attempt(call, run)
    } catch (error) {
      const failure = this.#failed(error, 'committing')
      if (failure.code !== 'S0105' || !deletesOnly || this.#ballast?.release() !== true) throw failure
      this.#guard('committing', () => this.#attempt(call, run))
    }
  }

  #attempt(call: StorageCall, run: () => void): void {
    const { database, outbox } = this.#ready()
    database.exec('BEGIN IMMEDIATE')
    try {
      run()
      this.#faults.meet(call)
      database.exec('COMMIT')
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      if (!isDamage(error)) outbox.reload()
      throw error
    }
  }

  #guard<T>(doing: string, run: () => T): T {
    try {
      return run()
    } catch (error) {
      throw this.#failed(error, doing)
    }
  }

  /** Translates; anything not retriable is remembered and refuses all further calls. */
  #failed(error: unknown, doing: string): MillraceError {
    const failure = storageError(error, this.#options.dir, doing)
    if (failure.retriable || this.#failure !== undefined) return failure
    this.#failure = failure
    if (isDamage(error)) this.#wantCheck()
    return failure
  }

  /** So that the next open looks at every page, and does not run into the same damage again. */
  #wantCheck(): void {
    try {
      if (this.#paths !== undefined) writeFileSync(this.#paths.checkWanted, '', { mode: FILE_MODE })
    } catch {
      // The store has failed already; the next open still checks small files.
    }
  }

  /** Rows with a wrong checksum are no results any more: out of the outbox, into the dead letters. */
  #setAside(opened: Opened, destination: string, seqs: readonly number[]): void {
    const text = 'row of the outbox is damaged on disk (wrong checksum)'
    this.#attempt('deleteOutbox', () => {
      for (const seq of seqs) opened.outbox.removeSeq(seq)
      const letters = seqs.map((seq) => ({ reason: 'uplink-refused' as const, text, origin: destination, sample: `seq ${seq}` }))
      opened.deadLetters.put(letters, 0)
      opened.outbox.saveTotals()
    })
  }

  /** Before a row is handed over, the mark says so; a full or read-only disk does not hold the uplink up. */
  #markEmitted(opened: Opened, rows: readonly OutboxRow[]): void {
    const mark = this.#mark as EmittedMarkFile
    for (const row of rows) if (row.mode === 'upsert' && row.eventTimeMs !== null) mark.note(row.destination, row.query, row.eventTimeMs)
    try {
      this.#faults.meet('mark')
      mark.flush(opened.epoch, this.#lastId)
    } catch (error) {
      const failure = storageError(error, this.#options.dir, 'writing the emitted mark')
      if (!failure.retriable) throw failure
    }
  }

  #checkpoint(opened: Opened, mode: 'PASSIVE' | 'TRUNCATE'): void {
    const [result] = opened.database.pragma(`wal_checkpoint(${mode})`) as { checkpointed: number }[]
    this.#estimatedBytes += Math.max(0, result?.checkpointed ?? 0) * opened.pageSize
    this.#walPages = 0
    this.#checkpointAtPages = this.#options.checkpointPages
  }

  /** Since the commit before: the kernel's count, else pages of the log and of checkpoints. */
  #bytesSince(opened: Opened): number {
    const [result] = opened.database.pragma('wal_checkpoint(NOOP)') as { log: number }[]
    const pages = result?.log ?? 0
    // After a complete checkpoint the log starts again from its beginning.
    const added = pages >= this.#walPages ? pages - this.#walPages : pages
    const estimated = added * (opened.pageSize + WAL_FRAME_BYTES) + this.#estimatedBytes
    this.#walPages = pages
    this.#estimatedBytes = 0
    const total = threadBytesWritten()
    if (total === undefined) return estimated
    const counted = total - this.#countedBytes
    this.#countedBytes = total
    // File systems in memory write nothing; the pages are still the better answer than none.
    return counted === 0 ? estimated : counted
  }
}
