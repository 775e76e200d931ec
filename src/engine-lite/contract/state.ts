/**
 * State as operators see it: tables over dense key slots, kept in memory, made durable by commit frames. Operators never see storage.
 *
 * A table is obtained once, by name, when the operator is built, and is then already filled with what was recovered.
 * Everything a table holds is logged as absolute values, so replaying a frame twice is harmless.
 */

/** A key as one comparable value: a single column's internal value, or the encoded text of several (base/key.ts). */
export type Key = string | number | bigint | boolean | null

/** How a column of state is kept. `f64`: a Float64Array entry. `value`: any internal value, in a plain array. */
export interface Field {
  readonly name: string
  readonly storage: 'f64' | 'value'
  /** What a fresh slot holds. */
  readonly initial: unknown
}

/** Slot-addressed columns in the order of the layout. Fetch again after any call that may add a slot: growing replaces arrays. */
export type Columns = (Float64Array | unknown[])[]

/**
 * Keys interned to slots 0…n. A freed slot is given to another key only after the frame with its free is durable.
 * Assigning resets nothing by itself; tables below reset a slot when it is added to them.
 */
export interface KeyTable {
  /** The key's slot, assigned now if it is new; −1 when the key limit is reached. `values` are the key's columns, kept for emission. */
  slotOf(key: Key, values: readonly unknown[]): number
  /** The key's slot or −1. */
  find(key: Key): number
  /** The columns given when the slot was assigned. */
  valuesOf(slot: number): readonly unknown[]
  /** No pane, timer or state of the slot is left. */
  free(slot: number): void
  readonly count: number
  /** One above the highest slot ever assigned: bound for walks. */
  readonly slotLimit: number
}

/** Columns by slot. Also one pane of a {@link PaneTable}. */
export interface SlotTable {
  readonly columns: Columns
  has(slot: number): boolean
  /** Makes the slot present with initial values, grows the columns if needed, and marks it touched. */
  add(slot: number): void
  /** Call after changing a present slot's columns, so that the next frame holds them. */
  touch(slot: number): void
  remove(slot: number): void
  readonly count: number
}

export interface Pane extends SlotTable {
  /** Start of the pane in epoch ms. */
  readonly startMs: number
}

/** Panes of slots: state of windows. Panes are found by their start; few are open at a time. */
export interface PaneTable {
  find(startMs: number): Pane | undefined
  /** The pane, created empty if it is not there. */
  open(startMs: number): Pane
  drop(startMs: number): void
  /** Open panes, ascending by start. */
  readonly panes: readonly Pane[]
}

/** One value of an operator: a watermark, a cursor. Any internal value (numbers, strings, arrays, Maps). */
export interface Cell<T> {
  get(): T
  set(value: T): void
}

/** Items by (slot, item id): lists, maps, buffers; logged item by item. */
export interface ItemTable<T = unknown> {
  get(slot: number, item: Key): T | undefined
  set(slot: number, item: Key, value: T): void
  delete(slot: number, item: Key): void
  /** Items of a slot in the order they were first set. */
  entries(slot: number): Iterable<readonly [Key, T]>
  count(slot: number): number
  clear(slot: number): void
}

export interface OperatorState {
  keys(name: string): KeyTable
  slots(name: string, layout: readonly Field[]): SlotTable
  panes(name: string, layout: readonly Field[]): PaneTable
  items<T>(name: string): ItemTable<T>
  cell<T>(name: string, initial: T): Cell<T>
}

/** Writes the parts of a frame. Grows as needed. Varints are unsigned LEB128; `value` takes any internal value (contract/row.ts). */
export interface ByteWriter {
  u8(value: number): void
  varint(value: number): void
  /** Signed, zigzag; safe integers only. */
  signed(value: number): void
  f64(value: number): void
  text(value: string): void
  blob(value: Uint8Array): void
  value(value: unknown): void
  readonly length: number
}

export interface ByteReader {
  u8(): number
  varint(): number
  signed(): number
  f64(): number
  text(): string
  blob(): Uint8Array
  value(): unknown
  readonly done: boolean
}

/**
 * What the commit coordinator asks of a table. `load` is called for every section that was written, in commit order: deltas and
 * snapshot slices alike hold absolute values.
 */
export interface StateTable {
  /** Writes what changed since the last call. Returns false (and writes nothing) when nothing did. */
  seal(out: ByteWriter): boolean
  /** Writes one slice of everything, from a stable id on (slot, item), at most about `bytesMax`. Returns the next cursor, or −1 at the end. */
  snapshot(out: ByteWriter, cursor: number, bytesMax: number): number
  load(section: ByteReader): void
  /** The frame sealed last is durable. */
  committed?(): void
  /** Approximate heap bytes. */
  readonly bytes: number
}
