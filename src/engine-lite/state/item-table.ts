/**
 * Items by (slot, item id): lists, maps, buffers. Logged item by item, never a whole list again.
 *
 * Items of a slot are given back in the order they were first set. A frame may bring an item before a snapshot slice brings an older
 * one, so every item carries a number that rises with each first set, and a slot that was loaded out of order is sorted when it is read.
 *
 * Section (after the kind byte): records until the end of the section, each a first byte:
 * 1 set: varint slot, item id as value, varint number, value · 2 gone: varint slot, item id · 3 cleared: varint slot.
 */
import type { ByteReader, ByteWriter, ItemTable, Key, StateTable } from '../contract/state.js'
import { expectSection, ITEMS_SECTION } from './section.js'

const SET = 1
const GONE = 2
const CLEARED = 3
/** An entry, its place in the map and a small value, roughly. */
const ITEM_BYTES = 160

interface Entry {
  readonly slot: number
  readonly item: Key
  readonly number: number
  value: unknown
  /** In the list of changes since the last frame. */
  dirty: boolean
  /** In a frame already: when it goes, that must be logged. */
  logged: boolean
  gone: boolean
  /** Not an item, but the mark that the slot was cleared here. */
  readonly mark: boolean
}

type Items = Map<Key, Entry>

export class ItemStateTable<T = unknown> implements ItemTable<T>, StateTable {
  readonly #slots = new Map<number, Items>()
  readonly #unsorted = new Set<number>()
  #changes: Entry[] = []
  #nextNumber = 0
  #items = 0
  #walk: Iterator<Entry> | undefined

  get bytes(): number {
    return this.#items * ITEM_BYTES + this.#slots.size * 200 + this.#changes.length * 8
  }

  get(slot: number, item: Key): T | undefined {
    return this.#slots.get(slot)?.get(item)?.value as T | undefined
  }

  set(slot: number, item: Key, value: T): void {
    let items = this.#slots.get(slot)
    if (items === undefined) {
      items = new Map()
      this.#slots.set(slot, items)
    }
    const entry = items.get(item)
    if (entry === undefined) {
      const added: Entry = { slot, item, number: this.#nextNumber++, value, dirty: true, logged: false, gone: false, mark: false }
      items.set(item, added)
      this.#items++
      this.#changes.push(added)
      return
    }
    entry.value = value
    if (entry.dirty) return
    entry.dirty = true
    this.#changes.push(entry)
  }

  delete(slot: number, item: Key): void {
    const items = this.#slots.get(slot)
    const entry = items?.get(item)
    if (items === undefined || entry === undefined) return
    items.delete(item)
    this.#items--
    if (items.size === 0) this.#slots.delete(slot)
    entry.gone = true
    if (!entry.dirty && entry.logged) this.#changes.push(entry)
    entry.dirty = true
  }

  *entries(slot: number): Iterable<readonly [Key, T]> {
    this.#sort(slot)
    const items = this.#slots.get(slot)
    if (items === undefined) return
    for (const entry of items.values()) yield [entry.item, entry.value as T]
  }

  count(slot: number): number {
    return this.#slots.get(slot)?.size ?? 0
  }

  clear(slot: number): void {
    const items = this.#slots.get(slot)
    if (items === undefined) return
    let logged = false
    for (const entry of items.values()) {
      logged ||= entry.logged
      entry.gone = true
      entry.logged = false
    }
    this.#items -= items.size
    // A snapshot may be walking this very map: emptying it ends that walk.
    items.clear()
    this.#slots.delete(slot)
    this.#unsorted.delete(slot)
    if (!logged) return
    this.#changes.push({ slot, item: null, number: 0, value: null, dirty: true, logged: true, gone: true, mark: true })
  }

  seal(out: ByteWriter): boolean {
    const start = out.length
    for (const entry of this.#changes) {
      if (entry.gone && !entry.logged) continue
      if (out.length === start) out.u8(ITEMS_SECTION)
      if (entry.mark) {
        out.u8(CLEARED)
        out.varint(entry.slot)
      } else if (entry.gone) {
        out.u8(GONE)
        out.varint(entry.slot)
        out.value(entry.item)
      } else {
        writeSet(out, entry)
        entry.dirty = false
        entry.logged = true
      }
    }
    this.#changes = []
    return out.length > start
  }

  snapshot(out: ByteWriter, cursor: number, bytesMax: number): number {
    // Iterators of Map go by entries, not by positions: what stays is seen once, what is set meanwhile is in the deltas anyway.
    if (cursor === 0 || this.#walk === undefined) this.#walk = this.#all()
    out.u8(ITEMS_SECTION)
    // Counted from here, so that however small the budget is, one item is written.
    const start = out.length
    while (out.length - start < bytesMax) {
      const step = this.#walk.next()
      if (step.done === true) {
        this.#walk = undefined
        return -1
      }
      writeSet(out, step.value)
      step.value.logged = true
    }
    return cursor + 1
  }

  load(section: ByteReader): void {
    expectSection(section, ITEMS_SECTION)
    let lastSlot = -1
    while (!section.done) {
      const record = section.u8()
      const slot = section.varint()
      if (record === SET) {
        this.#loadItem(section, slot)
        if (slot !== lastSlot) this.#unsorted.add(slot)
        lastSlot = slot
      } else if (record === GONE) this.#forget(slot, section.value() as Key)
      else this.#slots.delete(slot)
    }
    this.#items = 0
    for (const items of this.#slots.values()) this.#items += items.size
  }

  #loadItem(section: ByteReader, slot: number): void {
    const item = section.value() as Key
    const number = section.varint()
    const value = section.value()
    let items = this.#slots.get(slot)
    if (items === undefined) {
      items = new Map()
      this.#slots.set(slot, items)
    }
    items.set(item, { slot, item, number, value, dirty: false, logged: true, gone: false, mark: false })
    if (number >= this.#nextNumber) this.#nextNumber = number + 1
  }

  #forget(slot: number, item: Key): void {
    const items = this.#slots.get(slot)
    if (items?.delete(item) === true && items.size === 0) this.#slots.delete(slot)
  }

  #sort(slot: number): void {
    if (this.#unsorted.size === 0 || !this.#unsorted.delete(slot)) return
    const items = this.#slots.get(slot)
    if (items === undefined) return
    const sorted = [...items.values()].sort((a, b) => a.number - b.number)
    // In place: a snapshot may hold the map.
    items.clear()
    for (const entry of sorted) items.set(entry.item, entry)
  }

  *#all(): Iterator<Entry> {
    for (const [slot, items] of this.#slots) {
      this.#sort(slot)
      yield* items.values()
    }
  }
}

function writeSet(out: ByteWriter, entry: Entry): void {
  out.u8(SET)
  out.varint(entry.slot)
  out.value(entry.item)
  out.varint(entry.number)
  out.value(entry.value)
}
