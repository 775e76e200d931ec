/**
 * The write-ahead log: when it is written back into the file, and how many bytes commits cost.
 *
 * Checkpoints run by hand. SQLite's automatic ones swallow a failed sync of the database file; the next one would then reuse the log
 * although pages never reached the disk.
 */
import type { Database as Connection } from 'better-sqlite3'
import { threadBytesWritten } from './thread-io.js'

/** Bytes of the header that the log adds to every page. */
const PAGE_HEADER_BYTES = 24

export class WriteAheadLog {
  readonly #database: Connection
  readonly #pageSize: number
  readonly #checkpointPages: number
  #checkpointAtPages: number
  #pages = 0
  /** Of checkpoints since the last commit: told with the next one. */
  #checkpointBytes = 0
  /** Where the kernel's count stood at the last commit. */
  #countedBytes = threadBytesWritten() ?? 0

  /** @param checkpointPages pages in the log from which a checkpoint is due */
  constructor(database: Connection, pageSize: number, checkpointPages: number) {
    this.#database = database
    this.#pageSize = pageSize
    this.#checkpointPages = checkpointPages
    this.#checkpointAtPages = checkpointPages
  }

  get checkpointDue(): boolean {
    return this.#pages >= this.#checkpointAtPages
  }

  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    const [result] = this.#database.pragma(`wal_checkpoint(${mode})`) as { checkpointed: number }[]
    this.#checkpointBytes += Math.max(0, result?.checkpointed ?? 0) * this.#pageSize
    this.#pages = 0
    this.#checkpointAtPages = this.#checkpointPages
  }

  /** There was no room for it: the log goes on growing, and it is tried again later. */
  postponeCheckpoint(): void {
    this.#checkpointAtPages = this.#pages + this.#checkpointPages
  }

  /** Bytes written since the commit before: the kernel's count, else pages of the log and of checkpoints. */
  bytesSinceLastCommit(): number {
    const [result] = this.#database.pragma('wal_checkpoint(NOOP)') as { log: number }[]
    const pages = result?.log ?? 0
    // After a complete checkpoint the log starts again from its beginning.
    const added = pages >= this.#pages ? pages - this.#pages : pages
    const estimated = added * (this.#pageSize + PAGE_HEADER_BYTES) + this.#checkpointBytes
    this.#pages = pages
    this.#checkpointBytes = 0
    const total = threadBytesWritten()
    if (total === undefined) return estimated
    const counted = total - this.#countedBytes
    this.#countedBytes = total
    // File systems in memory write nothing; the pages are still the better answer than none.
    return counted === 0 ? estimated : counted
  }
}
