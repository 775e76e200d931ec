/** One row of the outbox as its table has it, and the checksum over all of it. */
import { crc32 } from 'node:zlib'
import { GrowingByteWriter } from '../base/bytes.js'
import type { OutboxRow } from '../contract/storage.js'

/** What a row costs beyond key and value: its other columns and its share of the indexes. */
export const OUTBOX_ROW_BYTES = 64

export interface StoredRow {
  readonly seq: number
  readonly upsert: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly query: string
  readonly event_time: number | null
  readonly epoch: number
  readonly commit_id: number
  readonly ordinal: number
  readonly created: number
  readonly crc: number
}

const scratch = new GrowingByteWriter(512)

/** CRC-32 of all fields packed in order, the sequence and the destination included. */
export function rowChecksum(row: StoredRow, destination: string): number {
  scratch.reset()
  scratch.text(destination)
  scratch.value([row.seq, row.upsert, row.key, row.value, row.query, row.event_time, row.epoch, row.commit_id, row.ordinal, row.created])
  return crc32(scratch.view())
}

/** False also for a row whose fields have no form any more (a flipped bit may turn a number into a text). */
export function checksumHolds(row: StoredRow, destination: string): boolean {
  try {
    return rowChecksum(row, destination) === row.crc
  } catch {
    return false
  }
}

export function sizeOf(row: { readonly key: Uint8Array | null; readonly value: Uint8Array | null }): number {
  return (row.key?.length ?? 0) + (row.value?.length ?? 0) + OUTBOX_ROW_BYTES
}

export function toOutboxRow(row: StoredRow, destination: string): OutboxRow {
  return {
    destination,
    mode: row.upsert === 1 ? 'upsert' : 'append',
    key: row.key,
    value: row.value,
    query: row.query,
    eventTimeMs: row.event_time,
    seq: row.seq,
    version: { epoch: row.epoch, commitId: row.commit_id, ordinal: row.ordinal },
    createdAtMs: row.created,
  }
}
