/**
 * When to take a snapshot, and how it is spread over frames.
 *
 * A restore reads the newest complete snapshot and every frame from its first slice on; so a snapshot is worth its bytes once the
 * changelog since the last one outweighs it. It is taken in slices, one budget of bytes per frame, while rows go on: what changes
 * behind the cursor is in the deltas of the frames in between.
 *
 * Two generations are kept: frames older than the first slice of the snapshot *before* the newest are no longer needed.
 */
import { GrowingByteWriter } from '../base/bytes.js'
import type { CommitId } from '../contract/sink.js'
import type { StateTable } from '../contract/state.js'
import { type FrameSection, snapshotMarker } from './frame.js'

/** A table and its place in frames, `node-id/table-name`. */
export type NamedTable = readonly [path: string, table: StateTable]

export interface SnapshotOptions {
  /** Bytes of slices per frame, about. */
  readonly sliceBytesMax: number
  /** No snapshot before the changelog has this many bytes. */
  readonly changelogBytesMin: number
}

export const DEFAULT_SNAPSHOT_OPTIONS: SnapshotOptions = { sliceBytesMax: 256 * 1024, changelogBytesMin: 1024 * 1024 }

/** What a restore found: where the schedule goes on. */
export interface SnapshotHistory {
  /** First frame that a restore of the newest state needs. */
  readonly firstId: CommitId
  /** Bytes of the snapshot that restore began with, 0 if it began with the first frame ever. */
  readonly snapshotBytes: number
  /** Bytes of deltas since its first slice. */
  readonly changelogBytes: number
}

export const NO_HISTORY: SnapshotHistory = { firstId: 1, snapshotBytes: 0, changelogBytes: 0 }

interface Running {
  readonly firstId: CommitId
  /** Tables as they were when it began; those that came later are in the deltas as a whole. */
  readonly tables: readonly NamedTable[]
  tableIndex: number
  cursor: number
  bytes: number
}

export class SnapshotSchedule {
  readonly #options: SnapshotOptions
  readonly #scratch = new GrowingByteWriter(4096)
  /** First frame of the newest complete snapshot. */
  #newestFirstId: CommitId
  /** And of the one before it. Not known after a restart: nothing is dropped until the next snapshot is complete. */
  #olderFirstId: CommitId = 1
  #snapshotBytes: number
  #changelogBytes: number
  #running: Running | undefined

  constructor(options: SnapshotOptions = DEFAULT_SNAPSHOT_OPTIONS, history: SnapshotHistory = NO_HISTORY) {
    this.#options = options
    this.#newestFirstId = history.firstId
    this.#snapshotBytes = history.snapshotBytes
    this.#changelogBytes = history.changelogBytes
  }

  /** Frames below this id are needed by no restore, not even one that falls back a generation. */
  get keepFromId(): CommitId {
    return this.#olderFirstId
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** Bytes of deltas since the newest complete snapshot began. */
  get changelogBytes(): number {
    return this.#changelogBytes
  }

  /** Bytes of the newest complete snapshot. */
  get snapshotBytes(): number {
    return this.#snapshotBytes
  }

  /** Whether the frame sealed next begins a snapshot: then it must hold all positions, watermarks and signatures. */
  get due(): boolean {
    if (this.#running !== undefined) return false
    return this.#changelogBytes >= Math.max(this.#options.changelogBytesMin, this.#snapshotBytes)
  }

  /**
   * Adds slices to the frame being sealed, after the deltas of all tables. Call once per frame.
   *
   * @param tables all tables of all pipelines, running or stopped
   * @param begin start a snapshot with this frame if none is running
   */
  seal(id: CommitId, tables: readonly NamedTable[], deltaBytes: number, sections: FrameSection[], begin: boolean): void {
    this.#changelogBytes += deltaBytes
    if (this.#running === undefined && begin) {
      this.#running = { firstId: id, tables: [...tables], tableIndex: 0, cursor: 0, bytes: 0 }
      // From now on it counts towards the snapshot after this one.
      this.#changelogBytes = deltaBytes
    }
    const running = this.#running
    if (running === undefined) return
    this.#writeSlices(running, tables, sections)
    if (running.tableIndex < running.tables.length) return
    sections.push(snapshotMarker(running.firstId))
    this.#olderFirstId = this.#newestFirstId
    this.#newestFirstId = running.firstId
    this.#snapshotBytes = running.bytes
    this.#running = undefined
  }

  #writeSlices(running: Running, tables: readonly NamedTable[], sections: FrameSection[]): void {
    const alive = new Set(tables.map(([, table]) => table))
    let left = this.#options.sliceBytesMax
    while (left > 0 && running.tableIndex < running.tables.length) {
      const [path, table] = running.tables[running.tableIndex] as NamedTable
      // A pipeline that was removed meanwhile needs no snapshot any more.
      if (!alive.has(table)) {
        running.tableIndex++
        running.cursor = 0
        continue
      }
      this.#scratch.reset()
      const next = table.snapshot(this.#scratch, running.cursor, left)
      const bytes = this.#scratch.take()
      if (bytes.length > 0) sections.push({ path, kind: 'slice', bytes })
      left -= bytes.length + path.length
      running.bytes += bytes.length
      running.cursor = next === -1 ? 0 : next
      if (next === -1) running.tableIndex++
    }
  }
}
