/** What of a commit frame crosses to the storage worker besides its body: packed into one buffer, since objects cost 5 µs each to copy. */
import { GrowingByteWriter, SpanByteReader } from '../base/bytes.js'
import type { DeadLetter, DeadLetterReason } from '../contract/operator.js'
import type { OutboxPut } from '../contract/sink.js'
import type { OutboxRef, OutboxRow } from '../contract/storage.js'

export interface PackedParts {
  readonly outbox: readonly OutboxPut[]
  readonly outboxDeletes: readonly OutboxRef[]
  readonly deadLetters: readonly DeadLetter[]
}

/** @returns bytes that own their buffer, so that it can be transferred */
export function packParts(out: GrowingByteWriter, parts: PackedParts): Uint8Array<ArrayBuffer> {
  out.reset()
  out.varint(parts.outbox.length)
  for (const record of parts.outbox) writePut(out, record)
  writeRefs(out, parts.outboxDeletes)
  out.varint(parts.deadLetters.length)
  for (const letter of parts.deadLetters) {
    out.value([letter.reason, letter.text, letter.origin, letter.sample, letter.pipeline])
  }
  return out.take()
}

export function unpackParts(bytes: Uint8Array): PackedParts {
  const from = new SpanByteReader(bytes)
  const outbox: OutboxPut[] = []
  for (let n = from.varint(); n > 0; n--) outbox.push(readPut(from))
  const outboxDeletes = readRefs(from)
  const deadLetters: DeadLetter[] = []
  for (let n = from.varint(); n > 0; n--) deadLetters.push(readLetter(from))
  return { outbox, outboxDeletes, deadLetters }
}

export function packRefs(refs: readonly OutboxRef[]): Uint8Array<ArrayBuffer> {
  const out = new GrowingByteWriter(64)
  writeRefs(out, refs)
  return out.take()
}

export function unpackRefs(bytes: Uint8Array): OutboxRef[] {
  return readRefs(new SpanByteReader(bytes))
}

export function packRows(rows: readonly OutboxRow[]): Uint8Array<ArrayBuffer> {
  const out = new GrowingByteWriter(4096)
  out.varint(rows.length)
  for (const row of rows) {
    writePut(out, row)
    writeRef(out, row)
    out.signed(row.createdAtMs)
  }
  return out.take()
}

/** Keys and values are views into `bytes`. */
export function unpackRows(bytes: Uint8Array): OutboxRow[] {
  const from = new SpanByteReader(bytes)
  const rows: OutboxRow[] = []
  for (let n = from.varint(); n > 0; n--) {
    const put = readPut(from)
    const ref = readRef(from)
    rows.push({ ...put, ...ref, createdAtMs: from.signed() })
  }
  return rows
}

const UPSERT = 1
const KEY = 2
const VALUE = 4
const EVENT_TIME = 8

function writePut(out: GrowingByteWriter, record: OutboxPut): void {
  out.u8(
    (record.mode === 'upsert' ? UPSERT : 0) |
      (record.key === null ? 0 : KEY) |
      (record.value === null ? 0 : VALUE) |
      (record.eventTimeMs === null ? 0 : EVENT_TIME),
  )
  out.text(record.destination)
  out.text(record.query)
  if (record.key !== null) out.blob(record.key)
  if (record.value !== null) out.blob(record.value)
  if (record.eventTimeMs !== null) out.signed(record.eventTimeMs)
}

function readPut(from: SpanByteReader): OutboxPut {
  const flags = from.u8()
  const destination = from.text()
  const query = from.text()
  const key = (flags & KEY) === 0 ? null : from.blob()
  const value = (flags & VALUE) === 0 ? null : from.blob()
  const eventTimeMs = (flags & EVENT_TIME) === 0 ? null : from.signed()
  return { destination, mode: (flags & UPSERT) === 0 ? 'append' : 'upsert', key, value, query, eventTimeMs }
}

function writeRefs(out: GrowingByteWriter, refs: readonly OutboxRef[]): void {
  out.varint(refs.length)
  for (const ref of refs) writeRef(out, ref)
}

function readRefs(from: SpanByteReader): OutboxRef[] {
  const refs: OutboxRef[] = []
  for (let n = from.varint(); n > 0; n--) refs.push(readRef(from))
  return refs
}

function writeRef(out: GrowingByteWriter, { seq, version }: OutboxRef): void {
  out.varint(seq)
  out.varint(version.epoch)
  out.varint(version.commitId)
  out.varint(version.ordinal)
}

function readRef(from: SpanByteReader): OutboxRef {
  const seq = from.varint()
  const epoch = from.varint()
  const commitId = from.varint()
  return { seq, version: { epoch, commitId, ordinal: from.varint() } }
}

function readLetter(from: SpanByteReader): DeadLetter {
  const [reason, text, origin, sample, pipeline] = from.value() as [
    DeadLetterReason,
    string,
    string,
    Uint8Array | string | undefined,
    string | undefined,
  ]
  return { reason, text, origin, ...(sample === undefined ? {} : { sample }), ...(pipeline === undefined ? {} : { pipeline }) }
}
