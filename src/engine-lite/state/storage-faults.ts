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

/** Steps of a transaction: before BEGIN; all rows written, before COMMIT; durable, before the answer. */
export const STORAGE_FAULT_POINTS = ['begin', 'commit', 'reply'] as const
export type StorageFaultPoint = (typeof STORAGE_FAULT_POINTS)[number]

/** The process dies when it passes `point` the n-th time, from 1. */
export interface StorageDeath {
  readonly point: StorageFaultPoint
  readonly nth: number
}

const CODES = { ENOSPC: 'SQLITE_FULL', EROFS: 'SQLITE_READONLY', EIO: 'SQLITE_IOERR_FSYNC' } as const

export class FaultPlan {
  readonly #faults: readonly StorageFault[]
  readonly #calls = new Map<StorageCall, number>()
  readonly #death: StorageDeath | undefined
  #passed = 0

  constructor(faults: readonly StorageFault[] = [], death?: StorageDeath) {
    this.#faults = faults
    this.#death = death
  }

  /** Does not return where the process is to die here. */
  pass(point: StorageFaultPoint): void {
    if (this.#death?.point !== point) return
    this.#passed++
    if (this.#passed === this.#death.nth) process.kill(process.pid, 'SIGKILL')
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
