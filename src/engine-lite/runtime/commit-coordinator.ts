/**
 * Seal → persist → acknowledge (design decisions 5 and 7). One frame is in flight while the next is filled; when both are full the loop
 * takes no more. A frame holds state, timers, watermarks, positions, outbox rows, dead letters; only its durable commit releases the
 * acknowledgements of the deliveries in it.
 *
 * When to seal: while an acknowledgement or an outbox row waits, after the interval of the policy (stretched when the disk is slow); at
 * the latest 10 s after the first change; at once when the frame is full, when somebody asks, or when 1,000 deletes of the shipper wait
 * (or the first of them for 1 s). Nothing changed: no frame.
 *
 * When storage refuses: disk full or read-only (S0105, S0106) keeps the frame, acknowledges nothing and tries again; deletes of the
 * uplink go ahead in a frame of their own, since they are what makes space. Anything else is the end: the process must stop.
 */
import type { Cancel, Clock } from '../contract/clock.js'
import { MillraceError } from '../contract/errors/index.js'
import type { Histogram, Logger, MetricGroup } from '../contract/metric.js'
import type { DeadLetter } from '../contract/operator.js'
import type { CommitId, OutboxPut } from '../contract/sink.js'
import type { CommitFrame, CommitResult, OutboxRef, StoragePort } from '../contract/storage.js'
import { CommitInterval } from './commit-interval.js'
import type { CommitPolicy, FaultPoint } from './engine-options.js'
import { FillingFrame } from './filling-frame.js'

export interface CommitHooks {
  /** Packs the state of all pipelines; called between two rows. */
  seal(id: CommitId, sealedAtMs: number): { readonly body: Uint8Array; readonly keepFromId: CommitId }
  /** Frame `id` is durable: tables, then sinks. */
  committed(id: CommitId, outboxRows: number): void
  /** Runs in the next turn of the loop. */
  reply(run: () => void): void
  wake(): void
  fatal(error: unknown): void
}

export interface CoordinatorOptions {
  readonly storage: StoragePort
  readonly clock: Clock
  readonly policy: CommitPolicy
  readonly outboxRowsMax: number
  readonly metrics: MetricGroup
  readonly log: Logger
  readonly faultPoint: FaultPoint
}

interface InFlight {
  readonly frame: CommitFrame
  readonly hooks: readonly (() => void)[]
  readonly sealedMonotonicMs: number
}

const DELETES_MAX = 1_000
const DELETES_MS_MAX = 1_000
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 30_000
const EMPTY = new Uint8Array(0)
const RETRIABLE = new Set<string>(['S0105', 'S0106'])

export class CommitCoordinator {
  /** Newest durable frame. */
  lastId: CommitId = 0
  lastCommitMs: number | null = null
  degraded: Error | null = null
  readonly #options: CoordinatorOptions
  readonly #hooks: CommitHooks
  readonly #durations: Histogram
  readonly #interval: CommitInterval
  #filling = new FillingFrame()
  #inFlight: InFlight | null = null
  #keepFromId: CommitId = 0
  #requested = false
  #retryMs = RETRY_MS_MIN
  #retry: Cancel | null = null
  #settled: (() => void)[] = []
  /** Of an abandoned frame's predecessor. */
  #decided: () => void = () => {}

  constructor(options: CoordinatorOptions, hooks: CommitHooks) {
    this.#options = options
    this.#hooks = hooks
    this.#interval = new CommitInterval(options.policy)
    const { metrics } = options
    this.#durations = metrics.histogram(
      'commit_duration_ms',
      'Hand-over of a frame to durable.',
      [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    )
    metrics.gauge('commit_last_id', 'Newest durable frame.', () => this.lastId)
    metrics.gauge('commit_degraded', '1 while storage refuses commits.', () => (this.degraded === null ? 0 : 1))
  }

  /** @param lastId newest durable frame found by storage */
  open(lastId: CommitId): void {
    this.lastId = lastId
    this.#keepFromId = 0
  }

  /** What comes `from` the uplink outlives {@link abandon}. */
  put(record: OutboxPut, from?: 'uplink'): void {
    this.#filling.put(record, this.#nowMs(), from)
  }

  letter(letter: DeadLetter, from?: 'uplink'): void {
    this.#filling.letter(letter, from)
    this.touched()
  }

  /** Rows went in; `committed` runs when the frame with their effects is durable. */
  applied(bytes: number, committed: (() => void) | undefined): void {
    this.#filling.bytes += bytes
    this.touched()
    if (committed !== undefined) this.#filling.hook(committed, this.#nowMs())
  }

  touched(): void {
    if (!this.#filling.touched) this.#filling.touch(this.#nowMs())
  }

  delete(refs: readonly OutboxRef[]): void {
    if (refs.length === 0) return
    this.#filling.delete(refs, this.#nowMs())
    this.#hooks.wake()
  }

  request(): void {
    this.#requested = true
    this.#hooks.wake()
  }

  /** False while nothing more fits: one frame in flight, the next one full. */
  mayFill(): boolean {
    return this.#inFlight === null || !this.isFull()
  }

  isFull(): boolean {
    return this.#filling.isFull(this.#options.policy.bytesMax, this.#options.outboxRowsMax)
  }

  /** Seals if due. Returns the ms until it will be, Infinity where a reply or new rows come first. */
  sealIfDue(): number {
    if (this.#inFlight !== null) return Number.POSITIVE_INFINITY
    const dueInMs = this.#dueInMs()
    if (dueInMs > 0) return dueInMs
    this.#seal()
    return Number.POSITIVE_INFINITY
  }

  /** Resolves when everything put in so far is durable. */
  settle(): Promise<void> {
    this.#requested = true
    this.#hooks.wake()
    return new Promise((resolve) => {
      this.#settled.push(resolve)
    })
  }

  /** What pipelines put in since the last seal is given up, as after a kill; resolves when the frame in flight is decided. */
  abandon(): Promise<void> {
    this.#filling = this.#filling.ofUplink(this.#nowMs())
    if (this.#inFlight === null) return Promise.resolve()
    return new Promise((resolve) => {
      this.#decided = resolve
    })
  }

  close(): void {
    this.#retry?.()
    this.#retry = null
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs()
  }

  #dueInMs(): number {
    const filling = this.#filling
    if (filling.empty) {
      this.#requested = false
      this.#tellSettled()
      return Number.POSITIVE_INFINITY
    }
    if (this.#requested || this.isFull() || filling.deletes.length >= DELETES_MAX) return 0
    const dueMs = Math.min(
      filling.waitingSinceMs + this.#interval.waitingMs,
      filling.touchedSinceMs + this.#options.policy.idleMs,
      filling.deletesSinceMs + DELETES_MS_MAX,
    )
    return Math.max(0, dueMs - this.#nowMs())
  }

  #seal(): void {
    const { faultPoint, clock } = this.#options
    const id = this.lastId + 1
    const sealedAtMs = clock.nowMs()
    faultPoint('seal')
    const filling = this.#filling
    let body: Uint8Array = EMPTY
    if (filling.touched) {
      const sealed = this.#hooks.seal(id, sealedAtMs)
      body = sealed.body
      this.#keepFromId = sealed.keepFromId
    }
    this.#filling = new FillingFrame()
    this.#requested = false
    if (filling.lettersDropped > 0)
      this.#options.log.warn({ count: filling.lettersDropped }, 'dead letters beyond the limit of a frame were counted, not kept')
    const frame = {
      id,
      sealedAtMs,
      body,
      outbox: filling.outbox,
      outboxDeletes: filling.deletes,
      deadLetters: filling.letters,
      keepFromId: this.#keepFromId,
    }
    this.#inFlight = { frame, hooks: filling.hooks, sealedMonotonicMs: this.#nowMs() }
    faultPoint('sealed')
    this.#send(frame)
  }

  #send(frame: CommitFrame): void {
    this.#options.storage.commit(frame).then(
      (result) => this.#hooks.reply(() => this.#durable(result)),
      (error: unknown) => this.#hooks.reply(() => this.#refused(error)),
    )
  }

  #durable(result: CommitResult): void {
    const inFlight = this.#inFlight as InFlight
    const { faultPoint, clock } = this.#options
    faultPoint('durable')
    this.#inFlight = null
    this.lastId = result.id
    this.lastCommitMs = clock.nowMs()
    this.#durations.record(result.durationMs)
    this.#interval.committed(result)
    this.#recovered()
    this.#hooks.committed(result.id, inFlight.frame.outbox.length)
    faultPoint('committed')
    for (let i = 0; i < inFlight.hooks.length; i++) inFlight.hooks[i]?.()
    faultPoint('acknowledged')
    this.#decided()
    if (this.#filling.empty) this.#tellSettled()
    else if (this.#settled.length > 0) this.#requested = true
  }

  #refused(error: unknown): void {
    if (!(error instanceof MillraceError) || !RETRIABLE.has(error.code)) {
      this.#hooks.fatal(error)
      return
    }
    if (this.degraded === null)
      this.#options.log.error({ code: error.code }, `commits are refused, nothing is acknowledged: ${error.message}`)
    this.degraded = error
    const delayMs = this.#retryMs
    this.#retryMs = Math.min(RETRY_MS_MAX, delayMs * 2)
    this.#retry = this.#options.clock.schedule(delayMs, () => this.#hooks.reply(() => this.#tryAgain()))
  }

  #tryAgain(): void {
    const { storage } = this.#options
    const refs = this.#filling.deletes
    const again = () => this.#send((this.#inFlight as InFlight).frame)
    if (refs.length === 0 || storage.deleteOutbox === undefined) {
      again()
      return
    }
    // Deletes go first and alone: they may use the ballast, and they make the space that the frame needs.
    const taken = refs.splice(0)
    this.#filling.deletesSinceMs = Number.POSITIVE_INFINITY
    storage.deleteOutbox(taken).then(
      () => this.#hooks.reply(again),
      (error: unknown) =>
        this.#hooks.reply(() => {
          this.#filling.delete(taken, this.#nowMs())
          this.#refused(error)
        }),
    )
  }

  #recovered(): void {
    this.#retryMs = RETRY_MS_MIN
    if (this.degraded === null) return
    this.degraded = null
    this.#options.log.info({ commitId: this.lastId }, 'commits are taken again')
  }

  #tellSettled(): void {
    const settled = this.#settled
    this.#settled = []
    for (const resolve of settled) resolve()
  }
}
