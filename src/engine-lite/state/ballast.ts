/**
 * A file of real bytes that holds disk space back. SQLite cannot delete its way out of a full disk: a DELETE writes to the log too.
 * Letting the ballast go makes room for the deletes that in turn make room for everything else. While it is gone the database may not
 * grow (sqlite-space.ts), so that its room goes to the log alone.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { FILE_MODE } from './data-directory.js'

const CHUNK_BYTES = 256 * 1024

export class Ballast {
  readonly #path: string
  readonly #sizeBytes: number
  #present: boolean

  /** @param sizeBytes 0: no ballast */
  constructor(path: string, sizeBytes: number) {
    this.#path = path
    this.#sizeBytes = sizeBytes
    this.#present = existsSync(path)
  }

  get present(): boolean {
    return this.#present
  }

  /** Gives the space back. Returns whether there was any to give. */
  release(): boolean {
    if (!this.#present) return false
    rmSync(this.#path, { force: true })
    this.#present = false
    return true
  }

  /** Takes the space again once there is twice as much; never fails for want of it. */
  ensure(dir: string): void {
    if (this.#present || this.#sizeBytes === 0) return
    const { bavail, bsize } = statfsSync(dir)
    if (bavail * bsize < this.#sizeBytes * 2) return
    const temporary = `${this.#path}.tmp`
    let fd = -1
    try {
      fd = openSync(temporary, 'w', FILE_MODE)
      // Not zeros: a file system that compresses would keep no space for them.
      const chunk = new Uint8Array(CHUNK_BYTES)
      for (let i = 0; i < chunk.length; i++) chunk[i] = (i * 2_654_435_761) >>> 13
      for (let left = this.#sizeBytes; left > 0; left -= chunk.length) writeSync(fd, chunk, 0, Math.min(left, chunk.length))
      fsyncSync(fd)
      renameSync(temporary, this.#path)
      this.#present = true
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
      rmSync(temporary, { force: true })
    } finally {
      if (fd !== -1) closeSync(fd)
    }
  }
}
