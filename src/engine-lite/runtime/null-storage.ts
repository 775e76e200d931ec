/** Storage that keeps nothing: for runs over bounded input that need no memory of themselves, such as `millrace sql`. */
import type { StoragePort } from '../contract/storage.js'

/** Outbox rows and dead letters are dropped with their frames; whoever wants them listens before (a sink, a logger). */
export function nullStorage(): StoragePort {
  return {
    open: () => Promise.resolve({ epoch: 1, lastId: 0, frames: [], losses: [] }),
    commit: (frame) => Promise.resolve({ id: frame.id, durationMs: 0, bytesWritten: 0 }),
    readOutbox: () => Promise.resolve([]),
    outboxStats: () => Promise.resolve([]),
    dropOutbox: () => Promise.resolve(0),
    readDeadLetters: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  }
}
