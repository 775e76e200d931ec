/** Commit frames in the database: written one by one, read back as the chain that a restore needs, dropped in slices. */
import type { Database as Connection, Statement } from 'better-sqlite3'
import type { CommitId } from '../contract/sink.js'
import { decodeFrame, snapshotCompletedIn } from './frame.js'

export interface StoredFrame {
  readonly id: CommitId
  readonly body: Uint8Array
}

/** The newest state that can be restored. */
export interface FrameChain {
  /** In order of id; empty bodies left in. */
  readonly frames: readonly StoredFrame[]
  /** Newest id in the table, or the base of an empty one. */
  readonly lastId: CommitId
  /** The state of this frame is what the chain restores; below `lastId` when frames are damaged or missing. */
  readonly restoredId: CommitId
  /** What is wrong, one line per damaged frame met. */
  readonly problems: readonly string[]
}

/** Where the bodies come from: the table, or a damaged file read with care. Throws or gives undefined for what is not there. */
export type ReadBody = (id: CommitId) => Uint8Array | undefined

/** How the table ends, as far as it can be read. */
export interface FrameBounds {
  /** Frames from base + 1 on began with empty state. */
  readonly baseId: CommitId
  readonly oldestId: CommitId
  readonly lastId: CommitId
}

/** Lines of {@link FrameChain.problems} kept; the first ones tell the story. */
const PROBLEMS_MAX = 20
const MISSING = 'missing'

/**
 * Walks back from the newest frame to the first slice of the newest complete snapshot, or to the base. A frame that is damaged or
 * missing in between makes everything from it on worthless: the walk starts again below it, which falls back to an older snapshot.
 */
export function readChain(read: ReadBody, { baseId, oldestId, lastId }: FrameBounds): FrameChain {
  const problems: string[] = []
  let frames: StoredFrame[] = []
  let restoredId = lastId
  let firstId: CommitId = 0
  for (let id = lastId; id >= oldestId && id > baseId; id--) {
    const body = readBody(read, id)
    const outcome = typeof body === 'string' ? body : inspect(body, id)
    if (typeof outcome === 'string') {
      if (problems.length < PROBLEMS_MAX) problems.push(`commit frame ${id}: ${outcome}`)
      frames = []
      restoredId = id - 1
      firstId = 0
      continue
    }
    frames.push({ id, body: body as Uint8Array })
    if (firstId === 0) firstId = outcome
    if (id === firstId) return { frames: frames.reverse(), lastId, restoredId, problems }
  }
  const fromBase = restoredId === baseId || frames[frames.length - 1]?.id === baseId + 1
  if (fromBase) return { frames: frames.reverse(), lastId, restoredId, problems }
  problems.push(`no complete snapshot below commit ${restoredId + 1}`)
  return { frames: [], lastId, restoredId: Math.min(baseId, lastId), problems }
}

function readBody(read: ReadBody, id: CommitId): Uint8Array | string {
  try {
    return read(id) ?? MISSING
  } catch (error) {
    return `unreadable (${(error as Error).message})`
  }
}

/** What is wrong, or the first frame of the snapshot that this frame completes, or 0. */
function inspect(body: Uint8Array, id: CommitId): string | CommitId {
  if (body.length === 0) return 0
  const frame = decodeFrame(body, id)
  return typeof frame === 'string' ? frame : (snapshotCompletedIn(frame) ?? 0)
}

export class FrameRows {
  readonly #insert: Statement
  readonly #bounds: Statement
  readonly #body: Statement
  readonly #dropBelow: Statement

  constructor(database: Connection) {
    this.#insert = database.prepare('INSERT INTO frame(id, body) VALUES (?, ?)')
    this.#bounds = database.prepare('SELECT min(id) AS first, max(id) AS last FROM frame')
    this.#body = database.prepare('SELECT body FROM frame WHERE id = ?').pluck()
    this.#dropBelow = database.prepare('DELETE FROM frame WHERE id < ? AND id < (SELECT min(id) FROM frame) + ?')
  }

  bounds(): { readonly first: CommitId; readonly last: CommitId } | undefined {
    const { first, last } = this.#bounds.get() as { first: number | null; last: number | null }
    return first === null || last === null ? undefined : { first, last }
  }

  body(id: CommitId): Uint8Array | undefined {
    return this.#body.get(id) as Uint8Array | undefined
  }

  insert(id: CommitId, body: Uint8Array): void {
    this.#insert.run(id, body)
  }

  /** Drops at most `rowsMax` of the oldest frames below `keepFromId`. */
  dropBelow(keepFromId: CommitId, rowsMax: number): void {
    this.#dropBelow.run(keepFromId, rowsMax)
  }
}
