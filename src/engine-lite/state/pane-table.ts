/**
 * Panes of slots: the state of windows. Few panes are open at a time, so they stand in one array, ascending by start; the pane asked
 * for last, and then the newest, are tried before a binary search. Arrays of a dropped pane serve the next one that opens.
 *
 * Section (after the kind byte): varint count of dropped panes and their starts (signed); varint count of panes, per pane its start
 * (signed) and the columns of its touched slots as slot-table.ts has them. Drops come first: a pane may be dropped and opened again.
 */
import type { ByteReader, ByteWriter, Field, Pane, PaneTable, StateTable } from '../contract/state.js'
import { expectSection, PANES_SECTION } from './section.js'
import { SlotColumns } from './slot-table.js'

/** Dropped panes kept for reuse. */
const SPARE_PANES_MAX = 4
/** A snapshot cursor is pane number × this + slot. */
const CURSOR_SLOTS = 2 ** 28

class StatePane extends SlotColumns implements Pane {
  startMs = 0
  /** Opened since the last frame: written even without slots. */
  fresh = true
  /** Place in the order of opening; the snapshot goes by it. */
  number = 0
}

export class PaneStateTable implements PaneTable, StateTable {
  readonly #layout: readonly Field[]
  readonly #panes: StatePane[] = []
  readonly #spare: StatePane[] = []
  #last: StatePane | undefined
  #dropped: number[] = []
  #nextNumber = 0
  #snapshotLimit = 0

  constructor(layout: readonly Field[]) {
    this.#layout = layout
  }

  get panes(): readonly Pane[] {
    return this.#panes
  }

  get bytes(): number {
    let bytes = 0
    for (const pane of this.#panes) bytes += pane.bytes
    for (const pane of this.#spare) bytes += pane.bytes
    return bytes
  }

  find(startMs: number): Pane | undefined {
    const last = this.#last
    if (last !== undefined && last.startMs === startMs) return last
    const at = this.#search(startMs)
    const pane = this.#panes[at]
    if (pane === undefined || pane.startMs !== startMs) return undefined
    this.#last = pane
    return pane
  }

  open(startMs: number): Pane {
    const last = this.#last
    if (last !== undefined && last.startMs === startMs) return last
    const at = this.#search(startMs)
    const found = this.#panes[at]
    if (found !== undefined && found.startMs === startMs) {
      this.#last = found
      return found
    }
    const pane = this.#spare.pop() ?? new StatePane(this.#layout)
    pane.startMs = startMs
    pane.fresh = true
    pane.number = this.#nextNumber++
    this.#panes.splice(at, 0, pane)
    this.#last = pane
    return pane
  }

  drop(startMs: number): void {
    const at = this.#search(startMs)
    const pane = this.#panes[at]
    if (pane === undefined || pane.startMs !== startMs) return
    this.#panes.splice(at, 1)
    this.#last = undefined
    this.#dropped.push(startMs)
    if (this.#spare.length >= SPARE_PANES_MAX) return
    pane.clear()
    this.#spare.push(pane)
  }

  seal(out: ByteWriter): boolean {
    let changed = 0
    for (const pane of this.#panes) if (pane.fresh || pane.touchedCount > 0) changed++
    if (changed === 0 && this.#dropped.length === 0) return false
    out.u8(PANES_SECTION)
    out.varint(this.#dropped.length)
    for (const startMs of this.#dropped) out.signed(startMs)
    this.#dropped = []
    out.varint(changed)
    for (const pane of this.#panes) {
      if (!pane.fresh && pane.touchedCount === 0) continue
      out.signed(pane.startMs)
      pane.sealColumns(out)
      pane.fresh = false
    }
    return true
  }

  snapshot(out: ByteWriter, cursor: number, bytesMax: number): number {
    if (cursor === 0) this.#renumber()
    const number = Math.floor(cursor / CURSOR_SLOTS)
    const pane = this.#firstFrom(number)
    out.u8(PANES_SECTION)
    out.varint(0)
    if (pane === undefined) {
      out.varint(0)
      return -1
    }
    out.varint(1)
    out.signed(pane.startMs)
    const next = pane.snapshotColumns(out, pane.number === number ? cursor % CURSOR_SLOTS : 0, CURSOR_SLOTS, bytesMax)
    if (next !== -1) return pane.number * CURSOR_SLOTS + next
    return this.#firstFrom(pane.number + 1) === undefined ? -1 : (pane.number + 1) * CURSOR_SLOTS
  }

  load(section: ByteReader): void {
    expectSection(section, PANES_SECTION)
    for (let n = section.varint(); n > 0; n--) this.drop(section.signed())
    this.#dropped = []
    for (let n = section.varint(); n > 0; n--) {
      const pane = this.open(section.signed()) as StatePane
      pane.fresh = false
      pane.loadColumns(section)
    }
  }

  /** Position of the pane, or where it would stand. */
  #search(startMs: number): number {
    const panes = this.#panes
    let high = panes.length
    if (high > 0 && (panes[high - 1] as StatePane).startMs <= startMs) {
      return (panes[high - 1] as StatePane).startMs === startMs ? high - 1 : high
    }
    let low = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((panes[middle] as StatePane).startMs < startMs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Numbers stay small, and panes opened from now on are left to the deltas. */
  #renumber(): void {
    for (let i = 0; i < this.#panes.length; i++) (this.#panes[i] as StatePane).number = i
    this.#nextNumber = this.#panes.length
    this.#snapshotLimit = this.#nextNumber
  }

  #firstFrom(number: number): StatePane | undefined {
    let first: StatePane | undefined
    for (const pane of this.#panes) {
      if (pane.number < number || pane.number >= this.#snapshotLimit) continue
      if (first === undefined || pane.number < first.number) first = pane
    }
    return first
  }
}
