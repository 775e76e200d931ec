/**
 * What the store does about a full disk. The log needs room outside the database file even for deletes; so the ballast is given up for
 * it, and from then on the file may use what deletes left free inside it, but not grow into that room, until the disk has more again.
 */
import { statfsSync } from 'node:fs'
import type { Database as Connection } from 'better-sqlite3'
import { Ballast } from './ballast.js'
import type { DataPaths } from './data-directory.js'

/** SQLite's own limit on the pages of a file. */
const PAGES_MAX = 4_294_967_294
/** Part of the ballast's size that must be free inside the file before rows may have the ballast: less would not help them. */
const FREE_FRACTION = 1 / 16

export class DiskSpace {
  readonly #database: Connection
  readonly #dir: string
  readonly #pageSize: number
  readonly #ballastBytes: number
  readonly #ballast: Ballast
  #growthLimited = false

  constructor(database: Connection, paths: DataPaths, pageSize: number, ballastBytes: number) {
    this.#database = database
    this.#dir = paths.dir
    this.#pageSize = pageSize
    this.#ballastBytes = ballastBytes
    this.#ballast = new Ballast(paths.ballast, ballastBytes)
    this.#ballast.ensure(this.#dir)
  }

  /** Gives the ballast up for a transaction that found no room. Returns whether that changed anything. */
  relieve(deletesOnly: boolean): boolean {
    if (!deletesOnly && this.#freeInFileBytes() < this.#ballastBytes * FREE_FRACTION) return false
    if (!this.#ballast.release()) return false
    this.#growthLimited = true
    this.#limitGrowth()
    return true
  }

  /** After commits: takes the ballast back, or at least lets the file grow, once there is room. */
  upkeep(): void {
    if (!this.#growthLimited) return
    this.#ballast.ensure(this.#dir)
    this.#growthLimited = !this.#ballast.present
    this.#limitGrowth()
  }

  #limitGrowth(): void {
    this.#database.pragma(`max_page_count = ${this.#growthLimited ? this.#pagesAllowed() : PAGES_MAX}`)
  }

  /** As many as there are, and what the disk has beyond the room of the ballast. */
  #pagesAllowed(): number {
    const { bavail, bsize } = statfsSync(this.#dir)
    const spareBytes = Math.max(0, bavail * bsize - this.#ballastBytes)
    return (this.#database.pragma('page_count', { simple: true }) as number) + Math.floor(spareBytes / this.#pageSize)
  }

  #freeInFileBytes(): number {
    return (this.#database.pragma('freelist_count', { simple: true }) as number) * this.#pageSize
  }
}
