/** Opening a database: as it is when it is sound, else what can be saved of it, with the losses said in numbers. */
import { existsSync, rmSync, statSync } from 'node:fs'
import type { Database as Connection } from 'better-sqlite3'
import type { CommitId } from '../contract/sink.js'
import type { EmittedMark } from '../contract/storage.js'
import type { DataPaths } from './data-directory.js'
import { type EmittedMarkFile, type MarkContent, sameMark } from './emitted-mark.js'
import { FrameRows, readChain, type StoredFrame } from './sqlite-frames.js'
import { finishReplacement, replaceDatabase, salvage } from './sqlite-salvage.js'
import { type OpenOptions, openDatabase } from './sqlite-schema.js'
import { isDamage } from './storage-error.js'

export interface OpenedDatabase {
  readonly database: Connection
  readonly epoch: number
  readonly lastId: CommitId
  readonly frames: readonly StoredFrame[]
  readonly losses: readonly string[]
  readonly emitted: readonly EmittedMark[]
}

export interface RecoveryOptions extends OpenOptions {
  /** Files up to this size are checked page by page at every open; larger ones only after damage was met. */
  readonly checkBytesMax: number
}

interface Sound {
  readonly database: Connection
  readonly epoch: number
  readonly lastId: CommitId
  readonly frames: readonly StoredFrame[]
}

/** @throws MillraceError S0103, S0108; whatever SQLite throws that is no damage */
export function recoverDatabase(paths: DataPaths, mark: EmittedMarkFile, options: RecoveryOptions): OpenedDatabase {
  if (existsSync(paths.rebuilt)) finishReplacement(paths)
  const content = mark.read()
  const known = content === 'damaged' ? undefined : content
  const losses: string[] = content === 'damaged' ? ['the file emitted-mark was damaged: what was emitted before is not known'] : []
  if (known !== undefined && isMissing(paths)) return startOver(paths, known, options, losses)
  const problems: string[] = []
  const sound = openSound(paths, options, known, problems)
  if (sound === undefined) return rebuild(paths, mark, known, options, problems, losses)
  if (known !== undefined && known.commitId > sound.lastId) return raiseEpoch(sound, known, losses)
  return { ...sound, losses, emitted: stillPoorer(getMeta(sound.database, 'emitted'), mark) }
}

function isMissing(paths: DataPaths): boolean {
  return !existsSync(paths.database) || statSync(paths.database).size === 0
}

/** There was a database, and it is gone. */
function startOver(paths: DataPaths, known: MarkContent, options: RecoveryOptions, losses: string[]): OpenedDatabase {
  rmSync(`${paths.database}-wal`, { force: true })
  const database = openDatabase(paths.database, options)
  const epoch = known.epoch + 1
  setMeta(database, 'epoch', epoch)
  setMeta(database, 'base', known.commitId)
  setMeta(database, 'emitted', JSON.stringify(known.emitted))
  losses.push(`the database file was missing or empty: commits up to at least ${known.commitId} and the whole outbox are lost`)
  return { database, epoch, lastId: known.commitId, frames: [], losses, emitted: known.emitted }
}

/** Undefined when the file is damaged; then `problems` says how. */
function openSound(paths: DataPaths, options: RecoveryOptions, known: MarkContent | undefined, problems: string[]): Sound | undefined {
  let database: Connection | undefined
  try {
    database = openDatabase(paths.database, options)
    checkPages(database, paths, options)
    const frames = new FrameRows(database)
    const bounds = frames.bounds()
    const baseId = Number(getMeta(database, 'base'))
    const epoch = Number(getMeta(database, 'epoch'))
    const lastId = bounds?.last ?? baseId
    if (!settingsHold(epoch, baseId, lastId, known)) problems.push('the table of settings is damaged')
    const chain = readChain((id) => frames.body(id), { baseId, oldestId: bounds?.first ?? lastId + 1, lastId })
    if (chain.restoredId !== lastId) problems.push(...chain.problems)
    if (problems.length === 0) return { database, epoch: epoch === 0 ? firstEpoch(database) : epoch, lastId, frames: chain.frames }
  } catch (error) {
    if (!isDamage(error)) {
      database?.close()
      throw error
    }
    problems.push((error as Error).message)
  }
  database?.close()
  return undefined
}

/** The epoch stands in the mark as well, at most one behind: a crash may come between the two. */
function settingsHold(epoch: number, baseId: CommitId, lastId: CommitId, known: MarkContent | undefined): boolean {
  if (!Number.isSafeInteger(baseId) || !Number.isSafeInteger(epoch) || baseId < 0 || epoch < 0 || baseId > lastId) return false
  return known === undefined || epoch === known.epoch || epoch === known.epoch + 1
}

function checkPages(database: Connection, paths: DataPaths, options: RecoveryOptions): void {
  const wanted = existsSync(paths.checkWanted)
  if (!wanted && statSync(paths.database).size > options.checkBytesMax) return
  // The full check: the quick one does not compare indexes with their tables, and a row that no index finds is never sent.
  const result = database.pragma('integrity_check(1)', { simple: true })
  if (result !== 'ok') throw Object.assign(new Error(String(result)), { code: 'SQLITE_CORRUPT' })
  if (wanted) rmSync(paths.checkWanted, { force: true })
}

function firstEpoch(database: Connection): number {
  setMeta(database, 'epoch', 1)
  return 1
}

function rebuild(
  paths: DataPaths,
  mark: EmittedMarkFile,
  known: MarkContent | undefined,
  options: RecoveryOptions,
  problems: readonly string[],
  losses: string[],
): OpenedDatabase {
  const found = salvage(paths.database, options)
  const lastId = Math.max(found.chain.lastId, known?.commitId ?? 0)
  // A damaged epoch is not believed beyond what the mark allows.
  const epoch = (known === undefined ? found.epoch : Math.max(known.epoch, Math.min(found.epoch, known.epoch + 1))) + 1
  const corrupt = replaceDatabase(paths, found, epoch, lastId, options)
  rmSync(paths.checkWanted, { force: true })
  const { restoredId } = found.chain
  losses.push(`the database was damaged (${problems.slice(0, 3).join('; ')}) and set aside as ${corrupt}`)
  if (restoredId < lastId)
    losses.push(`state of ${lastId - restoredId} commits is lost: state is that of commit ${restoredId}, the newest was ${lastId}`)
  if (found.outboxLost > 0) losses.push(`${found.outboxLost} rows of the outbox are lost, ${found.outbox.length} were saved`)
  if (found.epoch === 0)
    losses.push(`its settings are unreadable: ${found.outbox.length} rows of the outbox were saved, how many it had is not known`)
  const database = openDatabase(paths.database, options)
  const emitted = restoredId < lastId ? (known?.emitted ?? []) : stillPoorer(found.emitted, mark)
  if (emitted.length > 0) setMeta(database, 'emitted', JSON.stringify(emitted))
  const frames = [...found.chain.frames]
  if (frames.length > 0) for (let id = restoredId + 1; id <= lastId; id++) frames.push({ id, body: new Uint8Array(0) })
  return { database, epoch, lastId, frames, losses, emitted }
}

/** The file ends before a commit that is known to have been durable: an older copy was put back, or its log was cut. */
function raiseEpoch(sound: Sound, known: MarkContent, losses: string[]): OpenedDatabase {
  const epoch = Math.max(sound.epoch, known.epoch) + 1
  setMeta(sound.database, 'epoch', epoch)
  setMeta(sound.database, 'emitted', JSON.stringify(known.emitted))
  losses.push(
    `the database ends at commit ${sound.lastId}, but commit ${known.commitId} was durable: at least ${known.commitId - sound.lastId} commits are lost`,
  )
  return { ...sound, epoch, losses, emitted: known.emitted }
}

/** Marks of an earlier fall back that nothing newer was emitted beyond: until then state may still be poorer than what was sent. */
function stillPoorer(recordedText: unknown, mark: EmittedMarkFile): EmittedMark[] {
  if (typeof recordedText !== 'string') return []
  const recorded = JSON.parse(recordedText) as EmittedMark[]
  const current = mark.emitted
  return recorded.filter((entry) => !current.some((now) => sameMark(now, entry) && now.eventTimeMs > entry.eventTimeMs))
}

function getMeta(database: Connection, name: string): unknown {
  return database.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name)
}

function setMeta(database: Connection, name: string, value: unknown): void {
  database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value)
}
