/**
 * Outbox rows in the database. Every method runs inside a transaction of the caller unless it only reads.
 *
 * A row's `crc` is the CRC-32 of its packed fields, sequence included: SQLite does not notice a flipped bit in a cell. A row that fails
 * it is taken out, counted in its lane and handed back as damaged, never sent.
 */
import type { Database as Connection, Statement } from 'better-sqlite3'
import type { CommitId, OutboxPut } from '../contract/sink.js'
import type { OutboxQuery, OutboxRef, OutboxRow, OutboxStats } from '../contract/storage.js'
import { checksumHolds, OUTBOX_ROW_BYTES, rowChecksum, type StoredRow, sizeOf, toOutboxRow } from './outbox-row.js'

interface Lane {
  readonly id: number
  readonly destination: string
  rows: number
  bytes: number
  changed: boolean
}

const SIZE = `ifnull(length(key), 0) + ifnull(length(value), 0) + ${OUTBOX_ROW_BYTES} AS bytes`
/** The columns of {@link StoredRow}. */
export const ROW_COLUMNS =
  'seq, upsert, key, value, (SELECT name FROM query WHERE id = query) AS query, event_time, epoch, commit_id, ordinal, created, crc'

export class OutboxRows {
  readonly #lanes = new Map<string, Lane>()
  readonly #lanesById = new Map<number, Lane>()
  readonly #queries = new Map<string, number>()
  readonly #database: Connection
  readonly #insert: Statement
  readonly #replace: Statement
  readonly #delete: Statement
  readonly #deleteSeq: Statement
  readonly #saveLane: Statement
  readonly #read: Statement
  readonly #sequence: Statement
  #nextSeq = 1

  constructor(database: Connection) {
    this.#database = database
    this.#insert = database.prepare('INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#sequence = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").pluck()
    this.#replace = database.prepare(`DELETE FROM outbox WHERE lane = ? AND upsert = 1 AND key = ? RETURNING ${SIZE}`)
    this.#delete = database.prepare(
      `DELETE FROM outbox WHERE seq = ? AND epoch = ? AND commit_id = ? AND ordinal = ? RETURNING lane, ${SIZE}`,
    )
    this.#deleteSeq = database.prepare(`DELETE FROM outbox WHERE seq = ? RETURNING lane, ${SIZE}`)
    this.#saveLane = database.prepare('UPDATE lane SET rows = ?, bytes = ? WHERE id = ?')
    this.#read = database.prepare(`SELECT ${ROW_COLUMNS} FROM outbox WHERE lane = ? AND seq > ? ORDER BY seq LIMIT ?`)
    this.reload()
  }

  /** What is in memory of lanes and queries, from the tables: at the start, and after a transaction was rolled back. */
  reload(): void {
    this.#lanes.clear()
    this.#lanesById.clear()
    this.#queries.clear()
    for (const row of this.#database.prepare('SELECT id, destination, rows, bytes FROM lane').all() as Omit<Lane, 'changed'>[]) {
      this.#keepLane({ ...row, changed: false })
    }
    for (const row of this.#database.prepare('SELECT id, name FROM query').all() as { id: number; name: string }[]) {
      this.#queries.set(row.name, row.id)
    }
    this.#nextSeq = ((this.#sequence.get() as number | undefined) ?? 0) + 1
  }

  put(record: OutboxPut, epoch: number, commitId: CommitId, ordinal: number, createdAtMs: number): void {
    const lane = this.#laneOf(record.destination)
    const upsert = record.mode === 'upsert' ? 1 : 0
    if (upsert === 1 && record.key !== null) {
      const replaced = this.#replace.get(lane.id, record.key) as { bytes: number } | undefined
      if (replaced !== undefined) this.#count(lane, -1, -replaced.bytes)
    }
    const row = {
      seq: this.#nextSeq++,
      upsert,
      key: record.key,
      value: record.value,
      query: record.query,
      event_time: record.eventTimeMs,
      epoch,
      commit_id: commitId,
      ordinal,
      created: createdAtMs,
      crc: 0,
    }
    this.#store(lane, row, rowChecksum(row, record.destination))
  }

  /** Puts a row of a damaged file back under its own sequence and checksum. */
  putStored(destination: string, row: StoredRow): void {
    this.#store(this.#laneOf(destination), row, row.crc)
  }

  /** Removes the row if it still has this version. */
  remove(ref: OutboxRef): void {
    const { seq, version } = ref
    this.#removed(this.#delete.get(seq, version.epoch, version.commitId, version.ordinal) as { lane: number; bytes: number } | undefined)
  }

  removeSeq(seq: number): void {
    this.#removed(this.#deleteSeq.get(seq) as { lane: number; bytes: number } | undefined)
  }

  /** Writes changed totals; last in the transaction. */
  saveTotals(): void {
    for (const lane of this.#lanes.values()) {
      if (!lane.changed) continue
      this.#saveLane.run(lane.rows, lane.bytes, lane.id)
      lane.changed = false
    }
  }

  /** Good rows in order of seq, at least one if there is any; `damaged`: sequences of rows whose checksum is wrong. */
  read(query: OutboxQuery): { readonly rows: OutboxRow[]; readonly damaged: number[] } {
    const rows: OutboxRow[] = []
    const damaged: number[] = []
    const lane = this.#lanes.get(query.destination)
    if (lane === undefined) return { rows, damaged }
    let bytes = 0
    for (const stored of this.#read.iterate(lane.id, query.afterSeq, query.rowsMax) as IterableIterator<StoredRow>) {
      if (!checksumHolds(stored, query.destination)) {
        damaged.push(stored.seq)
        continue
      }
      bytes += sizeOf(stored)
      if (rows.length > 0 && bytes > query.bytesMax) break
      rows.push(toOutboxRow(stored, query.destination))
    }
    if (query.afterSeq === 0 && rows.length + damaged.length === 0 && lane.rows > 0) {
      throw Object.assign(new Error(`the index of the outbox misses ${lane.rows} rows`), { code: 'SQLITE_CORRUPT' })
    }
    return { rows, damaged }
  }

  stats(): OutboxStats[] {
    const oldest = this.#database.prepare('SELECT created FROM outbox WHERE lane = ? ORDER BY seq LIMIT 1').pluck()
    const stats: OutboxStats[] = []
    for (const lane of this.#lanes.values()) {
      const oldestAtMs = (oldest.get(lane.id) as number | undefined) ?? null
      stats.push({ destination: lane.destination, rows: lane.rows, bytes: lane.bytes, oldestAtMs })
    }
    return stats
  }

  /** Removes rows from one end until `bytes` are gone; returns how many. */
  drop(destination: string, bytes: number, which: 'oldest' | 'newest'): number {
    const lane = this.#lanes.get(destination)
    if (lane === undefined) return 0
    const order = which === 'oldest' ? 'ASC' : 'DESC'
    const next = this.#database.prepare(`SELECT seq FROM outbox WHERE lane = ? ORDER BY seq ${order} LIMIT 1`).pluck()
    const target = lane.bytes - bytes
    let dropped = 0
    while (lane.bytes > target) {
      const seq = next.get(lane.id) as number | undefined
      if (seq === undefined) break
      this.removeSeq(seq)
      dropped++
    }
    return dropped
  }

  #store(lane: Lane, row: StoredRow, crc: number): void {
    const query = this.#queryOf(row.query)
    const { seq, upsert, key, value, event_time, epoch, commit_id, ordinal, created } = row
    this.#insert.run(seq, lane.id, upsert, key, value, query, event_time, epoch, commit_id, ordinal, created, crc)
    this.#count(lane, 1, sizeOf(row))
  }

  #removed(row: { lane: number; bytes: number } | undefined): void {
    if (row === undefined) return
    const lane = this.#lanesById.get(row.lane)
    if (lane !== undefined) this.#count(lane, -1, -row.bytes)
  }

  #count(lane: Lane, rows: number, bytes: number): void {
    lane.rows += rows
    lane.bytes += bytes
    lane.changed = true
  }

  #laneOf(destination: string): Lane {
    const known = this.#lanes.get(destination)
    if (known !== undefined) return known
    const { lastInsertRowid } = this.#database.prepare('INSERT INTO lane(destination, rows, bytes) VALUES (?, 0, 0)').run(destination)
    const lane = { id: Number(lastInsertRowid), destination, rows: 0, bytes: 0, changed: false }
    this.#keepLane(lane)
    return lane
  }

  #keepLane(lane: Lane): void {
    this.#lanes.set(lane.destination, lane)
    this.#lanesById.set(lane.id, lane)
  }

  #queryOf(name: string): number {
    const known = this.#queries.get(name)
    if (known !== undefined) return known
    const { lastInsertRowid } = this.#database.prepare('INSERT INTO query(name) VALUES (?)').run(name)
    this.#queries.set(name, Number(lastInsertRowid))
    return Number(lastInsertRowid)
  }
}
