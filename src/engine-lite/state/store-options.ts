/** Settings of the storage of one data directory. Plain data: they cross to the storage worker. */
import type { Migration } from './sqlite-schema.js'
import type { StorageDeath, StorageFault } from './storage-faults.js'

export interface StoreOptions {
  /** Data directory; made if it is not there. */
  readonly dir: string
  /** Bytes of a page of a new file. */
  readonly pageSize?: number
  /** Bytes kept back for deletes on a full disk; 0: none. */
  readonly ballastBytes?: number
  /** Pages in the log that start a checkpoint; 4 MB by default. */
  readonly checkpointPages?: number
  readonly checkBytesMax?: number
  readonly deadLetterRowsMax?: number
  /** Old frames dropped per commit, at most. */
  readonly framesDroppedMax?: number
  readonly faults?: readonly StorageFault[]
  /** Where the process is to die: for tests of crashes. */
  readonly death?: StorageDeath
  /** Another schema history: for tests of upgrades. */
  readonly migrations?: readonly Migration[]
}

/**
 * Page size by measurement, in KB written per commit on ext4 (WAL, checkpoints, frames dropped, an outbox row every 20th commit):
 * 500 B frames 10.3 / 9.9 / 13.0, 4,000 B frames 16.8 / 20.1 / 27.4 at 1,024 / 2,048 / 4,096 bytes.
 */
export const STORE_DEFAULTS = {
  pageSize: 1024,
  ballastBytes: 16 * 1024 * 1024,
  checkpointPages: 4000,
  checkBytesMax: 16 * 1024 * 1024,
  deadLetterRowsMax: 1000,
  framesDroppedMax: 64,
} as const
