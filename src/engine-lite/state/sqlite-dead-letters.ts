/**
 * Dead letters in the database: one row per reason, origin and pipeline, with how many there were, the newest text and sample.
 * Bounded: beyond the limit the row untouched longest is folded into the row of its reason with origin {@link OTHERS}, so that the
 * counts still add up. Every method but `read` runs inside a transaction of the caller.
 */
import type { Database as Connection, Statement } from 'better-sqlite3'
import type { DeadLetter, DeadLetterReason } from '../contract/operator.js'
import type { StoredDeadLetter } from '../contract/storage.js'

/** Origin of the row that counts what was folded away. */
export const OTHERS = '(others)'
/** Longest sample and text kept of one letter. */
export const SAMPLE_BYTES_MAX = 512

export interface DeadLetterRow {
  readonly id: number
  readonly reason: string
  readonly origin: string
  readonly pipeline: string
  readonly text: string
  readonly sample: Uint8Array | string | null
  readonly count: number
  readonly at: number
}

export class DeadLetterRows {
  readonly #rowsMax: number
  readonly #upsert: Statement
  readonly #read: Statement
  readonly #count: Statement
  readonly #oldest: Statement
  readonly #remove: Statement

  /** @param rowsMax rows kept at most; each takes at most about 2 KB */
  constructor(database: Connection, rowsMax: number) {
    this.#rowsMax = rowsMax
    this.#upsert = database.prepare(
      `INSERT INTO dead_letter(reason, origin, pipeline, text, sample, count, at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT(reason, origin, pipeline)
       DO UPDATE SET text = excluded.text, sample = excluded.sample, count = count + excluded.count, at = excluded.at`,
    )
    this.#read = database.prepare('SELECT * FROM dead_letter ORDER BY at DESC, id DESC LIMIT ?')
    this.#count = database.prepare('SELECT count(*) FROM dead_letter').pluck()
    this.#oldest = database.prepare('SELECT * FROM dead_letter WHERE origin <> ? ORDER BY at, id LIMIT 1')
    this.#remove = database.prepare('DELETE FROM dead_letter WHERE id = ?')
  }

  /** Letters of one frame: equal ones are counted first and written once. */
  put(letters: readonly DeadLetter[], atMs: number): void {
    const groups = new Map<string, { letter: DeadLetter; count: number }>()
    for (const letter of letters) {
      const name = `${letter.reason}\n${letter.pipeline ?? ''}\n${letter.origin}`
      const group = groups.get(name)
      if (group === undefined) {
        groups.set(name, { letter, count: 1 })
      } else {
        group.letter = letter
        group.count++
      }
    }
    for (const { letter, count } of groups.values()) this.#write(letter, count, atMs)
    this.#fold()
  }

  /** Puts a row of a damaged file back. */
  putStored(row: DeadLetterRow): void {
    this.#upsert.run(row.reason, row.origin, row.pipeline, row.text, row.sample, row.count, row.at)
  }

  /** Newest first. */
  read(limit: number): StoredDeadLetter[] {
    return (this.#read.all(limit) as DeadLetterRow[]).map((row) => ({
      id: row.id,
      reason: row.reason as DeadLetterReason,
      text: row.text,
      origin: row.origin,
      count: row.count,
      atMs: row.at,
      ...(row.sample === null ? {} : { sample: row.sample }),
      ...(row.pipeline === '' ? {} : { pipeline: row.pipeline }),
    }))
  }

  #write(letter: DeadLetter, count: number, atMs: number): void {
    const text = letter.text.slice(0, SAMPLE_BYTES_MAX)
    this.#upsert.run(letter.reason, letter.origin, letter.pipeline ?? '', text, cutSample(letter.sample), count, atMs)
  }

  #fold(): void {
    let over = (this.#count.get() as number) - this.#rowsMax
    while (over-- > 0) {
      const row = this.#oldest.get(OTHERS) as DeadLetterRow | undefined
      if (row === undefined) return
      this.#remove.run(row.id)
      this.#upsert.run(row.reason, OTHERS, '', 'older letters, counted together', null, row.count, row.at)
    }
  }
}

/** The start of a payload or printed row; a copy, so that it does not hold a receive buffer. */
export function cutSample(sample: Uint8Array | string | undefined): Uint8Array | string | null {
  if (sample === undefined) return null
  if (typeof sample === 'string') return sample.slice(0, SAMPLE_BYTES_MAX)
  return sample.slice(0, SAMPLE_BYTES_MAX)
}
