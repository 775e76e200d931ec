/**
 * The redelivery register: which publishes were taken lately, by durable client id, packet id and a hash of topic and payload. A PUBLISH
 * with DUP = 1 that is in it was received before; its effect is in the state already, or on the way (MQTT 3.1.1 sections 3.3.1.1, 4.4).
 *
 * An entry is known from the moment its publish is taken, but becomes state only when its row was applied: it must never be durable in a
 * frame before the one with the row's effect, or a crash in between would swallow the reading. Bounds are per client and for all; what
 * gives way is counted, and a redelivery of it counts as a possible repeat.
 *
 * Section: u8 70, then groups of { u8 1, text client id, varint n, n × { varint packet id, f64 hash } }, then u8 0. Entries are absolute:
 * a later one for the same client and packet id replaces an earlier one.
 */
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { ByteReader, ByteWriter, StateTable } from '../../engine-lite/contract/state.js'

const SECTION = 70
/** Heap bytes of one entry and of one client, roughly. */
const ENTRY_BYTES = 72
const CLIENT_BYTES = 400

export interface RegisterEntry {
  readonly client: RegisterClient
  readonly packetId: number
  readonly hash: number
  applied: boolean
}

interface RegisterClient {
  readonly id: string
  readonly slot: number
  readonly entries: Map<number, RegisterEntry>
}

export interface RegisterLimits {
  readonly entriesPerClientMax: number
  readonly bytesMax: number
}

export class RedeliveryRegister implements StateTable {
  readonly #limits: RegisterLimits
  readonly #clients = new Map<string, RegisterClient>()
  readonly #slots: (RegisterClient | undefined)[] = []
  readonly #freeSlots: number[] = []
  #entries = 0
  #fresh: RegisterEntry[] = []
  /** Entries that gave way to the bounds. */
  evicted = 0

  constructor(limits: RegisterLimits) {
    this.#limits = limits
  }

  /** Whether this publish was taken before. */
  has(clientId: string, packetId: number, hash: number): boolean {
    return this.#clients.get(clientId)?.entries.get(packetId)?.hash === hash
  }

  /** Remembers a publish that is taken now. Hand the entry to {@link applied} once its rows went through the operators. */
  note(clientId: string, packetId: number, hash: number): RegisterEntry {
    const client = this.#client(clientId)
    const entry: RegisterEntry = { client, packetId, hash, applied: false }
    this.#put(client, entry)
    return entry
  }

  applied(entry: RegisterEntry): void {
    entry.applied = true
    this.#fresh.push(entry)
  }

  #client(id: string): RegisterClient {
    let client = this.#clients.get(id)
    if (client === undefined) {
      const slot = this.#freeSlots.pop() ?? this.#slots.length
      client = { id, slot, entries: new Map() }
      this.#slots[slot] = client
    } else this.#clients.delete(id)
    // the one used last stands last
    this.#clients.set(id, client)
    return client
  }

  #put(client: RegisterClient, entry: RegisterEntry): void {
    const { entries } = client
    if (entries.delete(entry.packetId)) this.#entries--
    entries.set(entry.packetId, entry)
    this.#entries++
    if (entries.size > this.#limits.entriesPerClientMax) {
      entries.delete(entries.keys().next().value!)
      this.#entries--
      this.evicted++
    }
    while (this.bytes > this.#limits.bytesMax && this.#clients.size > 1) this.#evictClient()
  }

  #evictClient(): void {
    for (const client of this.#clients.values()) {
      this.#clients.delete(client.id)
      this.#slots[client.slot] = undefined
      this.#freeSlots.push(client.slot)
      this.#entries -= client.entries.size
      this.evicted += client.entries.size
      return
    }
  }

  get bytes(): number {
    return this.#entries * ENTRY_BYTES + this.#clients.size * CLIENT_BYTES
  }

  seal(out: ByteWriter): boolean {
    if (this.#fresh.length === 0) return false
    const groups = new Map<string, RegisterEntry[]>()
    for (const entry of this.#fresh) {
      const group = groups.get(entry.client.id)
      if (group === undefined) groups.set(entry.client.id, [entry])
      else group.push(entry)
    }
    this.#fresh = []
    out.u8(SECTION)
    for (const [id, entries] of groups) writeGroup(out, id, entries)
    out.u8(0)
    return true
  }

  snapshot(out: ByteWriter, cursor: number, bytesMax: number): number {
    out.u8(SECTION)
    const from = out.length
    let slot = cursor
    for (; slot < this.#slots.length && out.length - from < bytesMax; slot++) {
      const client = this.#slots[slot]
      if (client === undefined) continue
      const durable = [...client.entries.values()].filter((entry) => entry.applied)
      if (durable.length > 0) writeGroup(out, client.id, durable)
    }
    out.u8(0)
    return slot < this.#slots.length ? slot : -1
  }

  /** @throws MillraceError R0201 when the section is of another table */
  load(section: ByteReader): void {
    if (section.u8() !== SECTION) throw new MillraceError('R0201', 'saved state is no redelivery register')
    while (section.u8() === 1) {
      const client = this.#client(section.text())
      for (let left = section.varint(); left > 0; left--) {
        this.#put(client, { client, packetId: section.varint(), hash: section.f64(), applied: true })
      }
    }
  }
}

function writeGroup(out: ByteWriter, id: string, entries: readonly RegisterEntry[]): void {
  out.u8(1)
  out.text(id)
  out.varint(entries.length)
  for (const entry of entries) {
    out.varint(entry.packetId)
    out.f64(entry.hash)
  }
}

/** 53 bits of two 32-bit hashes over topic and payload. */
export function publishHash(topic: string, bytes: Uint8Array, start: number, end: number): number {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < topic.length; i++) {
    const code = topic.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x5bd1e995)
    b ^= b >>> 15
  }
  // a mark between topic and payload
  a = Math.imul(a ^ 0x100, 0x01000193)
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(b ^ byte, 0x5bd1e995)
    b ^= b >>> 15
  }
  return (a >>> 0) * 0x20_0000 + (b >>> 11)
}
