/** Names in a data directory, and files in it that must survive a power cut. Directories are 0700, files 0600. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeDirectory } from '../base/make-directory.js'
import { MillraceError } from '../contract/errors/index.js'

export const FILE_MODE = 0o600

export interface DataPaths {
  readonly dir: string
  readonly database: string
  /** A database put together from a damaged one; complete, and only to be renamed. */
  readonly rebuilt: string
  /** Held by the kernel for the life of the process; always empty. */
  readonly lock: string
  readonly pid: string
  readonly ballast: string
  readonly emittedMark: string
  /** Present: the last run met a damaged page, so the next open checks the whole file, however large. */
  readonly checkWanted: string
}

export function dataPaths(dir: string): DataPaths {
  return {
    dir,
    database: join(dir, 'millrace.db'),
    rebuilt: join(dir, 'millrace.db.rebuilt'),
    lock: join(dir, 'lock'),
    pid: join(dir, 'pid'),
    ballast: join(dir, 'ballast'),
    emittedMark: join(dir, 'emitted-mark'),
    checkWanted: join(dir, 'check-wanted'),
  }
}

/** @throws MillraceError S0102 if the directory cannot be made or entered, S0106 if its file system is read-only */
export function prepareDataDirectory(dir: string): DataPaths {
  try {
    if (!existsSync(dir)) {
      makeDirectory(dir, 0o700)
      chmodSync(dir, 0o700)
    }
    if (!statSync(dir).isDirectory()) throw new Error('it is a file')
    return dataPaths(dir)
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code
    const code = errno === 'EROFS' ? 'S0106' : errno === 'ENOSPC' ? 'S0105' : 'S0102'
    throw new MillraceError(code, `data directory ${dir} is not usable: ${(error as Error).message}`, { cause: error })
  }
}

/** Creates the file empty and private if it is not there; SQLite gives its side files the same mode. */
export function createPrivate(path: string): void {
  closeSync(openSync(path, 'a', FILE_MODE))
}

/** Replaces the file so that after a power cut either the old or the new content is there, whole. */
export function writeDurably(path: string, content: Uint8Array): void {
  const temporary = `${path}.tmp`
  const fd = openSync(temporary, 'w', FILE_MODE)
  try {
    writeSync(fd, content)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
  syncDirectory(join(path, '..'))
}

export function syncDirectory(dir: string): void {
  const fd = openSync(dir, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

export function readIfPresent(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What an interrupted run left half made. */
export function removeLeftovers(paths: DataPaths): void {
  for (const name of readdirSync(paths.dir)) {
    if (name.endsWith('.tmp') || name.endsWith('.tmp-wal') || name.endsWith('.tmp-journal')) rmSync(join(paths.dir, name), { force: true })
  }
}

/** A name that is not taken: `<path>.corrupt-1`, `-2`, … */
export function corruptName(path: string): string {
  for (let n = 1; ; n++) if (!existsSync(`${path}.corrupt-${n}`)) return `${path}.corrupt-${n}`
}
