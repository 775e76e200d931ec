/** What the window operators share: their tables, and turning the panes of a key into a result row. */
import type { AggregateProgram } from '../contract/aggregate.js'
import { MillraceError } from '../contract/errors/index.js'
import type { OperatorContext } from '../contract/operator.js'
import type { Row } from '../contract/row.js'
import type { Cell, Columns, Key, KeyTable, Pane, PaneTable } from '../contract/state.js'
import { GLOBAL_KEY, type KeySelector } from '../operator/key-selector.js'
import { PaneGrid } from './pane-grid.js'
import { writeWindowColumns } from './window-columns.js'
import type { WindowAggregateConfig } from './window-config.js'

export class WindowState {
  readonly grid: PaneGrid
  readonly selector: KeySelector
  readonly program: AggregateProgram
  readonly keys: KeyTable
  readonly table: PaneTable
  readonly #config: WindowAggregateConfig
  readonly #countField: number | null
  /** Rows taken into each open pane, as [rows] by start: what the ledger calls held. */
  readonly #rows: Cell<Map<number, number[]>>
  /** Their sum in the last frame; −1: a pane went. */
  #savedRows = 0
  /** Panes are folded here, one key at a time. */
  readonly #scratch: Columns
  #orphans: number[] = []
  #orphansBefore: number[] = []
  /** A restart has forgotten who the orphans are. */
  #orphansUnknown = true
  /** Told when a key is forgotten. */
  onFree: ((slot: number) => void) | null = null
  /** Told when a pane is dropped: it must not be written to any more. */
  onDrop: (() => void) | null = null

  constructor(config: WindowAggregateConfig, context: OperatorContext) {
    this.#config = config
    this.grid = new PaneGrid(config.window)
    this.selector = config.keys ?? GLOBAL_KEY
    this.program = config.program
    this.keys = context.state.keys('keys')
    this.table = context.state.panes('panes', config.program.layout)
    this.#countField = config.countField ?? null
    this.#rows = context.state.cell('rows', new Map<number, number[]>())
    this.#savedRows = this.heldRows
    this.#scratch = config.program.layout.map((field) => (field.storage === 'f64' ? new Float64Array(1) : [field.initial]))
    if (this.grid.paneMs !== this.grid.sizeMs && config.program.merge === undefined) {
      throw new MillraceError('R0001', 'a window of several panes needs aggregates that merge')
    }
  }

  /** Instant (epoch ms) from which on the watermark says that a window with this end is over. */
  fireAt(endMs: number): number {
    const { local } = this.#config
    return local === undefined ? endMs - 1 : local.timerOf(endMs - 1)
  }

  /** Smallest end of a window that holds the pane and is not over at the watermark; undefined when all are. */
  nextEnd(paneStartMs: number, watermarkMs: number): number | undefined {
    const lastMs = this.grid.lastEnd(paneStartMs)
    for (let endMs = this.grid.firstEnd(paneStartMs); endMs <= lastMs; endMs += this.grid.slideMs) {
      if (this.fireAt(endMs) > watermarkMs) return endMs
    }
    return undefined
  }

  /** Every window that holds the pane is over. */
  isLate(paneStartMs: number, watermarkMs: number): boolean {
    return this.fireAt(this.grid.lastEnd(paneStartMs)) <= watermarkMs
  }

  /** Result of the window for the key in `slot`, or null where it has no rows in it. */
  result(endMs: number, slot: number): Row | null {
    const startMs = endMs - this.grid.sizeMs
    const { panes } = this.table
    let columns: Columns | null = null
    let at = slot
    for (let i = 0; i < panes.length; i++) {
      const pane = panes[i] as Pane
      if (pane.startMs < startMs || pane.startMs >= endMs || !pane.has(slot)) continue
      if (columns === null) {
        columns = pane.columns
        continue
      }
      if (columns !== this.#scratch) {
        this.#clearScratch()
        this.program.merge?.(this.#scratch, 0, columns, slot)
        columns = this.#scratch
        at = 0
      }
      this.program.merge?.(this.#scratch, 0, pane.columns, slot)
    }
    if (columns === null || (this.#countField !== null && columns[this.#countField]?.[at] === 0)) return null
    return this.#row(endMs, slot, columns, at)
  }

  /** The key's row of this window is out. Where no later window holds the key it is an orphan now. */
  emitted(endMs: number, slot: number): void {
    const { panes } = this.table
    for (let i = panes.length - 1; i >= 0; i--) {
      const pane = panes[i] as Pane
      if (this.grid.lastEnd(pane.startMs) <= endMs) break
      if (pane.has(slot)) return
    }
    this.#orphans.push(slot)
  }

  /** Takes the key out of every pane whose last window this was. */
  remove(endMs: number, slot: number): void {
    const { panes } = this.table
    for (let i = 0; i < panes.length; i++) {
      const pane = panes[i] as Pane
      if (this.grid.lastEnd(pane.startMs) <= endMs) pane.remove(slot)
    }
  }

  /**
   * Forgets keys that no pane holds. Those of the window just closed are given until the next one closes: most devices come back, and
   * a key that is freed and assigned again costs a line in every frame. Where no pane is open at all nothing is kept.
   */
  sweep(all = this.table.panes.length === 0): void {
    if (this.#orphansUnknown) this.#findOrphans()
    const due = all ? [...this.#orphansBefore, ...this.#orphans] : this.#orphansBefore
    for (let i = 0; i < due.length; i++) {
      const slot = due[i] as number
      if (!this.isHeld(slot)) this.free(slot)
    }
    this.#orphansBefore = all ? [] : this.#orphans
    this.#orphans = []
  }

  #findOrphans(): void {
    this.#orphansUnknown = false
    for (let slot = 0; slot < this.keys.slotLimit; slot++) if (!this.isHeld(slot)) this.#orphans.push(slot)
  }

  /** The key's slot, or −1 when there is no room even after orphans were forgotten. */
  slotOf(key: Key, row: Row): number {
    const slot = this.keys.slotOf(key, this.selector.valuesOf(row))
    if (slot >= 0 || (!this.#orphansUnknown && this.#orphans.length + this.#orphansBefore.length === 0)) return slot
    this.sweep(true)
    return this.keys.slotOf(key, this.selector.valuesOf(row))
  }

  /** Whether any pane holds the key. */
  isHeld(slot: number): boolean {
    const { panes } = this.table
    for (let i = 0; i < panes.length; i++) if ((panes[i] as Pane).has(slot)) return true
    return false
  }

  /** Whether the window with this end has rows of the key. */
  isHeldIn(endMs: number, slot: number): boolean {
    const { panes } = this.table
    const startMs = endMs - this.grid.sizeMs
    for (let i = 0; i < panes.length; i++) {
      const pane = panes[i] as Pane
      if (pane.startMs >= endMs) return false
      if (pane.startMs >= startMs && pane.has(slot)) return true
    }
    return false
  }

  /** End of the next window after this one that has a pane and is over at the watermark, or undefined. */
  endAfter(endMs: number, watermarkMs: number): number | undefined {
    const { panes } = this.table
    let nextMs: number | undefined
    for (let i = 0; i < panes.length; i++) {
      const startMs = (panes[i] as Pane).startMs
      const candidateMs = Math.max(this.grid.firstEnd(startMs), endMs + this.grid.slideMs)
      if (candidateMs <= this.grid.lastEnd(startMs) && (nextMs === undefined || candidateMs < nextMs)) nextMs = candidateMs
    }
    return nextMs !== undefined && this.fireAt(nextMs) <= watermarkMs ? nextMs : undefined
  }

  /** Where the rows of a pane are counted. */
  rowsOf(paneStartMs: number): number[] {
    const rows = this.#rows.get()
    let count = rows.get(paneStartMs)
    if (count === undefined) {
      count = [0]
      rows.set(paneStartMs, count)
    }
    return count
  }

  /** Into the next frame, where the counts have changed. */
  saveRows(): void {
    const { heldRows } = this
    if (heldRows === this.#savedRows) return
    this.#savedRows = heldRows
    this.#rows.set(this.#rows.get())
  }

  /** Rows in panes that are open. */
  get heldRows(): number {
    let total = 0
    for (const count of this.#rows.get().values()) total += count[0] as number
    return total
  }

  drop(paneStartMs: number): void {
    this.table.drop(paneStartMs)
    this.#rows.get().delete(paneStartMs)
    this.#savedRows = -1
    if (this.onDrop !== null) this.onDrop()
  }

  /** No pane holds the key. */
  free(slot: number): void {
    this.keys.free(slot)
    if (this.onFree !== null) this.onFree(slot)
  }

  #row(endMs: number, slot: number, columns: Columns, at: number): Row {
    const { windowColumns, local } = this.#config
    const { arity } = this.selector
    const values = this.keys.valuesOf(slot)
    const row: Row = new Array(arity + windowColumns.length + this.program.arity)
    for (let i = 0; i < arity; i++) row[i] = values[i]
    writeWindowColumns(row, arity, windowColumns, endMs - this.grid.sizeMs, endMs, local)
    this.program.result(columns, at, row, arity + windowColumns.length)
    return row
  }

  #clearScratch(): void {
    const { layout } = this.program
    for (let i = 0; i < layout.length; i++) (this.#scratch[i] as unknown[])[0] = layout[i]?.initial
  }
}
