/**
 * One owner per data directory. The lock is one of the kernel on the empty file `lock`, taken through SQLite (Node has no flock): it
 * goes with the process, however that ends, so nothing is ever stale. The file `pid` only names the owner for the message.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { MillraceError } from '../contract/errors/index.js'
import { createPrivate, type DataPaths, FILE_MODE } from './data-directory.js'
import { codeOf } from './storage-error.js'

export interface DirectoryLock {
  release(): void
}

/** @throws MillraceError S0101 at once when another process, or this one, holds the directory */
export function lockDirectory(paths: DataPaths): DirectoryLock {
  createPrivate(paths.lock)
  const database = new Database(paths.lock, { timeout: 0 })
  try {
    // Nothing is ever written, so no journal file either.
    database.pragma('journal_mode = MEMORY')
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error
    throw new MillraceError('S0101', `data directory ${paths.dir} is in use by process ${ownerOf(paths)}`, {
      hint: 'stop that process, or choose another data directory',
    })
  }
  try {
    writeFileSync(paths.pid, `${process.pid}\n`, { mode: FILE_MODE })
  } catch {
    // On a full or read-only disk the lock itself still holds; only its owner's name is missing.
  }
  return {
    release() {
      try {
        rmSync(paths.pid, { force: true })
      } catch {
        // A read-only disk keeps the name; the lock goes all the same.
      }
      database.close()
    },
  }
}

function ownerOf(paths: DataPaths): string {
  try {
    return readFileSync(paths.pid, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
