/**
 * One operator, driven by hand: rows, watermarks and passing time in, everything it says out. The state is the real one: it can be
 * sealed and the operator built again from the frames after any step, as after a restart.
 */
import { GrowingByteWriter } from '../base/bytes.js'
import { printRow } from '../base/print-row.js'
import type { DeadLetter, Operator, OperatorContext, OperatorFactory, Output, StreamStatus } from '../contract/operator.js'
import { INSERT, ROW_KIND_NAMES, type Row, type RowKind } from '../contract/row.js'
import type { StateTable } from '../contract/state.js'
import { nullMetrics } from '../metrics/registry.js'
import { OperatorTimers } from '../runtime/timers.js'
import { createOperatorState } from '../state/operator-state.js'
import { SimulatedClock } from './simulated-clock.js'

export interface HarnessOptions {
  readonly keysMax?: number
  /** Keys per slice of an emission; 1 makes every emission a long one. */
  readonly emitKeysMax?: number
  readonly clock?: SimulatedClock
  /** Restore from a snapshot taken in slices instead of from all deltas. */
  readonly fromSnapshot?: boolean
  /** Restore between two slices of an emission, too. */
  readonly restoreBetweenSlices?: boolean
}

const QUIET = { debug() {}, info() {}, warn() {}, error() {} }
const SLICE_BYTES = 64

/**
 * Output is text, one line each, so that expectations read like a timeline: `+I [d1, 0, 5]`, `late [d1, 3]`, `watermark 10`, `idle`,
 * `dead null-rowtime`.
 *
 * @example
 * const harness = new OperatorHarness(windowAggregate(config))
 * harness.row(['d1', 3, 20])
 * harness.watermark(10)
 * expect(harness.take()).toEqual(['+I [d1, 0, 10, 1]', 'watermark 10'])
 */
export class OperatorHarness {
  readonly clock: SimulatedClock
  readonly letters: DeadLetter[] = []
  readonly #create: OperatorFactory
  readonly #options: HarnessOptions
  readonly #lines: string[] = []
  readonly #slices: (() => boolean)[] = []
  #sections = new Map<string, Uint8Array[]>()
  #tables: readonly (readonly [string, StateTable])[] = []
  #generation = 0
  #operator: Operator
  #timers!: OperatorTimers

  constructor(create: OperatorFactory, options: HarnessOptions = {}) {
    this.#create = create
    this.#options = options
    this.clock = options.clock ?? new SimulatedClock()
    this.#operator = this.#build(Number.MIN_SAFE_INTEGER)
  }

  row(row: Row, kind: RowKind = INSERT): void {
    try {
      const returned: unknown = this.#operator.process(row, kind)
      if (returned instanceof Promise) this.#lines.push('failed process returned a promise')
    } catch (error) {
      this.#lines.push(`failed ${(error as Error).message}`)
    }
    this.settle()
  }

  watermark(watermarkMs: number): void {
    this.#timers.watermarkMs = watermarkMs
    this.#timers.fireEvent((timer) => this.#operator.onTimer?.(timer))
    this.#operator.advance(watermarkMs)
    this.settle()
  }

  status(status: StreamStatus): void {
    if (this.#operator.status === undefined) this.#lines.push(status)
    else this.#operator.status(status)
    this.settle()
  }

  /** Monotonic and wall time go on; wakes run. */
  pass(byMs: number): void {
    this.clock.advance(byMs)
    this.#timers.fireProcessing(this.clock.nowMs(), (timer) => this.#operator.onTimer?.(timer))
    this.settle()
  }

  /** Runs deferred slices to the end. */
  settle(): void {
    for (let slice = this.#slices[0]; slice !== undefined; slice = this.#slices[0]) {
      if (slice()) this.#slices.shift()
      else if (this.#options.restoreBetweenSlices === true) this.restore()
    }
  }

  /** Seals, and builds the operator again from what was written. Alarms are forgotten, as in a new process. */
  restore(): void {
    if (this.#options.fromSnapshot === true) this.#snapshot()
    else this.#seal()
    const { watermarkMs } = this.#timers
    this.#operator.close?.()
    this.#generation++
    this.#slices.length = 0
    this.#operator = this.#build(watermarkMs)
  }

  /** Lines since the last call. */
  take(): string[] {
    return this.#lines.splice(0)
  }

  /** Keys, panes, items and timers that are still held; 0 for an operator that leaks nothing. */
  get held(): number {
    return this.#tables.reduce((total, [, table]) => total + heldBy(table), 0)
  }

  #build(watermarkMs: number): Operator {
    const limits = { keysMax: this.#options.keysMax ?? 1_000, emitKeysMax: this.#options.emitKeysMax ?? 500 }
    const { state, tables } = createOperatorState(this.#sections, limits)
    this.#timers = new OperatorTimers(state.items('~timers'))
    this.#timers.watermarkMs = watermarkMs
    const generation = this.#generation
    const context: OperatorContext = {
      id: 'test/operator',
      state,
      timers: this.#timers,
      clock: this.clock,
      metrics: nullMetrics(),
      log: QUIET,
      limits,
      deadLetter: (letter) => {
        this.letters.push(letter)
        this.#lines.push(`dead ${letter.reason}`)
      },
      defer: (slice) => this.#slices.push(slice),
      wake: (delayMs, run) => this.clock.schedule(delayMs, () => generation === this.#generation && run()),
    }
    const operator = this.#create(context, this.#output())
    this.#tables = tables
    return operator
  }

  #output(): Output {
    return {
      emit: (row, kind) => this.#lines.push(`${ROW_KIND_NAMES[kind]} ${printRow(row)}`),
      emitTo: (tag, row) => this.#lines.push(`${tag} ${printRow(row)}`),
      advance: (watermarkMs) => this.#lines.push(`watermark ${watermarkMs}`),
      status: (status) => this.#lines.push(status),
    }
  }

  #seal(): void {
    this.#operator.beforeSeal?.()
    for (const [name, table] of this.#tables) {
      const out = new GrowingByteWriter()
      if (table.seal(out)) this.#sections.set(name, [...(this.#sections.get(name) ?? []), out.take()])
      table.committed?.()
    }
  }

  #snapshot(): void {
    this.#seal()
    this.#sections = new Map()
    for (const [name, table] of this.#tables) {
      const sections: Uint8Array[] = []
      for (let cursor = 0; cursor !== -1; ) {
        const out = new GrowingByteWriter()
        cursor = table.snapshot(out, cursor, SLICE_BYTES)
        sections.push(out.take())
      }
      this.#sections.set(name, sections)
    }
  }
}

function heldBy(table: StateTable): number {
  if ('panes' in table) return (table.panes as unknown[]).length
  if ('count' in table) return typeof table.count === 'number' ? table.count : (table as { count(slot: number): number }).count(0)
  return 0
}
