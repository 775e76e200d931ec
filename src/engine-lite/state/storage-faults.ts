/** Faults to order, as data: what a test or the simulator wants the n-th call of the storage to do. */

export type StorageCall = 'open' | 'commit' | 'readOutbox' | 'deleteOutbox' | 'dropOutbox' | 'checkpoint' | 'mark'

export interface StorageFault {
  readonly call: StorageCall
  /** Which call of that kind, from 1. */
  readonly nth: number
  /** How many calls in a row; default 1. */
  readonly times?: number
  readonly error: 'ENOSPC' | 'EROFS' | 'EIO'
}

const CODES = { ENOSPC: 'SQLITE_FULL', EROFS: 'SQLITE_READONLY', EIO: 'SQLITE_IOERR_FSYNC' } as const

export class FaultPlan {
  readonly #faults: readonly StorageFault[]
  readonly #calls = new Map<StorageCall, number>()

  constructor(faults: readonly StorageFault[] = []) {
    this.#faults = faults
  }

  /** Counts the call and throws, as SQLite would, if a fault is planned for it. */
  meet(call: StorageCall): void {
    if (this.#faults.length === 0) return
    const n = (this.#calls.get(call) ?? 0) + 1
    this.#calls.set(call, n)
    for (const fault of this.#faults) {
      if (fault.call !== call || n < fault.nth || n >= fault.nth + (fault.times ?? 1)) continue
      throw Object.assign(new Error(`injected ${fault.error}`), { code: CODES[fault.error] })
    }
  }
}
