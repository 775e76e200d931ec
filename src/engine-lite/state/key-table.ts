/**
 * Keys interned to dense slots. The table owns its slots: it logs which key a slot was given to and which slots were freed.
 *
 * A freed slot waits until the frame with its free is durable. Until then a restart may still find the old key in the slot, and
 * tables of the old key in older frames; giving it away earlier would mix the two.
 *
 * Section (after the kind byte): per freed slot a varint of 1 + distance to the slot before; a varint 0; per assigned slot a varint of
 * 1 + distance and the key as value, then a varint count of the key's columns and these as values (count 0: the only column is the key
 * itself, count n + 1: n columns follow); a varint 0.
 */
import type { ByteReader, ByteWriter, Key, KeyTable, StateTable } from '../contract/state.js'
import { expectSection, KEYS_SECTION } from './section.js'
import { TouchedSlots } from './touched-slots.js'

const CAPACITY_MIN = 64
/** A key, its columns and its place in the map, roughly. */
const KEY_BYTES = 120

export class KeyStateTable implements KeyTable, StateTable {
  readonly #keysMax: number
  readonly #slotByKey = new Map<Key, number>()
  /** undefined: the slot is free. */
  readonly #keyBySlot: (Key | undefined)[] = []
  /** undefined: the only column is the key itself. An array for each of them would be a third of the table's memory. */
  readonly #valuesBySlot: (readonly unknown[] | undefined)[] = []
  readonly #touched = new TouchedSlots(CAPACITY_MIN)
  #capacity = CAPACITY_MIN
  /** Freed since the last frame; in a frame that is not known to be durable; free to be given away. */
  #freed: number[] = []
  #freedInFlight: number[] = []
  #reusable: number[] = []
  #reusableKnown = true
  #snapshotLimit = 0

  /** @param keysMax keys held at most; beyond it `slotOf` gives −1 */
  constructor(keysMax: number) {
    this.#keysMax = keysMax
  }

  get count(): number {
    return this.#slotByKey.size
  }

  get slotLimit(): number {
    return this.#keyBySlot.length
  }

  get bytes(): number {
    return this.#slotByKey.size * KEY_BYTES + this.#keyBySlot.length * 16 + this.#touched.bytes
  }

  slotOf(key: Key, values: readonly unknown[]): number {
    const slot = this.#slotByKey.get(key)
    return slot === undefined ? this.#assign(key, values) : slot
  }

  find(key: Key): number {
    return this.#slotByKey.get(key) ?? -1
  }

  valuesOf(slot: number): readonly unknown[] {
    const key = this.#keyBySlot[slot]
    if (key === undefined) throw new RangeError(`slot ${slot} holds no key`)
    return this.#valuesBySlot[slot] ?? [key]
  }

  free(slot: number): void {
    const key = this.#keyBySlot[slot]
    if (key === undefined) return
    this.#slotByKey.delete(key)
    this.#keyBySlot[slot] = undefined
    this.#valuesBySlot[slot] = undefined
    this.#freed.push(slot)
  }

  seal(out: ByteWriter): boolean {
    const assigned = this.#touched.sorted()
    if (assigned.length === 0 && this.#freed.length === 0) return false
    out.u8(KEYS_SECTION)
    this.#freed.sort((a, b) => a - b)
    let before = 0
    for (let i = 0; i < this.#freed.length; i++) {
      const slot = this.#freed[i] as number
      out.varint(slot - before + 1)
      before = slot
    }
    out.varint(0)
    before = 0
    for (let i = 0; i < assigned.length; i++) {
      const slot = assigned[i] as number
      if (this.#keyBySlot[slot] === undefined) continue
      this.#writeKey(out, slot, slot - before)
      before = slot
    }
    out.varint(0)
    this.#touched.clear()
    for (let i = 0; i < this.#freed.length; i++) this.#freedInFlight.push(this.#freed[i] as number)
    this.#freed = []
    return true
  }

  committed(): void {
    for (let i = 0; i < this.#freedInFlight.length; i++) this.#reusable.push(this.#freedInFlight[i] as number)
    this.#freedInFlight = []
  }

  snapshot(out: ByteWriter, cursor: number, bytesMax: number): number {
    // Slots assigned after the first slice are in the deltas since then.
    if (cursor === 0) this.#snapshotLimit = this.#keyBySlot.length
    out.u8(KEYS_SECTION)
    out.varint(0)
    // Counted from here, so that however small the budget is, one key is written.
    const start = out.length
    let before = 0
    let slot = cursor
    for (; slot < this.#snapshotLimit && out.length - start < bytesMax; slot++) {
      if (this.#keyBySlot[slot] === undefined) continue
      this.#writeKey(out, slot, slot - before)
      before = slot
    }
    out.varint(0)
    return slot < this.#snapshotLimit ? slot : -1
  }

  load(section: ByteReader): void {
    expectSection(section, KEYS_SECTION)
    let slot = 0
    for (let step = section.varint(); step !== 0; step = section.varint()) {
      slot += step - 1
      this.#drop(slot)
    }
    slot = 0
    for (let step = section.varint(); step !== 0; step = section.varint()) {
      slot += step - 1
      const key = section.value() as Key
      const values = readColumns(section)
      // Most keys come twice, in a delta and in a slice: what is there already costs no change of the map.
      if (slot < this.#keyBySlot.length) {
        if (this.#keyBySlot[slot] === key && this.#slotByKey.get(key) === slot) continue
        this.#drop(slot)
      }
      this.#put(slot, key, values)
    }
    this.#reusableKnown = false
  }

  #writeKey(out: ByteWriter, slot: number, distance: number): void {
    const key = this.#keyBySlot[slot] as Key
    const values = this.#valuesBySlot[slot]
    out.varint(distance + 1)
    out.value(key)
    if (values === undefined) {
      out.varint(0)
      return
    }
    out.varint(values.length + 1)
    for (let i = 0; i < values.length; i++) out.value(values[i])
  }

  #assign(key: Key, values: readonly unknown[]): number {
    if (this.#slotByKey.size >= this.#keysMax) return -1
    if (!this.#reusableKnown) this.#collectReusable()
    const slot = this.#reusable.pop() ?? this.#keyBySlot.length
    if (slot >= this.#capacity) {
      this.#capacity = Math.max(slot + 1, this.#capacity * 2)
      this.#touched.grow(this.#capacity)
    }
    this.#put(slot, key, values.length === 1 && Object.is(values[0], key) ? undefined : values.slice())
    this.#touched.touch(slot)
    return slot
  }

  #put(slot: number, key: Key, values: readonly unknown[] | undefined): void {
    this.#slotByKey.set(key, slot)
    // Slots are dense, but a delta may speak of a high slot before the snapshot slice with the lower ones is read.
    while (this.#keyBySlot.length < slot) {
      this.#keyBySlot.push(undefined)
      this.#valuesBySlot.push(undefined)
    }
    if (slot === this.#keyBySlot.length) {
      this.#keyBySlot.push(key)
      this.#valuesBySlot.push(values)
      return
    }
    this.#keyBySlot[slot] = key
    this.#valuesBySlot[slot] = values
  }

  #drop(slot: number): void {
    // Reading past the end of an array makes every later read of it slow.
    const key = slot < this.#keyBySlot.length ? this.#keyBySlot[slot] : undefined
    if (key === undefined) return
    // The key may live in another slot by now: only its own entry goes.
    if (this.#slotByKey.get(key) === slot) this.#slotByKey.delete(key)
    this.#keyBySlot[slot] = undefined
    this.#valuesBySlot[slot] = undefined
  }

  #collectReusable(): void {
    this.#reusable = []
    for (let slot = this.#keyBySlot.length - 1; slot >= 0; slot--) if (this.#keyBySlot[slot] === undefined) this.#reusable.push(slot)
    this.#reusableKnown = true
  }
}

/** Arrays of their exact length: one that grows by push keeps room for seventeen. undefined: the only column is the key. */
function readColumns(section: ByteReader): unknown[] | undefined {
  const columns = section.varint()
  if (columns === 0) return undefined
  const values = new Array<unknown>(columns - 1).fill(null)
  for (let i = 0; i < values.length; i++) values[i] = section.value()
  return values
}
