/** What is on a simulated disk: frames, outbox, dead letters, in the plainest data structures that can hold them. */
import type { CommitId, OutboxPut } from '../contract/sink.js'
import type { CommitFrame, OutboxQuery, OutboxRef, OutboxRow, OutboxStats, Recovered, StoredDeadLetter } from '../contract/storage.js'
import { sizeOf } from '../state/outbox-row.js'

export class SimulatedDisk {
  /** Held by a storage that is open. */
  owned = false
  epoch = 1
  lastId: CommitId = 0
  frames: { readonly id: CommitId; readonly body: Uint8Array }[] = []
  outbox: OutboxRow[] = []
  deadLetters: StoredDeadLetter[] = []
  #seq = 0
  #letterId = 0
  readonly #destinations = new Set<string>()

  /** One transaction. */
  apply(frame: CommitFrame): void {
    this.lastId = frame.id
    this.frames.push({ id: frame.id, body: frame.body.slice() })
    this.frames = this.frames.filter(({ id }) => id >= frame.keepFromId)
    this.deleteOutbox(frame.outboxDeletes)
    frame.outbox.forEach((put, ordinal) => {
      this.#put(put, frame, ordinal)
    })
    for (const letter of frame.deadLetters) this.#letter(letter, frame.sealedAtMs)
  }

  recover(): Recovered {
    return { epoch: this.epoch, lastId: this.lastId, frames: this.frames.map(({ id, body }) => ({ id, body: body.slice() })), losses: [] }
  }

  readOutbox({ destination, afterSeq, rowsMax, bytesMax }: OutboxQuery): OutboxRow[] {
    const rows: OutboxRow[] = []
    let bytes = 0
    for (const row of this.outbox) {
      if (row.destination !== destination || row.seq <= afterSeq) continue
      bytes += sizeOf(row)
      if (rows.length >= rowsMax || (rows.length > 0 && bytes > bytesMax)) break
      rows.push(row)
    }
    return rows
  }

  outboxStats(): OutboxStats[] {
    return [...this.#destinations].map((destination) => {
      const rows = this.outbox.filter((row) => row.destination === destination)
      const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0)
      return { destination, rows: rows.length, bytes, oldestAtMs: rows[0]?.createdAtMs ?? null }
    })
  }

  deleteOutbox(refs: readonly OutboxRef[]): void {
    for (const { seq, version } of refs) {
      this.outbox = this.outbox.filter((row) => {
        const same =
          row.version.epoch === version.epoch && row.version.commitId === version.commitId && row.version.ordinal === version.ordinal
        return row.seq !== seq || !same
      })
    }
  }

  dropOutbox(destination: string, bytes: number, which: 'oldest' | 'newest'): number {
    let left = bytes
    let dropped = 0
    while (left > 0) {
      const rows = this.outbox.filter((row) => row.destination === destination)
      const row = which === 'oldest' ? rows[0] : rows[rows.length - 1]
      if (row === undefined) break
      this.outbox = this.outbox.filter((other) => other !== row)
      left -= sizeOf(row)
      dropped++
    }
    return dropped
  }

  readDeadLetters(limit: number): StoredDeadLetter[] {
    return [...this.deadLetters].sort((a, b) => b.atMs - a.atMs || b.id - a.id).slice(0, limit)
  }

  #put(put: OutboxPut, frame: CommitFrame, ordinal: number): void {
    this.#destinations.add(put.destination)
    if (put.mode === 'upsert' && put.key !== null) {
      const key = Buffer.from(put.key)
      this.outbox = this.outbox.filter(
        (row) => row.destination !== put.destination || row.mode !== 'upsert' || row.key === null || !key.equals(row.key),
      )
    }
    const version = { epoch: this.epoch, commitId: frame.id, ordinal }
    this.outbox.push({ ...put, seq: ++this.#seq, version, createdAtMs: frame.sealedAtMs })
  }

  #letter(letter: CommitFrame['deadLetters'][number], atMs: number): void {
    const same = (other: StoredDeadLetter): boolean =>
      other.reason === letter.reason && other.origin === letter.origin && (other.pipeline ?? '') === (letter.pipeline ?? '')
    const before = this.deadLetters.find(same)
    this.deadLetters = this.deadLetters.filter((other) => other !== before)
    this.deadLetters.push({ ...letter, id: before?.id ?? ++this.#letterId, atMs, count: (before?.count ?? 0) + 1 })
  }
}
