/**
 * A disk that a test owns: the storage contract in memory, with commits that wait to be synced, power cuts, and faults to order.
 *
 * What survives `cut()` is exactly what was answered, plus, as on a real disk, possibly commits that were on their way: the test
 * decides. `reopen()` gives the next process its storage on the same disk.
 */
import type { Clock } from '../contract/clock.js'
import { MillraceError } from '../contract/errors/index.js'
import type { CommitId } from '../contract/sink.js'
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
import { FaultPlan, type StorageCall, type StorageFault } from '../state/storage-faults.js'
import { SimulatedDisk } from './simulated-disk.js'

export interface SimulatedStorageOptions {
  /** Time from hand-over to durable; 0: at once, without the clock. */
  readonly commitMs?: () => number
  readonly faults?: readonly StorageFault[]
}

/**
 * @example
 * const storage = new SimulatedStorage(clock, { commitMs: () => 5 })
 * await storage.open()
 */
export class SimulatedStorage implements StoragePort {
  readonly disk: SimulatedDisk
  readonly #clock: Clock
  readonly #commitMs: () => number
  readonly #faults: FaultPlan
  #state: 'new' | 'open' | 'closed' | 'failed' | 'cut' = 'new'
  #queue: Promise<unknown> = Promise.resolve()
  /** Handed over, not answered. */
  readonly #inFlight: CommitFrame[] = []

  constructor(clock: Clock, options: SimulatedStorageOptions = {}, disk = new SimulatedDisk()) {
    this.#clock = clock
    this.#commitMs = options.commitMs ?? (() => 0)
    this.#faults = new FaultPlan(options.faults)
    this.disk = disk
  }

  /**
   * The power goes: nothing is answered any more.
   *
   * @param written how many of the commits in flight had reached the disk all the same
   */
  cut(written = 0): void {
    this.#state = 'cut'
    for (const frame of this.#inFlight.slice(0, written)) this.disk.apply(frame)
    this.disk.owned = false
  }

  /** The storage of the next process on the same disk. */
  reopen(options: SimulatedStorageOptions = {}): SimulatedStorage {
    return new SimulatedStorage(this.#clock, { commitMs: this.#commitMs, ...options }, this.disk)
  }

  open(): Promise<Recovered> {
    return this.#inOrder('open', async () => {
      if (this.disk.owned) throw new MillraceError('S0101', 'the simulated disk is in use')
      this.disk.owned = true
      this.#state = 'open'
      return this.disk.recover()
    })
  }

  commit(frame: CommitFrame): Promise<CommitResult> {
    return this.#inOrder('commit', async () => {
      if (frame.id !== this.disk.lastId + 1) throw new MillraceError('R0001', `commit ${frame.id} after commit ${this.disk.lastId}`)
      const durationMs = this.#commitMs()
      if (durationMs > 0) {
        this.#inFlight.push(frame)
        await new Promise<void>((resolve) => this.#clock.schedule(durationMs, resolve))
        this.#inFlight.shift()
        // Without power the answer never comes.
        if (this.#state === 'cut') await new Promise<never>(() => undefined)
      }
      this.disk.apply(frame)
      return { id: frame.id, durationMs, bytesWritten: frame.body.length }
    })
  }

  readOutbox(query: OutboxQuery): Promise<OutboxRow[]> {
    return this.#inOrder('readOutbox', async () => this.disk.readOutbox(query))
  }

  outboxStats(): Promise<OutboxStats[]> {
    return this.#inOrder(undefined, async () => this.disk.outboxStats())
  }

  deleteOutbox(refs: readonly OutboxRef[]): Promise<void> {
    return this.#inOrder('deleteOutbox', async () => this.disk.deleteOutbox(refs))
  }

  dropOutbox(destination: string, bytes: number, which: 'oldest' | 'newest'): Promise<number> {
    return this.#inOrder('dropOutbox', async () => this.disk.dropOutbox(destination, bytes, which))
  }

  readDeadLetters(limit: number): Promise<StoredDeadLetter[]> {
    return this.#inOrder(undefined, async () => this.disk.readDeadLetters(limit))
  }

  async close(): Promise<void> {
    await this.#queue
    if (this.#state === 'open' || this.#state === 'failed') this.disk.owned = false
    this.#state = 'closed'
  }

  /** Newest durable frame: what acknowledgements must not run ahead of. */
  get durableId(): CommitId {
    return this.disk.lastId
  }

  #inOrder<T>(call: StorageCall | undefined, run: () => Promise<T>): Promise<T> {
    const answer = this.#queue.then(async () => {
      if (this.#state === 'cut') return new Promise<never>(() => undefined)
      if (this.#state === 'failed') throw new MillraceError('S0107', 'the simulated disk has failed')
      if (this.#state !== 'open' && call !== 'open' && call !== undefined) throw new MillraceError('R0001', 'the storage is not open')
      if (call !== undefined) this.#meet(call)
      return run()
    })
    this.#queue = answer.catch(() => undefined)
    return answer
  }

  #meet(call: StorageCall): void {
    try {
      this.#faults.meet(call)
    } catch (error) {
      const code = (error as { code: string }).code
      if (code === 'SQLITE_FULL') throw new MillraceError('S0105', `simulated disk full at ${call}`)
      if (code === 'SQLITE_READONLY') throw new MillraceError('S0106', `simulated disk read-only at ${call}`)
      this.#state = 'failed'
      throw new MillraceError('S0107', `simulated disk failed at ${call}`)
    }
  }
}
