/** Shared by the tests of state tables: frames as lists of sections, and a restart from them. */
import { GrowingByteWriter, SpanByteReader } from '../../../src/engine-lite/base/bytes.js'
import type { StateTable } from '../../../src/engine-lite/contract/state.js'

/** What changed since the last call, as a section; undefined when nothing did. */
export function sealed(table: StateTable): Uint8Array | undefined {
  const out = new GrowingByteWriter()
  const wrote = table.seal(out)
  if (wrote !== out.length > 0) throw new Error(`seal said ${wrote} and wrote ${out.length} bytes`)
  return wrote ? out.take() : undefined
}

export function load(table: StateTable, sections: readonly (Uint8Array | undefined)[]): void {
  for (const section of sections) if (section !== undefined) table.load(new SpanByteReader(section))
}

/** One slice, and where to go on. */
export function slice(table: StateTable, cursor: number, bytesMax: number): { section: Uint8Array; next: number } {
  const out = new GrowingByteWriter()
  const next = table.snapshot(out, cursor, bytesMax)
  return { section: out.take(), next }
}

/** All slices of a table that does not change meanwhile. */
export function slices(table: StateTable, bytesMax: number): Uint8Array[] {
  const sections: Uint8Array[] = []
  let cursor = 0
  do {
    const { section, next } = slice(table, cursor, bytesMax)
    sections.push(section)
    cursor = next
  } while (cursor !== -1)
  return sections
}

/**
 * Drives a table as the coordinator does: frames with deltas, snapshots in slices spread over them, restarts from the newest complete
 * snapshot or from the first frame.
 */
export class TableHistory<T extends StateTable> {
  readonly #make: () => T
  readonly #bytesMax: number
  #frames: Uint8Array[][] = []
  /** Index of the frame with the first slice of the running snapshot. */
  #began = -1
  #cursor = 0
  #firstNeeded = 0
  table: T

  constructor(make: () => T, bytesMax: number) {
    this.#make = make
    this.#bytesMax = bytesMax
    this.table = make()
  }

  /** Seals a frame, with a slice if a snapshot runs or begins here; it is durable at once. */
  frame(beginSnapshot: boolean): void {
    const sections: Uint8Array[] = []
    const delta = sealed(this.table)
    if (delta !== undefined) sections.push(delta)
    if (this.#began === -1 && beginSnapshot) {
      this.#began = this.#frames.length
      this.#cursor = 0
    }
    if (this.#began !== -1) {
      const { section, next } = slice(this.table, this.#cursor, this.#bytesMax)
      sections.push(section)
      this.#cursor = next
      if (next === -1) {
        this.#firstNeeded = this.#began
        this.#began = -1
      }
    }
    this.#frames.push(sections)
    this.table.committed?.()
  }

  /** What was not sealed is gone. */
  restart(): void {
    this.table = this.#make()
    load(this.table, this.#frames.slice(this.#firstNeeded).flat())
    this.#began = -1
  }
}
