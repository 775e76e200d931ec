/**
 * The storage behind a worker thread: what a gateway runs. Frames cross as transferred buffers; calls are answered in the order they
 * were made. When the worker ends on its own, every pending and later call is refused with S0109, and the process must stop.
 */
import { Worker } from 'node:worker_threads'
import { GrowingByteWriter } from '../base/bytes.js'
import { RingBuffer } from '../base/ring-buffer.js'
import type { Clock } from '../contract/clock.js'
import { MillraceError } from '../contract/errors/index.js'
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
import { packParts, packRefs, unpackRows } from './commit-message.js'
import { fromPlainError, type StorageReply, type StorageRequest, type StorageValue } from './storage-messages.js'
import type { StoreOptions } from './store-options.js'
import { storageWorkerUrl } from './worker-url.js'

interface Pending {
  readonly resolve: (value: StorageValue) => void
  readonly reject: (error: Error) => void
  /** Set for a commit: the array its caller has. */
  readonly body: Uint8Array | undefined
}

export interface WorkerStoragePort extends StoragePort {
  /** Starts the thread and touches no file: it loads its code while its owner does other things before `open`. Ended by `close`. */
  load(): void
}

/** @example const storage = workerStorage({ dir: '/var/lib/millrace' }, systemClock) */
export function workerStorage(options: StoreOptions, clock: Clock, url: URL = storageWorkerUrl()): WorkerStoragePort {
  return new WorkerStorage(options, clock, url)
}

class WorkerStorage implements WorkerStoragePort {
  readonly #options: StoreOptions
  readonly #clock: Clock
  readonly #url: URL
  readonly #pending = new RingBuffer<Pending>()
  readonly #out = new GrowingByteWriter(4096)
  #worker: Worker | undefined
  #death: MillraceError | undefined
  /** Bytes of the frame whose commit failed: the array its caller has was transferred and is empty now. */
  #held: { readonly array: Uint8Array; readonly bytes: Uint8Array } | undefined

  constructor(options: StoreOptions, clock: Clock, url: URL) {
    this.#options = options
    this.#clock = clock
    this.#url = url
  }

  load(): void {
    this.#worker ??= this.#start()
  }

  /** Also after {@link close}: the crash path of the engine closes and opens the same storage. */
  async open(): Promise<Recovered> {
    this.load()
    return (await this.#call({ call: 'open' })) as Recovered
  }

  async commit(frame: CommitFrame): Promise<CommitResult> {
    const startMs = this.#clock.monotonicMs()
    const body = ownBuffer(this.#held?.array === frame.body ? this.#held.bytes : frame.body)
    const parts = packParts(this.#out, frame)
    const { id, sealedAtMs, keepFromId } = frame
    const transfer = body.byteLength === 0 ? [parts.buffer] : [body.buffer, parts.buffer]
    const bytesWritten = (await this.#call({ call: 'commit', id, sealedAtMs, keepFromId, body, parts }, transfer, frame.body)) as number
    return { id, durationMs: this.#clock.monotonicMs() - startMs, bytesWritten }
  }

  async readOutbox(query: OutboxQuery): Promise<OutboxRow[]> {
    return unpackRows((await this.#call({ call: 'readOutbox', query })) as Uint8Array)
  }

  async outboxStats(): Promise<OutboxStats[]> {
    return (await this.#call({ call: 'outboxStats' })) as OutboxStats[]
  }

  async deleteOutbox(refs: readonly OutboxRef[]): Promise<void> {
    const packed = packRefs(refs)
    await this.#call({ call: 'deleteOutbox', refs: packed }, [packed.buffer])
  }

  async dropOutbox(destination: string, bytes: number, which: 'oldest' | 'newest'): Promise<number> {
    return (await this.#call({ call: 'dropOutbox', destination, bytes, which })) as number
  }

  async readDeadLetters(limit: number): Promise<StoredDeadLetter[]> {
    return (await this.#call({ call: 'readDeadLetters', limit })) as StoredDeadLetter[]
  }

  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined || this.#death !== undefined) return
    await this.#call({ call: 'close' })
    this.#worker = undefined
    this.#held = undefined
    // Asked after the close: the worker will not answer any more.
    this.#refusePending(new MillraceError('R0001', 'the storage is not open'))
    await worker.terminate()
  }

  #start(): Worker {
    const worker = new Worker(this.#url, { workerData: this.#options, name: 'storage' })
    worker.on('message', (reply: StorageReply) => this.#answered(reply))
    worker.on('error', (error) => this.#died(worker, `the storage worker failed: ${error.message}`, error))
    worker.on('exit', (code) => this.#died(worker, `the storage worker ended with code ${code}`, undefined))
    return worker
  }

  #call(request: StorageRequest, transfer: readonly ArrayBuffer[] = [], body?: Uint8Array): Promise<StorageValue> {
    const worker = this.#worker
    if (this.#death !== undefined) return Promise.reject(this.#death)
    if (worker === undefined) return Promise.reject(new MillraceError('R0001', 'the storage is not open'))
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject, body })
      worker.postMessage(request, transfer)
    })
  }

  #answered(reply: StorageReply): void {
    const pending = this.#pending.shift()
    if (pending === undefined) return
    if (reply.ok) {
      if (pending.body !== undefined) this.#held = undefined
      pending.resolve(reply.value)
      return
    }
    if (pending.body !== undefined && reply.body !== undefined) this.#held = { array: pending.body, bytes: reply.body }
    pending.reject(fromPlainError(reply.error))
  }

  #died(worker: Worker, message: string, cause: Error | undefined): void {
    if (this.#death !== undefined || worker !== this.#worker) return
    this.#death = new MillraceError('S0109', message, { cause, hint: 'the process stops; the restart recovers from what is on disk' })
    this.#refusePending(this.#death)
  }

  #refusePending(reason: MillraceError): void {
    for (let pending = this.#pending.shift(); pending !== undefined; pending = this.#pending.shift()) pending.reject(reason)
  }
}

/** A view of a larger buffer is copied: transferring it would take its neighbours away. */
function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer) return bytes as Uint8Array<ArrayBuffer>
  return bytes.slice()
}
