/**
 * The balance of a pipeline: rows through every node and rows that left the main way, by reason. Kept with the state, so that it
 * speaks of the whole life of the pipeline and not of the time since a restart.
 *
 * Section: records until the end: node id as text, then rows, then the dropped counts as a Map value. Absolute values.
 */
import type { DeadLetterReason } from '../contract/operator.js'
import type { ByteReader, ByteWriter, StateTable } from '../contract/state.js'

export interface LedgerEntry {
  /** Rows that left the node on its outputs; for a sink, rows written. */
  rows: number
  readonly dropped: Map<DeadLetterReason, number>
}

interface Entry extends LedgerEntry {
  /** Rows as of the last frame; −1 marks a change in `dropped`. */
  sealedRows: number
}

export class LedgerTable implements StateTable {
  readonly #entries = new Map<string, Entry>()

  get bytes(): number {
    return this.#entries.size * 200
  }

  /** All rows that left any node. */
  get rows(): number {
    let total = 0
    for (const { rows } of this.#entries.values()) total += rows
    return total
  }

  entry(node: string): LedgerEntry {
    return this.#at(node)
  }

  drop(node: string, reason: DeadLetterReason, count = 1): void {
    const entry = this.#at(node)
    entry.dropped.set(reason, (entry.dropped.get(reason) ?? 0) + count)
    entry.sealedRows = -1
  }

  seal(out: ByteWriter): boolean {
    let wrote = false
    for (const [node, entry] of this.#entries) {
      if (entry.rows === entry.sealedRows) continue
      write(out, node, entry)
      entry.sealedRows = entry.rows
      wrote = true
    }
    return wrote
  }

  snapshot(out: ByteWriter, _cursor: number, _bytesMax: number): number {
    for (const [node, entry] of this.#entries) write(out, node, entry)
    return -1
  }

  load(section: ByteReader): void {
    while (!section.done) {
      const entry = this.#at(section.text())
      entry.rows = section.varint()
      entry.sealedRows = entry.rows
      entry.dropped.clear()
      for (const [reason, count] of section.value() as Map<DeadLetterReason, number>) entry.dropped.set(reason, count)
    }
  }

  #at(node: string): Entry {
    let entry = this.#entries.get(node)
    if (entry === undefined) {
      entry = { rows: 0, dropped: new Map(), sealedRows: 0 }
      this.#entries.set(node, entry)
    }
    return entry
  }
}

function write(out: ByteWriter, node: string, entry: Entry): void {
  out.text(node)
  out.varint(entry.rows)
  out.value(entry.dropped)
}
