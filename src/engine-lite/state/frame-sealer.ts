/** Puts one commit frame together: deltas of all tables, slices of a running snapshot, and what changed of positions and watermarks. */
import { GrowingByteWriter } from '../base/bytes.js'
import type { CommitId } from '../contract/sink.js'
import type { SourcePosition } from '../contract/source.js'
import { encodeFrame, type FrameSection } from './frame.js'
import type { NamedTable, SnapshotSchedule } from './snapshots.js'

export interface SealInput {
  readonly id: CommitId
  readonly sealedAtMs: number
  /** All tables of all pipelines; those of stopped pipelines as {@link RetainedTable}, or the next snapshots lose them. */
  readonly tables: readonly NamedTable[]
  /** All of them, complete: the sealer leaves out what did not change. */
  readonly positions: ReadonlyMap<string, SourcePosition>
  readonly watermarks: ReadonlyMap<string, number>
  readonly signatures: ReadonlyMap<string, string>
}

export interface SealedFrame {
  readonly body: Uint8Array<ArrayBuffer>
  readonly keepFromId: CommitId
  /** Bytes of deltas in it, for the limit on changes between commits. */
  readonly deltaBytes: number
}

/**
 * @example
 * const sealer = new FrameSealer(new SnapshotSchedule())
 * const { body, keepFromId } = sealer.seal({ id: 1, sealedAtMs, tables, positions, watermarks, signatures })
 */
export class FrameSealer {
  readonly #schedule: SnapshotSchedule
  readonly #out = new GrowingByteWriter(4096)
  readonly #scratch = new GrowingByteWriter(4096)
  /** What frames hold so far, packed, so that a position changed in place is noticed. */
  readonly #positions = new Map<string, Uint8Array>()
  readonly #watermarks = new Map<string, number>()
  readonly #signatures = new Map<string, string>()

  constructor(schedule: SnapshotSchedule) {
    this.#schedule = schedule
  }

  /** @param snapshot start a snapshot with this frame even if none is due (after a fall back, at a clean end) */
  seal(input: SealInput, snapshot = false): SealedFrame {
    const sections: FrameSection[] = []
    const deltaBytes = this.#writeDeltas(input.tables, sections)
    const begin = !this.#schedule.running && (snapshot || this.#schedule.due)
    this.#schedule.seal(input.id, input.tables, deltaBytes, sections, begin)
    if (begin) {
      this.#positions.clear()
      this.#watermarks.clear()
      this.#signatures.clear()
    }
    const body = encodeFrame(
      {
        id: input.id,
        sealedAtMs: input.sealedAtMs,
        sections,
        positions: this.#changedPositions(input.positions),
        watermarks: changed(input.watermarks, this.#watermarks),
        signatures: changed(input.signatures, this.#signatures),
      },
      this.#out,
    )
    return { body, keepFromId: this.#schedule.keepFromId, deltaBytes }
  }

  #writeDeltas(tables: readonly NamedTable[], sections: FrameSection[]): number {
    let deltaBytes = 0
    for (const [path, table] of tables) {
      this.#scratch.reset()
      if (!table.seal(this.#scratch)) continue
      sections.push({ path, kind: 'delta', bytes: this.#scratch.take() })
      deltaBytes += this.#scratch.length + path.length
    }
    return deltaBytes
  }

  #changedPositions(positions: ReadonlyMap<string, SourcePosition>): Map<string, SourcePosition> {
    const result = new Map<string, SourcePosition>()
    for (const [name, position] of positions) {
      this.#scratch.reset()
      this.#scratch.value(position)
      const before = this.#positions.get(name)
      if (before !== undefined && Buffer.compare(before, this.#scratch.view()) === 0) continue
      this.#positions.set(name, this.#scratch.take())
      result.set(name, position)
    }
    return result
  }
}

function changed<T>(now: ReadonlyMap<string, T>, before: Map<string, T>): Map<string, T> {
  const result = new Map<string, T>()
  for (const [name, value] of now) {
    if (before.get(name) === value) continue
    before.set(name, value)
    result.set(name, value)
  }
  return result
}
