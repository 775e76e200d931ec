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

  /** Counts the call; the error that SQLite would throw, if a fault is planned for it. */
  next(call: StorageCall): Error | undefined {
    if (this.#faults.length === 0) return undefined
    const n = (this.#calls.get(call) ?? 0) + 1
    this.#calls.set(call, n)
    for (const fault of this.#faults) {
      if (fault.call !== call || n < fault.nth || n >= fault.nth + (fault.times ?? 1)) continue
      return Object.assign(new Error(`injected ${fault.error}`), { code: CODES[fault.error] })
    }
    return undefined
  }

  /** Counts the call and throws that error. */
  meet(call: StorageCall): void {
    const error = this.next(call)
    if (error !== undefined) throw error
  }
}
