/**
 * GROUP BY over tumbling and hopping windows of event time. Source: Flink's slicing window aggregation
 * (AbstractSliceSyncStateWindowAggProcessor), without mini-batch and without allowed lateness.
 *
 * - A row is added to its pane: one comparison with the pane of the row before it, no timer per key.
 * - A window is over when the watermark reaches its last millisecond (`end − 1`). Its keys are emitted, empty windows are not.
 * - A row is late only when the *last* window that holds its pane is over; then it goes to the side output `late`. With HOP a row may
 *   therefore miss some windows and still count in later ones.
 * - Keys are forgotten when no pane holds them.
 *
 * With `device` set the windows of a device close by its own watermark, see device-windows.ts.
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Operator, OperatorContext, OperatorFactory, Output } from '../contract/operator.js'
import { INSERT, type Row, type RowKind, UPDATE_AFTER, WATERMARK_MAX_MS } from '../contract/row.js'
import type { Pane } from '../contract/state.js'
import { keyLimitLetter, nullRowtimeLetter } from '../operator/letters.js'
import { DeviceWindows } from './device-windows.js'
import { Emission } from './emission.js'
import type { LocalTime, WindowAggregateConfig } from './window-config.js'
import { WindowState } from './window-state.js'

/** @throws MillraceError E0213 for bad sizes */
export function windowAggregate(config: WindowAggregateConfig): OperatorFactory {
  return (context, out) => new WindowAggregate(config, context, out)
}

class WindowAggregate implements Operator {
  readonly #context: OperatorContext
  readonly #out: Output
  readonly #rowtime: number
  readonly #local: LocalTime | undefined
  readonly #state: WindowState
  readonly #devices: DeviceWindows | null
  readonly #emission: Emission
  /** The pane of the row before, and its bounds. */
  #pane: Pane | null = null
  #paneRows: number[] = [0]
  #paneStartMs = 0
  #paneEndMs = 0
  /** Watermark at which the next window is over. */
  #nextFireMs = Number.POSITIVE_INFINITY
  /** Watermark up to which all windows were emitted. */
  #firedMs = Number.NEGATIVE_INFINITY

  constructor(config: WindowAggregateConfig, context: OperatorContext, out: Output) {
    this.#context = context
    this.#out = out
    this.#rowtime = config.rowtime
    this.#local = config.local
    this.#state = new WindowState(config, context)
    this.#state.onDrop = () => {
      this.#pane = null
    }
    this.#devices = config.device === undefined ? null : new DeviceWindows(config.device, this.#state, context, out)
    const devices = this.#devices
    this.#emission = new Emission(this.#state, context, out, devices === null ? null : (slot, endMs) => devices.isFired(slot, endMs))
    this.#findNextFire()
    if (this.#emission.pending) context.defer(() => this.#goOn())
  }

  process(row: Row, kind: RowKind): void {
    const rowtimeMs = row[this.#rowtime] as number | null
    if (rowtimeMs === null) {
      this.#context.deadLetter(nullRowtimeLetter(this.#context.id, row))
      return
    }
    const atMs = this.#local === undefined ? rowtimeMs : this.#local.localOf(rowtimeMs)
    let pane = this.#pane
    if (pane === null || atMs < this.#paneStartMs || atMs >= this.#paneEndMs) {
      pane = this.#findPane(atMs, row)
      if (pane === null) return
    }
    if (this.#devices?.isLate(row, this.#paneStartMs)) {
      this.#out.emitTo('late', row)
      this.#forgetEmptyPane(pane)
      return
    }
    const { keys, selector, program } = this.#state
    const key = selector.keyOf(row)
    const slot = keys.find(key)
    if (slot >= 0 && pane.has(slot)) {
      if (kind === INSERT || kind === UPDATE_AFTER) program.add(pane.columns, slot, row)
      else this.#retract(pane, slot, row)
      pane.touch(slot)
      this.#paneRows[0] = (this.#paneRows[0] as number) + 1
    } else {
      this.#addFirst(pane, slot < 0 ? this.#state.slotOf(key, row) : slot, row, kind)
    }
  }

  advance(watermarkMs: number): void {
    if (watermarkMs < this.#nextFireMs) {
      this.#firedMs = watermarkMs
      this.#out.advance(watermarkMs)
      return
    }
    const firstEndMs = this.#firstEndDue(watermarkMs)
    if (firstEndMs === null || this.#emission.start(firstEndMs, watermarkMs)) this.#finish()
    else this.#context.defer(() => this.#goOn())
  }

  /** Rows in windows that are not over. With time per device a pane counts until its last device is done. */
  heldRows(): number {
    return this.#state.heldRows
  }

  beforeSeal(): void {
    this.#state.saveRows()
  }

  #goOn(): boolean {
    const done = this.#emission.resume(this.#context.timers.watermarkMs)
    if (done) this.#finish()
    return done
  }

  #finish(): void {
    this.#findNextFire()
    this.#out.advance(this.#context.timers.watermarkMs)
  }

  /** Makes the pane of the time current; null where the row belongs to none (any more). */
  #findPane(atMs: number, row: Row): Pane | null {
    const { grid, table } = this.#state
    const startMs = grid.paneStart(atMs)
    let pane = table.find(startMs)
    if (pane === undefined) {
      if (grid.firstEnd(startMs) > grid.lastEnd(startMs)) return null
      const { watermarkMs } = this.#context.timers
      if (this.#devices === null && this.#state.isLate(startMs, watermarkMs)) {
        this.#out.emitTo('late', row)
        return null
      }
      pane = table.open(startMs)
      const endMs = this.#devices === null ? this.#state.nextEnd(startMs, watermarkMs) : grid.firstEnd(startMs)
      if (endMs !== undefined) this.#nextFireMs = Math.min(this.#nextFireMs, this.#fireAt(endMs))
    }
    this.#pane = pane
    this.#paneRows = this.#state.rowsOf(startMs)
    this.#paneStartMs = startMs
    this.#paneEndMs = startMs + grid.paneMs
    return pane
  }

  /** The key's first row in the pane. If it fails, neither the key nor the pane may remember it. */
  #addFirst(pane: Pane, slot: number, row: Row, kind: RowKind): void {
    if (slot < 0) {
      this.#context.deadLetter(keyLimitLetter(this.#context.id, row, this.#context.limits.keysMax))
      this.#forgetEmptyPane(pane)
      return
    }
    pane.add(slot)
    try {
      if (kind === INSERT || kind === UPDATE_AFTER) this.#state.program.add(pane.columns, slot, row)
      else this.#retract(pane, slot, row)
      this.#devices?.added(slot, row, pane.startMs)
      this.#paneRows[0] = (this.#paneRows[0] as number) + 1
    } catch (error) {
      pane.remove(slot)
      if (!this.#state.isHeld(slot)) this.#state.free(slot)
      this.#forgetEmptyPane(pane)
      throw error
    }
  }

  #retract(pane: Pane, slot: number, row: Row): void {
    if (this.#state.program.retract === undefined) {
      throw new MillraceError('R0001', 'a window whose aggregates take nothing back got a row to take back')
    }
    this.#state.program.retract(pane.columns, slot, row)
  }

  #forgetEmptyPane(pane: Pane): void {
    if (pane.count > 0) return
    this.#state.drop(pane.startMs)
  }

  #fireAt(endMs: number): number {
    return this.#devices === null ? this.#state.fireAt(endMs) : WATERMARK_MAX_MS
  }

  #firstEndDue(watermarkMs: number): number | null {
    let firstMs: number | null = null
    for (const pane of this.#state.table.panes) {
      const endMs = this.#unfiredEnd(pane.startMs)
      if (endMs !== undefined && this.#state.fireAt(endMs) <= watermarkMs && (firstMs === null || endMs < firstMs)) firstMs = endMs
    }
    return firstMs
  }

  #unfiredEnd(paneStartMs: number): number | undefined {
    return this.#devices === null ? this.#state.nextEnd(paneStartMs, this.#firedMs) : this.#state.grid.firstEnd(paneStartMs)
  }

  #findNextFire(): void {
    this.#firedMs = this.#context.timers.watermarkMs
    this.#nextFireMs = Number.POSITIVE_INFINITY
    for (const pane of this.#state.table.panes) {
      const endMs = this.#unfiredEnd(pane.startMs)
      if (endMs !== undefined) this.#nextFireMs = Math.min(this.#nextFireMs, this.#fireAt(endMs))
    }
  }
}
