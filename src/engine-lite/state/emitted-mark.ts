/**
 * What has left this gateway, kept outside the database: the newest event time per query and destination whose row was handed to the
 * uplink, with the epoch and a commit id that is known to be durable.
 *
 * It is written before such a row is handed over, so it is never behind the cloud; and only when a window's end rises, so about once
 * per window and query. It serves when the database is lost or falls back: then state is poorer than what was sent, and a sink drops
 * (and counts) results of `query` into `destination` with an event time at or below the mark. Being a file of its own it also says
 * that there was a database, which epoch it had, and that commits are missing when the database ends before the mark's commit id.
 *
 * File: magic `MRM1`, CRC-32 (little-endian) of what follows, then varint epoch, varint commit id, varint count, per entry
 * destination, query (text), event time (signed ms). Replaced whole: temporary file, fsync, rename, fsync of the directory.
 */
import { crc32 } from 'node:zlib'
import { GrowingByteWriter, SpanByteReader } from '../base/bytes.js'
import type { CommitId } from '../contract/sink.js'
import type { EmittedMark } from '../contract/storage.js'
import { readIfPresent, writeDurably } from './data-directory.js'

const MAGIC = 0x314d_524d // 'MRM1'
/** Queries and destinations beyond it are not marked; a gateway has a handful. */
const ENTRIES_MAX = 4096

export interface MarkContent {
  readonly epoch: number
  /** Durable when the mark was written; the newest may be later. */
  readonly commitId: CommitId
  readonly emitted: readonly EmittedMark[]
}

export class EmittedMarkFile {
  readonly #path: string
  #entries = new Map<string, EmittedMark>()
  #epoch = 0
  #commitId: CommitId = 0
  #changed = false

  constructor(path: string) {
    this.#path = path
  }

  /** The content, undefined when there is none, or 'damaged'. */
  read(): MarkContent | undefined | 'damaged' {
    const bytes = readIfPresent(this.#path)
    if (bytes === undefined) return undefined
    const content = decodeMark(bytes)
    if (content === undefined) return 'damaged'
    this.#epoch = content.epoch
    this.#commitId = content.commitId
    this.#entries = new Map(content.emitted.map((entry) => [nameOf(entry), entry]))
    return content
  }

  get emitted(): EmittedMark[] {
    return [...this.#entries.values()]
  }

  note(destination: string, query: string, eventTimeMs: number): void {
    const name = nameOf({ destination, query })
    const before = this.#entries.get(name)
    if (before !== undefined ? before.eventTimeMs >= eventTimeMs : this.#entries.size >= ENTRIES_MAX) return
    this.#entries.set(name, { destination, query, eventTimeMs })
    this.#changed = true
  }

  /** Makes what was noted durable, if anything was. */
  flush(epoch: number, commitId: CommitId): void {
    if (this.#changed || epoch !== this.#epoch) this.#write(epoch, commitId)
  }

  /** At a clean end: a loss before the next start can then be told exactly. */
  close(epoch: number, commitId: CommitId): void {
    if (this.#changed || epoch !== this.#epoch || commitId > this.#commitId) this.#write(epoch, commitId)
  }

  #write(epoch: number, commitId: CommitId): void {
    const known = epoch === this.#epoch ? Math.max(commitId, this.#commitId) : commitId
    writeDurably(this.#path, encodeMark({ epoch, commitId: known, emitted: this.emitted }))
    this.#epoch = epoch
    this.#commitId = known
    this.#changed = false
  }
}

export function sameMark(a: EmittedMark, b: EmittedMark): boolean {
  return a.destination === b.destination && a.query === b.query
}

function nameOf(entry: { readonly destination: string; readonly query: string }): string {
  return `${entry.destination}\n${entry.query}`
}

function encodeMark(content: MarkContent): Uint8Array {
  const out = new GrowingByteWriter()
  for (let i = 0; i < 8; i++) out.u8(0)
  out.varint(content.epoch)
  out.varint(content.commitId)
  out.varint(content.emitted.length)
  for (const entry of content.emitted) {
    out.text(entry.destination)
    out.text(entry.query)
    out.signed(entry.eventTimeMs)
  }
  const bytes = out.take()
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, crc32(bytes.subarray(8)), true)
  return bytes
}

function decodeMark(bytes: Uint8Array): MarkContent | undefined {
  if (bytes.length < 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== crc32(bytes.subarray(8))) return undefined
  const from = new SpanByteReader(bytes, 8)
  const epoch = from.varint()
  const commitId = from.varint()
  const emitted: EmittedMark[] = []
  for (let n = from.varint(); n > 0; n--) emitted.push({ destination: from.text(), query: from.text(), eventTimeMs: from.signed() })
  return { epoch, commitId, emitted }
}
