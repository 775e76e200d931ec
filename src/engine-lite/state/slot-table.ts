/**
 * Columns by slot: numbers in Float64Arrays, all else in plain arrays.
 *
 * Section (after the kind byte, see section.ts):
 * per present slot a varint of 1 + distance to the slot before, then its columns in the order of the layout (`f64` as packed number,
 * `value` as value); a varint 0; per removed slot a varint of 1 + distance; a varint 0.
 * Slots ascend, so distances are small. All values are absolute.
 */
import type { ByteReader, ByteWriter, Columns, Field, SlotTable, StateTable } from '../contract/state.js'
import { expectSection, readNumber, SLOTS_SECTION, writeNumber } from './section.js'
import { TouchedSlots } from './touched-slots.js'

const CAPACITY_MIN = 64

/** The columns themselves, without the kind byte: also one pane of a pane table. */
export class SlotColumns implements SlotTable {
  readonly columns: Columns
  readonly #layout: readonly Field[]
  readonly #touched: TouchedSlots
  #present: Uint8Array
  #count = 0
  /** One above the highest slot ever present: bound for walks. */
  #limit = 0

  constructor(layout: readonly Field[]) {
    this.#layout = layout
    this.#present = new Uint8Array(CAPACITY_MIN)
    this.#touched = new TouchedSlots(CAPACITY_MIN)
    this.columns = layout.map((field) => (field.storage === 'f64' ? new Float64Array(CAPACITY_MIN) : new Array(CAPACITY_MIN).fill(null)))
  }

  get count(): number {
    return this.#count
  }

  get limit(): number {
    return this.#limit
  }

  get touchedCount(): number {
    return this.#touched.count
  }

  get bytes(): number {
    // A value cell is its pointer plus, roughly, a small object behind it.
    let bytes = this.#present.length + this.#touched.bytes
    for (const field of this.#layout)
      bytes += field.storage === 'f64' ? this.#present.length * 8 : this.#present.length * 8 + this.#count * 32
    return bytes
  }

  has(slot: number): boolean {
    return this.#present[slot] === 1
  }

  add(slot: number): void {
    if (slot >= this.#present.length) this.#grow(slot + 1)
    if (this.#present[slot] === 0) {
      this.#present[slot] = 1
      this.#count++
      if (slot >= this.#limit) this.#limit = slot + 1
    }
    for (let i = 0; i < this.columns.length; i++) (this.columns[i] as unknown[])[slot] = freshInitial((this.#layout[i] as Field).initial)
    this.#touched.touch(slot)
  }

  touch(slot: number): void {
    this.#touched.touch(slot)
  }

  remove(slot: number): void {
    if (this.#present[slot] !== 1) return
    this.#forget(slot)
    this.#touched.touch(slot)
  }

  /** Empties the columns and keeps their arrays for another pane. */
  clear(): void {
    this.#present.fill(0, 0, this.#limit)
    for (let i = 0; i < this.columns.length; i++) {
      if ((this.#layout[i] as Field).storage === 'value') (this.columns[i] as unknown[]).fill(null, 0, this.#limit)
    }
    this.#touched.clear()
    this.#count = 0
    this.#limit = 0
  }

  sealColumns(out: ByteWriter): void {
    const touched = this.#touched.sorted()
    let before = 0
    for (let i = 0; i < touched.length; i++) {
      const slot = touched[i] as number
      if (this.#present[slot] !== 1) continue
      this.#writeSlot(out, slot, slot - before)
      before = slot
    }
    out.varint(0)
    before = 0
    for (let i = 0; i < touched.length; i++) {
      const slot = touched[i] as number
      if (this.#present[slot] === 1) continue
      out.varint(slot - before + 1)
      before = slot
    }
    out.varint(0)
    this.#touched.clear()
  }

  /** Writes present slots from `from` to `end` (exclusive) until about `bytesMax`; returns the slot to go on with, or −1. */
  snapshotColumns(out: ByteWriter, from: number, end: number, bytesMax: number): number {
    const start = out.length
    const limit = Math.min(end, this.#limit)
    let before = 0
    let slot = from
    for (; slot < limit && out.length - start < bytesMax; slot++) {
      if (this.#present[slot] !== 1) continue
      this.#writeSlot(out, slot, slot - before)
      before = slot
    }
    out.varint(0)
    out.varint(0)
    return slot < limit ? slot : -1
  }

  loadColumns(section: ByteReader): void {
    let slot = 0
    for (let step = section.varint(); step !== 0; step = section.varint()) {
      slot += step - 1
      this.#loadSlot(section, slot)
    }
    slot = 0
    for (let step = section.varint(); step !== 0; step = section.varint()) {
      slot += step - 1
      this.#forget(slot)
    }
  }

  #writeSlot(out: ByteWriter, slot: number, distance: number): void {
    out.varint(distance + 1)
    for (let i = 0; i < this.columns.length; i++) {
      const column = this.columns[i] as Float64Array | unknown[]
      if (column instanceof Float64Array) writeNumber(out, column[slot] as number)
      else out.value(column[slot])
    }
  }

  #loadSlot(section: ByteReader, slot: number): void {
    if (slot >= this.#present.length) this.#grow(slot + 1)
    if (this.#present[slot] === 0) {
      this.#present[slot] = 1
      this.#count++
      if (slot >= this.#limit) this.#limit = slot + 1
    }
    for (let i = 0; i < this.columns.length; i++) {
      const column = this.columns[i] as Float64Array | unknown[]
      if (column instanceof Float64Array) column[slot] = readNumber(section)
      else column[slot] = section.value()
    }
  }

  #forget(slot: number): void {
    if (this.#present[slot] !== 1) return
    this.#present[slot] = 0
    this.#count--
    // Lets go of what the slot held; numbers stay, since adding the slot resets them.
    for (let i = 0; i < this.columns.length; i++)
      if ((this.#layout[i] as Field).storage === 'value') (this.columns[i] as unknown[])[slot] = null
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.#present.length * 2)
    const present = new Uint8Array(capacity)
    present.set(this.#present)
    this.#present = present
    this.#touched.grow(capacity)
    for (let i = 0; i < this.columns.length; i++) {
      const column = this.columns[i] as Float64Array | unknown[]
      if (column instanceof Float64Array) {
        const grown = new Float64Array(capacity)
        grown.set(column)
        this.columns[i] = grown
      } else {
        // Stays a packed array: holes would slow every read.
        while (column.length < capacity) column.push(null)
      }
    }
  }
}

/** A table of slots of its own: state per key that is no window. */
export class SlotStateTable extends SlotColumns implements StateTable {
  #snapshotLimit = 0

  seal(out: ByteWriter): boolean {
    if (this.touchedCount === 0) return false
    out.u8(SLOTS_SECTION)
    this.sealColumns(out)
    return true
  }

  snapshot(out: ByteWriter, cursor: number, bytesMax: number): number {
    // Slots added after the first slice are in the deltas since then.
    if (cursor === 0) this.#snapshotLimit = this.limit
    out.u8(SLOTS_SECTION)
    return this.snapshotColumns(out, cursor, this.#snapshotLimit, bytesMax)
  }

  load(section: ByteReader): void {
    expectSection(section, SLOTS_SECTION)
    this.loadColumns(section)
  }
}

/** What a fresh slot holds: containers are copied, or all slots would share one. */
export function freshInitial(initial: unknown): unknown {
  if (typeof initial !== 'object' || initial === null) return initial
  return structuredClone(initial)
}
