/** What a failed call of SQLite or the file system means for the engine: try again later, or stop. */
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../contract/errors/index.js'

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** The file itself is bad, as opposed to the disk under it. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error)
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_FORMAT'
}

/**
 * S0105 when there is no space, S0106 when the file system refuses writes, else S0107: after any other error the kernel may have
 * dropped pages it failed to write, and a later sync that succeeds says nothing.
 */
export function storageError(error: unknown, dir: string, doing: string): MillraceError {
  if (error instanceof MillraceError) return error
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new MillraceError('S0105', `disk full while ${doing} in ${dir}`, {
      hint: 'free some space; the gateway goes on by itself',
      cause: error,
    })
  }
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY') || (code === 'SQLITE_IOERR_WRITE' && isReadOnly(dir))) {
    return new MillraceError('S0106', `file system of ${dir} is read-only (${doing})`, {
      hint: 'check the card and remount it writable; the gateway goes on by itself',
      cause: error,
    })
  }
  return new MillraceError('S0107', `storage failed while ${doing} in ${dir}: ${message}`, {
    detail: code === '' ? [] : [`code: ${code}`],
    hint: 'the process stops and recovers from what is on disk; check the card and dmesg',
    cause: error,
  })
}

/** SQLite reports a refused write as a plain I/O error; a file that cannot be created tells the two apart. */
function isReadOnly(dir: string): boolean {
  const probe = join(dir, 'probe.tmp')
  try {
    closeSync(openSync(probe, 'w', 0o600))
    rmSync(probe, { force: true })
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS'
  }
}
