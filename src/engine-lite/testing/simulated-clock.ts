/** A clock that only moves when told to: wall clock and monotonic time apart, so that a test can step one without the other. */
import { Heap } from '../base/heap.js'
import { RingBuffer } from '../base/ring-buffer.js'
import type { Cancel, Clock } from '../contract/clock.js'

interface Alarm {
  readonly atMs: number
  readonly order: number
  run: (() => void) | null
}

/**
 * @example
 * const clock = new SimulatedClock(Date.UTC(2024, 0, 1))
 * clock.schedule(100, () => console.log('a tenth of a second later'))
 * clock.advance(100)
 */
export class SimulatedClock implements Clock {
  synchronised = true
  #wallMs: number
  #monotonicMs = 0
  #order = 0
  readonly #alarms = new Heap<Alarm>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order))
  readonly #soon = new RingBuffer<() => void>()

  constructor(wallMs = 1_700_000_000_000) {
    this.#wallMs = wallMs
  }

  nowMs(): number {
    return Math.floor(this.#wallMs)
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const alarm: Alarm = { atMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#alarms.push(alarm)
    return () => {
      alarm.run = null
    }
  }

  soon(run: () => void): void {
    this.#soon.push(run)
  }

  /** Runs what waits for the next turn of the event loop; what that adds waits for the next call. Returns how many ran. */
  runSoon(): number {
    const count = this.#soon.size
    for (let i = 0; i < count; i++) this.#soon.shift()?.()
    return count
  }

  /** Monotonic time of the next alarm, or null. */
  get nextAlarmMs(): number | null {
    this.#dropCancelled()
    return this.#alarms.peek()?.atMs ?? null
  }

  /** Lets time pass: both clocks move, alarms run in order of time, each followed by what it put off until soon. */
  advance(byMs: number): void {
    const untilMs = this.#monotonicMs + byMs
    for (;;) {
      this.#dropCancelled()
      const alarm = this.#alarms.peek()
      if (alarm === undefined || alarm.atMs > untilMs) break
      this.#alarms.pop()
      this.#moveTo(alarm.atMs)
      alarm.run?.()
      while (this.runSoon() > 0);
    }
    this.#moveTo(untilMs)
    while (this.runSoon() > 0);
  }

  /** The process stands still: time passes and nothing runs, not even what is due, until time goes on. */
  stall(byMs: number): void {
    this.#moveTo(this.#monotonicMs + byMs)
  }

  /** Steps the wall clock alone, as NTP or an operator does. */
  stepWall(byMs: number): void {
    this.#wallMs += byMs
  }

  #moveTo(monotonicMs: number): void {
    const passedMs = Math.max(0, monotonicMs - this.#monotonicMs)
    this.#monotonicMs += passedMs
    this.#wallMs += passedMs
  }

  #dropCancelled(): void {
    while (this.#alarms.peek()?.run === null) this.#alarms.pop()
  }
}
