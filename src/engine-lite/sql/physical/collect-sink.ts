/** Where the rows of a SELECT are collected for whoever iterates over its result. */
import type { Row, RowKind } from '../../contract/row.js'
import type { SinkFactory } from '../../contract/sink.js'

export interface CollectedRow {
  readonly kind: RowKind
  readonly row: Row
}

/** A queue between the synchronous chain and an asynchronous reader. */
export class Collector implements AsyncIterator<CollectedRow> {
  readonly #rows: CollectedRow[] = []
  #head = 0
  #waiting: { resolve(result: IteratorResult<CollectedRow>): void; reject(error: Error): void } | undefined
  #over = false
  #error: Error | undefined

  /** @param onReturn the reader has had enough: stop the query */
  constructor(readonly onReturn: () => Promise<void>) {}

  readonly sink: SinkFactory = () => ({
    write: (row, kind) => this.#push({ row, kind }),
    async close() {},
  })

  /** No more rows; with an error the reader gets it after the rows that came before. */
  finish(error?: Error): void {
    if (this.#over) return
    this.#over = true
    this.#error = error
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) return
    if (error === undefined) waiting.resolve({ done: true, value: undefined })
    else waiting.reject(error)
  }

  next(): Promise<IteratorResult<CollectedRow>> {
    if (this.#head < this.#rows.length) {
      const value = this.#rows[this.#head]!
      this.#rows[this.#head++] = undefined as never
      if (this.#head === this.#rows.length) {
        this.#rows.length = 0
        this.#head = 0
      }
      return Promise.resolve({ done: false, value })
    }
    if (this.#error !== undefined) return Promise.reject(this.#error)
    if (this.#over) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  async return(): Promise<IteratorResult<CollectedRow>> {
    this.finish()
    await this.onReturn()
    return { done: true, value: undefined }
  }

  #push(value: CollectedRow): void {
    const waiting = this.#waiting
    if (waiting === undefined) {
      this.#rows.push(value)
      return
    }
    this.#waiting = undefined
    waiting.resolve({ done: false, value })
  }
}
