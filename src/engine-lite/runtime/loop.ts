/**
 * The loop of the engine. One turn: commit replies → wakes → rows, at most N or for 2 ms → due timers → at most one slice of a pending
 * emission → seal if due → yield to I/O.
 *
 * - While an emission is pending no row, wake or timer comes in: no operator sees the time before the rows, and the order of rows is
 *   the same in every run.
 * - Everything that happens outside (commit replies, alarms, sources) only posts here; nothing re-enters an operator from a callback.
 * - A frame never cuts a delivery in two: its position and acknowledgement speak of all its rows.
 */
import { RingBuffer } from '../base/ring-buffer.js'
import type { Cancel, Clock } from '../contract/clock.js'
import type { Delivery } from '../contract/source.js'
import type { Emissions } from './emissions.js'
import type { Arrival } from './host.js'
import type { IngestQueue } from './ingest-queue.js'

export interface LoopLimits {
  readonly turnRowsMax: number
  readonly turnMsMax: number
}

export interface LoopHooks {
  /** False while a frame is in flight and the one being filled is full. */
  mayFill(): boolean
  /** The frame being filled is full: no further delivery before it is sealed. */
  isFull(): boolean
  /** All rows of the delivery went through the operators. */
  applied(arrival: Arrival, delivery: Delivery): void
  /** Something happened that the next frame must hold. */
  touched(): void
  /** Wall clock at which the next processing timer is due. */
  nextTimerMs(): number
  fireTimers(nowMs: number): void
  /** Seals if due; returns the ms until it will be, Infinity when nothing waits. */
  sealIfDue(): number
  /** End of a turn. `quiet`: nothing is queued, deferred or under way. */
  turned(quiet: boolean): void
  /** A bug of the engine itself. */
  fatal(error: unknown): void
}

/** Rows between two looks at the clock. */
const ROWS_PER_LOOK = 128

export class Loop {
  readonly #clock: Clock
  readonly #limits: LoopLimits
  readonly #queue: IngestQueue
  readonly #emissions: Emissions
  readonly #hooks: LoopHooks
  readonly #replies = new RingBuffer<() => void>()
  readonly #wakes = new RingBuffer<() => void>()
  #current: Arrival | null = null
  #at = 0
  #running = false
  #admitting = false
  #scheduled = false
  #alarm: Cancel | null = null
  #alarmMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock, limits: LoopLimits, queue: IngestQueue, emissions: Emissions, hooks: LoopHooks) {
    this.#clock = clock
    this.#limits = limits
    this.#queue = queue
    this.#emissions = emissions
    this.#hooks = hooks
  }

  /** Rows of a delivery went in and others of it did not. */
  get midDelivery(): boolean {
    return this.#current !== null
  }

  start(): void {
    this.#running = true
    this.#admitting = true
    this.wake()
  }

  /** Takes no further delivery; the one under way is finished. */
  stopAdmitting(): void {
    this.#admitting = false
  }

  /** No further turn, as after a kill. Returns the replies that were not looked at. */
  halt(): (() => void)[] {
    const replies: (() => void)[] = []
    for (let reply = this.#replies.shift(); reply !== undefined; reply = this.#replies.shift()) replies.push(reply)
    this.#running = false
    this.#current = null
    this.#wakes.clear()
    this.#alarm?.()
    this.#alarm = null
    this.#alarmMs = Number.POSITIVE_INFINITY
    return replies
  }

  /** Runs at the start of the next turn. */
  reply(run: () => void): void {
    this.#replies.push(run)
    this.wake()
  }

  /** Runs between two rows, when no emission is pending. */
  post(run: () => void): void {
    this.#wakes.push(run)
    this.wake()
  }

  wake(): void {
    if (this.#scheduled || !this.#running) return
    this.#scheduled = true
    this.#clock.soon(() => {
      this.#scheduled = false
      if (this.#running) this.#turn()
    })
  }

  #turn(): void {
    try {
      for (let n = this.#replies.size; n > 0 && this.#running; n--) this.#replies.shift()?.()
      this.#runWakes()
      if (this.#running && this.#emissions.count === 0 && this.#hooks.mayFill()) this.#admit()
      this.#runTimers()
      if (this.#running && this.#emissions.count > 0 && this.#hooks.mayFill()) {
        this.#hooks.touched()
        this.#emissions.run()
      }
      if (!this.#running) return
      const sealInMs = this.#current === null ? this.#hooks.sealIfDue() : Number.POSITIVE_INFINITY
      if (this.#running) this.#hooks.turned(this.#isQuiet())
      if (this.#running) this.#plan(sealInMs)
    } catch (error) {
      this.#hooks.fatal(error)
    }
  }

  #runWakes(): void {
    for (let n = this.#wakes.size; n > 0 && this.#running && this.#emissions.count === 0; n--) this.#wakes.shift()?.()
  }

  #runTimers(): void {
    if (!this.#running || this.#emissions.count > 0) return
    const nextMs = this.#hooks.nextTimerMs()
    if (nextMs === Number.POSITIVE_INFINITY) return
    const nowMs = this.#clock.nowMs()
    if (nextMs > nowMs) return
    this.#hooks.touched()
    this.#hooks.fireTimers(nowMs)
  }

  #admit(): void {
    const deadlineMs = this.#clock.monotonicMs() + this.#limits.turnMsMax
    let left = this.#limits.turnRowsMax
    while (left > 0 && this.#running && this.#emissions.count === 0) {
      if (this.#current === null && !this.#next()) return
      const arrival = this.#current as Arrival | null
      if (arrival === null) return
      const delivery = arrival.delivery as Delivery
      const from = this.#at
      if (from < delivery.rows.length) {
        const to = Math.min(delivery.rows.length, from + Math.min(left, ROWS_PER_LOOK))
        this.#at = arrival.source.feed(delivery, from, to)
        left -= this.#at - from
      }
      if (this.#running && this.#at >= delivery.rows.length) this.#finish(arrival, delivery)
      if (this.#clock.monotonicMs() >= deadlineMs) return
    }
  }

  /** Makes the next delivery current. News without rows are passed on as they come. */
  #next(): boolean {
    while (this.#admitting && this.#running && this.#emissions.count === 0 && !this.#hooks.isFull()) {
      const arrival = this.#queue.shift()
      if (arrival === undefined) return false
      if (!arrival.source.open) continue
      if (arrival.delivery !== null || arrival.status === 'ended') this.#hooks.touched()
      try {
        if (arrival.status !== null) arrival.source.status(arrival.status)
        if (arrival.delivery === null) continue
        arrival.source.begin(arrival.delivery)
      } catch (error) {
        arrival.source.failed(error)
        continue
      }
      this.#current = arrival
      this.#at = 0
      return true
    }
    return false
  }

  #finish(arrival: Arrival, delivery: Delivery): void {
    this.#current = null
    this.#hooks.applied(arrival, delivery)
  }

  #isQuiet(): boolean {
    return this.#current === null && this.#queue.size === 0 && this.#emissions.count === 0 && this.#wakes.size === 0
  }

  #plan(sealInMs: number): void {
    const work = this.#emissions.count > 0 || this.#current !== null || (this.#admitting && this.#queue.size > 0)
    if ((work && this.#hooks.mayFill()) || this.#replies.size > 0 || (this.#wakes.size > 0 && this.#emissions.count === 0)) {
      this.wake()
      return
    }
    const timerInMs = this.#hooks.nextTimerMs() - this.#clock.nowMs()
    this.#wakeIn(Math.max(0, Math.min(sealInMs, timerInMs)))
  }

  #wakeIn(delayMs: number): void {
    const atMs = this.#clock.monotonicMs() + delayMs
    if (this.#alarm !== null && this.#alarmMs <= atMs) return
    this.#alarm?.()
    this.#alarm = null
    this.#alarmMs = Number.POSITIVE_INFINITY
    if (delayMs === Number.POSITIVE_INFINITY) return
    this.#alarmMs = atMs
    this.#alarm = this.#clock.schedule(delayMs, () => {
      this.#alarm = null
      this.#alarmMs = Number.POSITIVE_INFINITY
      this.wake()
    })
  }
}
