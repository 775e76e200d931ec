/**
 * The storage of one data directory, synchronous: one commit frame = one transaction. Runs in the storage worker, or in-thread in tests.
 *
 * What a returned `commit` promises: the log is synced, so the frame survives a power cut. After an error that is neither a full nor a
 * read-only disk the store refuses everything: the kernel may have dropped the pages it failed to write.
 */
import { writeFileSync } from 'node:fs'
import type { Database as Connection } from 'better-sqlite3'
import { MillraceError } from '../contract/errors/index.js'
import type { CommitId } from '../contract/sink.js'
import type { CommitFrame, OutboxQuery, OutboxRef, OutboxRow, OutboxStats, Recovered, StoredDeadLetter } from '../contract/storage.js'
import { type DataPaths, FILE_MODE, prepareDataDirectory, removeLeftovers } from './data-directory.js'
import { EmittedMarkFile } from './emitted-mark.js'
import { DeadLetterRows } from './sqlite-dead-letters.js'
import { FrameRows } from './sqlite-frames.js'
import { type DirectoryLock, lockDirectory } from './sqlite-lock.js'
import { WriteAheadLog } from './sqlite-log.js'
import { OutboxRows } from './sqlite-outbox.js'
import { recoverDatabase } from './sqlite-recovery.js'
import { DiskSpace } from './sqlite-space.js'
import { isDamage, storageError } from './storage-error.js'
import { FaultPlan, type StorageCall } from './storage-faults.js'
import { STORE_DEFAULTS, type StoreOptions } from './store-options.js'

interface Opened {
  readonly database: Connection
  readonly frames: FrameRows
  readonly outbox: OutboxRows
  readonly deadLetters: DeadLetterRows
  readonly lock: DirectoryLock
  readonly epoch: number
  readonly log: WriteAheadLog
  readonly space: DiskSpace
}

export class SqliteStore {
  readonly #options: Required<Omit<StoreOptions, 'faults' | 'death' | 'migrations'>> & Pick<StoreOptions, 'migrations'>
  readonly #faults: FaultPlan
  #paths: DataPaths | undefined
  #opened: Opened | undefined
  #mark: EmittedMarkFile | undefined
  #lastId: CommitId = 0
  #failure: MillraceError | undefined

  constructor({ faults, death, ...options }: StoreOptions) {
    this.#options = { ...STORE_DEFAULTS, ...options }
    this.#faults = new FaultPlan(faults, death)
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
      const pageSize = database.pragma('page_size', { simple: true }) as number
      this.#opened = {
        database,
        frames: new FrameRows(database),
        outbox: new OutboxRows(database),
        deadLetters: new DeadLetterRows(database, this.#options.deadLetterRowsMax),
        lock,
        epoch,
        log: new WriteAheadLog(database, pageSize, this.#options.checkpointPages),
        space: new DiskSpace(database, paths, pageSize, this.#options.ballastBytes),
      }
      this.#lastId = lastId
      mark.flush(epoch, lastId)
      this.#mark = mark
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
    return opened.log.bytesSinceLastCommit()
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
    if (opened === undefined || this.#failure !== undefined) return
    try {
      opened.space.upkeep()
      if (!opened.log.checkpointDue) return
      this.#faults.meet('checkpoint')
      opened.log.checkpoint('PASSIVE')
    } catch (error) {
      const failure = this.#failed(error, 'writing the log back')
      if (failure.code === 'S0105') opened.log.postponeCheckpoint()
    }
  }

  close(): void {
    const opened = this.#opened
    if (opened === undefined) return
    this.#opened = undefined
    try {
      if (this.#failure === undefined) {
        opened.log.checkpoint('TRUNCATE')
        this.#mark?.close(opened.epoch, this.#lastId)
      }
    } catch {
      // All of it is in the log, which the next open reads; the mark only knows less.
    }
    opened.database.close()
    opened.lock.release()
  }

  #ready(): Opened {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#opened === undefined) throw new MillraceError('R0001', 'the storage is not open')
    return this.#opened
  }

  /**
   * All of it or nothing. On a full disk it is tried again with the log written back, which lets the log start over in the space it
   * has; then without the ballast, if it only deletes or if deletes have left room inside the file.
   */
  #transaction(call: StorageCall, deletesOnly: boolean, run: () => void): void {
    const fault = this.#faults.next(call)
    const attempt = (): void => this.#attempt(run, fault)
    const checkpoint = (): void => this.#ready().log.checkpoint('PASSIVE')
    if (this.#succeeds(attempt)) return
    if (this.#succeeds(checkpoint) && this.#succeeds(attempt)) return
    if (this.#guard('making room', () => this.#ready().space.relieve(deletesOnly))) this.#succeeds(checkpoint)
    this.#guard('committing', attempt)
  }

  /** False on a full disk. */
  #succeeds(run: () => void): boolean {
    try {
      run()
      return true
    } catch (error) {
      const failure = this.#failed(error, 'committing')
      if (failure.code !== 'S0105') throw failure
      return false
    }
  }

  #attempt(run: () => void, fault?: Error): void {
    const { database, outbox } = this.#ready()
    this.#faults.pass('begin')
    database.exec('BEGIN IMMEDIATE')
    try {
      run()
      if (fault !== undefined) throw fault
      this.#faults.pass('commit')
      database.exec('COMMIT')
      this.#faults.pass('reply')
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
    this.#attempt(() => {
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
}
