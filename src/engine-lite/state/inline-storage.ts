/** The storage in the calling thread: for tests, tools and bounded runs. The same store as behind the worker, same answers. */
import type { Clock } from '../contract/clock.js'
import type {
  CommitFrame,
  CommitResult,
  OutboxQuery,
  OutboxRef,
  OutboxRow,
  OutboxStats,
  Recovered,
  StoragePort,
  StoredDeadLetter,
} from '../contract/storage.js'
import { SqliteStore } from './sqlite-store.js'
import type { StoreOptions } from './store-options.js'

/** @example const storage = inlineStorage({ dir: 'millrace-data' }, systemClock) */
export function inlineStorage(options: StoreOptions, clock: Clock): StoragePort {
  return new InlineStorage(new SqliteStore(options), clock)
}

/** Every method is async, so that a throw of the store is a rejection, as it is behind the worker. */
class InlineStorage implements StoragePort {
  readonly #store: SqliteStore
  readonly #clock: Clock

  constructor(store: SqliteStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async open(): Promise<Recovered> {
    return this.#store.open()
  }

  async commit(frame: CommitFrame): Promise<CommitResult> {
    const startMs = this.#clock.monotonicMs()
    const bytesWritten = this.#store.commit(frame)
    const durationMs = this.#clock.monotonicMs() - startMs
    this.#store.maintain()
    return { id: frame.id, durationMs, bytesWritten }
  }

  async readOutbox(query: OutboxQuery): Promise<OutboxRow[]> {
    return this.#store.readOutbox(query)
  }

  async outboxStats(): Promise<OutboxStats[]> {
    return this.#store.outboxStats()
  }

  async deleteOutbox(refs: readonly OutboxRef[]): Promise<void> {
    this.#store.deleteOutbox(refs)
  }

  async dropOutbox(destination: string, bytes: number, which: 'oldest' | 'newest'): Promise<number> {
    return this.#store.dropOutbox(destination, bytes, which)
  }

  async readDeadLetters(limit: number): Promise<StoredDeadLetter[]> {
    return this.#store.readDeadLetters(limit)
  }

  async close(): Promise<void> {
    this.#store.close()
  }
}
