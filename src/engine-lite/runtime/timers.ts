/**
 * Timers of one operator, and its watermark. Identity is (kind, slot, namespace, time): registering twice is one firing. Event timers
 * fire when the watermark reaches them, after it was set; one registered meanwhile that is due fires within the same watermark.
 * Processing timers fire by the wall clock, from the loop. Sources: Flink's InternalTimerServiceImpl, and its harness recordings.
 *
 * State: one item per timer, under slot 0. The heap is built from it. Order of ties is by slot, then namespace, so that it is the same
 * in every run; Flink leaves it open.
 */
import { Heap } from '../base/heap.js'
import { WATERMARK_MIN_MS } from '../contract/row.js'
import type { ItemTable } from '../contract/state.js'
import type { Timer, TimerService } from '../contract/time.js'

type Saved = readonly [kind: number, atMs: number, slot: number, namespace: string]

const NEVER = Number.POSITIVE_INFINITY

export class OperatorTimers implements TimerService {
  watermarkMs = WATERMARK_MIN_MS
  /** Watermark at which the next event timer is due. */
  nextEventMs = NEVER
  /** Wall clock at which the next processing timer is due. */
  nextProcessingMs = NEVER
  readonly #items: ItemTable<Saved>
  readonly #event = new Heap<Timer>(isBefore)
  readonly #processing = new Heap<Timer>(isBefore)

  constructor(items: ItemTable<Saved>) {
    this.#items = items
    for (const [, [kind, atMs, slot, namespace]] of items.entries(0)) {
      this.#queue({ kind: kind === 0 ? 'event' : 'processing', atMs, slot, namespace })
    }
  }

  get count(): number {
    return this.#items.count(0)
  }

  register(timer: Timer): void {
    const id = identity(timer)
    if (this.#items.get(0, id) !== undefined) return
    this.#items.set(0, id, [timer.kind === 'event' ? 0 : 1, timer.atMs, timer.slot, timer.namespace])
    this.#queue(timer)
  }

  /** The heap keeps the entry; what is no longer among the items does not fire. */
  cancel(timer: Timer): void {
    this.#items.delete(0, identity(timer))
  }

  fireEvent(onTimer: (timer: Timer) => void): void {
    this.#fire(this.#event, this.watermarkMs, onTimer)
    this.nextEventMs = this.#event.peek()?.atMs ?? NEVER
  }

  fireProcessing(nowMs: number, onTimer: (timer: Timer) => void): void {
    this.#fire(this.#processing, nowMs, onTimer)
    this.nextProcessingMs = this.#processing.peek()?.atMs ?? NEVER
  }

  #fire(heap: Heap<Timer>, untilMs: number, onTimer: (timer: Timer) => void): void {
    for (let timer = heap.peek(); timer !== undefined && timer.atMs <= untilMs; timer = heap.peek()) {
      heap.pop()
      const id = identity(timer)
      if (this.#items.get(0, id) === undefined) continue
      this.#items.delete(0, id)
      onTimer(timer)
    }
  }

  #queue(timer: Timer): void {
    if (timer.kind === 'event') {
      this.#event.push(timer)
      this.nextEventMs = Math.min(this.nextEventMs, timer.atMs)
    } else {
      this.#processing.push(timer)
      this.nextProcessingMs = Math.min(this.nextProcessingMs, timer.atMs)
    }
  }
}

function identity(timer: Timer): string {
  return `${timer.kind === 'event' ? 'e' : 'p'}${timer.atMs}:${timer.slot}:${timer.namespace}`
}

function isBefore(a: Timer, b: Timer): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs
  if (a.slot !== b.slot) return a.slot < b.slot
  return a.namespace < b.namespace
}
