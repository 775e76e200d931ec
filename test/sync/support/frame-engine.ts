import type { Cancel } from '../../../src/engine-lite/contract/clock.js'
import type { DeadLetter } from '../../../src/engine-lite/contract/operator.js'
import type { CommitId, OutboxPut } from '../../../src/engine-lite/contract/sink.js'
import type { OutboxRef } from '../../../src/engine-lite/contract/storage.js'
import type { ShipperEngine } from '../../../src/sync/outbox/shipper-options.js'
import type { MemoryStorage } from './memory-storage.js'

type Listener = (id: CommitId, outboxRows: number) => void

/** The commit coordinator in miniature: one frame being filled, `commit` makes it durable. */
export class FrameEngine implements ShipperEngine {
  letters: DeadLetter[] = []
  sealRequests = 0
  lastId = 0
  private puts: OutboxPut[] = []
  private deletes: OutboxRef[] = []
  private pendingLetters: DeadLetter[] = []
  private readonly listeners = new Set<Listener>()

  /** @param autoSeal commit in the next turn of the event loop whenever somebody asks */
  constructor(
    private readonly storage: MemoryStorage,
    private readonly autoSeal = true,
    private readonly nowMs: () => number = () => 0,
  ) {}

  put(record: OutboxPut): void {
    this.puts.push(record)
  }

  deleteFromOutbox(refs: readonly OutboxRef[]): CommitId {
    this.deletes.push(...refs)
    return this.lastId + 1
  }

  deadLetter(letter: DeadLetter): void {
    this.pendingLetters.push(letter)
  }

  requestSeal(): void {
    this.sealRequests += 1
    if (this.autoSeal) queueMicrotask(() => this.commit())
  }

  onCommitted(listener: Listener): Cancel {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Makes the frame durable. */
  commit(): void {
    const puts = this.puts.splice(0)
    const deletes = this.deletes.splice(0)
    this.letters.push(...this.pendingLetters.splice(0))
    this.lastId += 1
    this.storage.commit(this.lastId, puts, deletes, 1, this.nowMs())
    for (const listener of this.listeners) listener(this.lastId, puts.length)
  }

  /** The process dies: what was not durable is gone. */
  forget(): void {
    this.puts = []
    this.deletes = []
    this.pendingLetters = []
    this.listeners.clear()
  }
}
