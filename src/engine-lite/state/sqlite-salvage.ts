/**
 * What can be saved from a damaged database: the newest restorable chain of frames, outbox rows and dead letters whose checksums hold,
 * written into a fresh file beside it.
 *
 * Commit ids are never used twice: the fresh file goes on after the newest id that was ever seen. Lost commits leave empty frames, or
 * raise the base when no state is left at all.
 *
 * Crash steps: the fresh file is made as `*.rebuilt.tmp`, closed, renamed to `*.rebuilt`; then the damaged file and its log are renamed
 * to `*.corrupt-<n>`, then `*.rebuilt` to the database's name. A start that finds `*.rebuilt` goes on with the renames.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import type { Database as Connection } from 'better-sqlite3'
import type { CommitId } from '../contract/sink.js'
import { corruptName, type DataPaths, syncDirectory } from './data-directory.js'
import { checksumHolds, type StoredRow } from './outbox-row.js'
import { type DeadLetterRow, DeadLetterRows } from './sqlite-dead-letters.js'
import { type FrameChain, FrameRows, readChain } from './sqlite-frames.js'
import { OutboxRows, ROW_COLUMNS } from './sqlite-outbox.js'
import { type OpenOptions, openConnection, openDatabase } from './sqlite-schema.js'
import { codeOf } from './storage-error.js'

/** Frames looked for below the newest when the table cannot say which is its oldest. */
const FRAMES_SEARCHED_MAX = 100_000

/** What a damaged file gives. */
export interface Salvaged {
  readonly epoch: number
  readonly baseId: CommitId
  readonly chain: FrameChain
  readonly outbox: readonly { readonly destination: string; readonly row: StoredRow }[]
  readonly outboxLost: number
  /** Marks of an earlier fall back, as the settings have them. */
  readonly emitted: unknown
  readonly deadLetters: readonly DeadLetterRow[]
}

/** Reads with care: every statement may fail. I/O errors of the disk are not damage and are thrown. */
export function salvage(path: string, options: OpenOptions): Salvaged {
  const nothing: Salvaged = {
    epoch: 0,
    baseId: 0,
    chain: { frames: [], lastId: 0, restoredId: 0, problems: [] },
    outbox: [],
    outboxLost: 0,
    emitted: undefined,
    deadLetters: [],
  }
  const database = attempt(() => openConnection(path, options.pageSize), undefined)
  if (database === undefined) return nothing
  try {
    const setting = (name: string): unknown =>
      attempt(() => database.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name), undefined)
    const { rows: outbox, lost: outboxLost } = salvageOutbox(database)
    const deadLetters = attempt(() => database.prepare('SELECT * FROM dead_letter').all() as DeadLetterRow[], [])
    const baseId = positive(Number(setting('base')))
    const chain = salvageChain(database, baseId)
    // Beyond the frames it is no base but damage: then the first frame ever is one.
    const sound = baseId <= chain.lastId ? { baseId, chain } : { baseId: 0, chain: salvageChain(database, 0) }
    return { epoch: positive(Number(setting('epoch'))), ...sound, outbox, outboxLost, emitted: setting('emitted'), deadLetters }
  } finally {
    attempt(() => database.close(), undefined)
  }
}

/** Builds the fresh database and puts it in place of the damaged one. Returns the name the damaged one was given. */
export function replaceDatabase(paths: DataPaths, found: Salvaged, epoch: number, lastId: CommitId, options: OpenOptions): string {
  const temporary = `${paths.rebuilt}.tmp`
  for (const end of ['', '-wal', '-journal']) rmSync(temporary + end, { force: true })
  const database = openDatabase(temporary, options)
  try {
    database.transaction(() => fill(database, found, epoch, lastId))()
    database.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
  renameSync(temporary, paths.rebuilt)
  syncDirectory(paths.dir)
  return finishReplacement(paths)
}

/** The renames, also after a crash in the middle of them. Returns the quarantined name, or '' if there was nothing to set aside. */
export function finishReplacement(paths: DataPaths): string {
  let corrupt = ''
  if (existsSync(paths.database)) {
    corrupt = corruptName(paths.database)
    // The log first: left behind it would be taken for the fresh file's own.
    if (existsSync(`${paths.database}-wal`)) renameSync(`${paths.database}-wal`, `${corrupt}-wal`)
    renameSync(paths.database, corrupt)
    syncDirectory(paths.dir)
  }
  rmSync(`${paths.database}-wal`, { force: true })
  renameSync(paths.rebuilt, paths.database)
  syncDirectory(paths.dir)
  return corrupt
}

function fill(database: Connection, found: Salvaged, epoch: number, lastId: CommitId): void {
  const frames = new FrameRows(database)
  const { chain } = found
  const setMeta = database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  setMeta.run('epoch', epoch)
  const first = chain.frames[0]?.id
  // Without any frame left, state begins empty after the newest commit.
  setMeta.run('base', first === undefined ? lastId : found.baseId)
  for (const frame of chain.frames) frames.insert(frame.id, frame.body)
  if (first !== undefined) for (let id = chain.restoredId + 1; id <= lastId; id++) frames.insert(id, new Uint8Array(0))
  const outbox = new OutboxRows(database)
  for (const { destination, row } of found.outbox) outbox.putStored(destination, row)
  outbox.saveTotals()
  const letters = new DeadLetterRows(database, Number.MAX_SAFE_INTEGER)
  for (const row of found.deadLetters) letters.putStored(row)
}

function positive(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0
}

function salvageChain(database: Connection, baseId: CommitId): FrameChain {
  const rows = attempt(() => new FrameRows(database), undefined)
  if (rows === undefined) return { frames: [], lastId: baseId, restoredId: baseId, problems: ['the table of commit frames is unreadable'] }
  const bound = (end: 'min' | 'max'): number | undefined =>
    attempt(() => (database.prepare(`SELECT ${end}(id) FROM frame`).pluck().get() as number | null) ?? undefined, undefined)
  const lastId = bound('max') ?? baseId
  const oldestId = bound('min') ?? Math.max(baseId + 1, lastId - FRAMES_SEARCHED_MAX)
  return readChain((id) => rows.body(id), { baseId, oldestId, lastId })
}

function salvageOutbox(database: Connection): { rows: { destination: string; row: StoredRow }[]; lost: number } {
  const lanes = attempt(() => database.prepare('SELECT id, destination, rows FROM lane').all() as LaneRow[], [])
  const rows: { destination: string; row: StoredRow }[] = []
  let expected = 0
  for (const lane of lanes) {
    expected += lane.rows
    const good = new Map<number, StoredRow>()
    // From both ends: a damaged page in the middle stops either walk.
    for (const order of ['ASC', 'DESC']) {
      attempt(() => {
        const walk = database.prepare(`SELECT ${ROW_COLUMNS} FROM outbox NOT INDEXED WHERE lane = ? ORDER BY seq ${order}`)
        for (const row of walk.iterate(lane.id) as IterableIterator<StoredRow>) {
          if (checksumHolds(row, lane.destination)) good.set(row.seq, row)
        }
      }, undefined)
    }
    for (const row of dropSuperseded([...good.values()])) rows.push({ destination: lane.destination, row })
  }
  rows.sort((a, b) => a.row.seq - b.row.seq)
  return { rows, lost: Math.max(0, expected - rows.length) }
}

interface LaneRow {
  readonly id: number
  readonly destination: string
  readonly rows: number
}

/** With a damaged index two rows of one upsert key may show: the newer counts. */
function dropSuperseded(rows: StoredRow[]): StoredRow[] {
  const newest = new Map<string, StoredRow>()
  for (const row of rows) {
    const name = row.upsert === 1 && row.key !== null ? `k${Buffer.from(row.key).toString('hex')}` : `s${row.seq}`
    const other = newest.get(name)
    if (other === undefined || other.seq < row.seq) newest.set(name, row)
  }
  return [...newest.values()]
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_IOERR')) throw error
    return otherwise
  }
}
