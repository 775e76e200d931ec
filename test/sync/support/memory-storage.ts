import type { CommitId, OutboxPut, Version } from '../../../src/engine-lite/contract/sink.js'
import type { OutboxQuery, OutboxRef, OutboxRow, OutboxStats } from '../../../src/engine-lite/contract/storage.js'

/** The outbox of a StoragePort in memory, as the SQLite one behaves: seq rises, an upsert replaces the pending row of its key. */
export class MemoryStorage {
  rows: OutboxRow[] = []
  replaced = 0
  dropped = 0
  removed = 0
  put = 0
  /** Every row that was ever made durable, in order. */
  readonly history: OutboxPut[] = []
  private lastSeq = 0

  commit(id: CommitId, puts: readonly OutboxPut[], deletes: readonly OutboxRef[], epoch = 1, atMs = 0): void {
    for (const { seq, version } of deletes) {
      const before = this.rows.length
      this.rows = this.rows.filter((row) => row.seq !== seq || !sameVersion(row.version, version))
      this.removed += before - this.rows.length
    }
    puts.forEach((record, ordinal) => {
      const before = this.rows.length
      if (record.mode === 'upsert') {
        this.rows = this.rows.filter((row) => !(row.destination === record.destination && sameKey(row.key, record.key)))
      }
      this.replaced += before - this.rows.length
      this.lastSeq += 1
      this.put += 1
      this.history.push(record)
      this.rows.push({ ...record, seq: this.lastSeq, version: { epoch, commitId: id, ordinal }, createdAtMs: atMs })
    })
  }

  readOutbox(query: OutboxQuery): Promise<OutboxRow[]> {
    const found: OutboxRow[] = []
    let bytes = 0
    for (const row of this.rows) {
      if (row.destination !== query.destination || row.seq <= query.afterSeq) continue
      bytes += sizeOf(row)
      if (found.length === query.rowsMax || (found.length > 0 && bytes > query.bytesMax)) break
      found.push(row)
    }
    return Promise.resolve(found)
  }

  outboxStats(): Promise<OutboxStats[]> {
    const stats = new Map<string, { rows: number; bytes: number; oldestAtMs: number | null }>()
    for (const row of this.rows) {
      const entry = stats.get(row.destination) ?? { rows: 0, bytes: 0, oldestAtMs: row.createdAtMs }
      entry.rows += 1
      entry.bytes += sizeOf(row)
      stats.set(row.destination, entry)
    }
    return Promise.resolve([...stats].map(([destination, entry]) => ({ destination, ...entry })))
  }

  dropOutbox(destination: string, bytes: number, which: 'oldest' | 'newest'): Promise<number> {
    let gone = 0
    let count = 0
    while (gone < bytes) {
      const rows = this.rows.filter((row) => row.destination === destination)
      const row = which === 'oldest' ? rows[0] : rows.at(-1)
      if (row === undefined) break
      this.rows.splice(this.rows.indexOf(row), 1)
      gone += sizeOf(row)
      count += 1
    }
    this.dropped += count
    return Promise.resolve(count)
  }
}

function sizeOf(row: OutboxPut): number {
  return (row.key?.length ?? 0) + (row.value?.length ?? 0) + 64
}

function sameKey(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a !== null && b !== null && Buffer.compare(a, b) === 0
}

function sameVersion(a: Version, b: Version): boolean {
  return a.epoch === b.epoch && a.commitId === b.commitId && a.ordinal === b.ordinal
}
