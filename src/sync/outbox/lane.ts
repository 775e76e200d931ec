/**
 * How far one destination got. Rows are read in order of `seq` behind a cursor. Partitions that fail are held alone: their rows are
 * passed over, the place of the first is remembered, and when the hold ends the cursor goes back there. Within a partition nothing ever
 * overtakes, so the order per key is kept; and since the rows are read again, a newer version has replaced the old one by then.
 */
import type { Random } from '../../engine-lite/contract/clock.js'
import type { OutboxRow } from '../../engine-lite/contract/storage.js'
import { Backoff, type BackoffOptions } from '../link/backoff.js'

interface Hold {
  readonly backoff: Backoff
  untilMs: number
  /** Still counts after the hold ended, until something was acknowledged. */
  active: boolean
}

/** Sends in a row that must work before a batch that was cut for its size grows again. */
const GROW_AFTER_SENDS = 20

export class Lane {
  /** Rows up to this seq need not be read. */
  cursor = 0
  partitionCount = 0
  batchRows: number
  /** Why the whole destination waits, for the status. */
  heldBecause: string | null = null
  private stuckSeq: number | null = null
  private heldUntilMs = Number.NEGATIVE_INFINITY
  private readonly backoff: Backoff
  private readonly holds = new Map<number, Hold>()
  private goodSends = 0

  constructor(
    readonly destination: string,
    readonly topic: string,
    private readonly batchRowsMax: number,
    private readonly backoffOptions: BackoffOptions,
    private readonly random: Random,
  ) {
    this.batchRows = batchRowsMax
    this.backoff = new Backoff(backoffOptions, random)
  }

  /** Ends holds whose time has come. */
  release(nowMs: number): void {
    let ended = false
    for (const hold of this.holds.values()) {
      if (!hold.active || hold.untilMs > nowMs) continue
      hold.active = false
      ended = true
    }
    if (ended && this.stuckSeq !== null) {
      this.cursor = Math.min(this.cursor, this.stuckSeq - 1)
      this.stuckSeq = null
    }
  }

  /** Monotonic time at which the whole destination may be tried again. */
  get waitUntilMs(): number {
    return this.heldUntilMs
  }

  /** Earliest end of a partition's hold, or Infinity. */
  get nextReleaseMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const hold of this.holds.values()) if (hold.active) next = Math.min(next, hold.untilMs)
    return next
  }

  isPartitionHeld(partition: number): boolean {
    return this.holds.get(partition)?.active === true
  }

  holdPartition(partition: number, nowMs: number): void {
    let hold = this.holds.get(partition)
    if (hold === undefined) {
      hold = { backoff: new Backoff(this.backoffOptions, this.random), untilMs: 0, active: false }
      this.holds.set(partition, hold)
    }
    hold.untilMs = nowMs + hold.backoff.nextMs()
    hold.active = true
  }

  /** @param pauseMs set where the topic needs somebody to act */
  holdAll(nowMs: number, because: string, pauseMs?: number): void {
    this.heldUntilMs = nowMs + (pauseMs ?? this.backoff.nextMs())
    this.heldBecause = because
  }

  acknowledged(partition: number): void {
    this.heldBecause = null
    this.backoff.reset()
    this.holds.get(partition)?.backoff.reset()
    this.goodSends += 1
    if (this.goodSends < GROW_AFTER_SENDS || this.batchRows >= this.batchRowsMax) return
    this.goodSends = 0
    this.batchRows = Math.min(this.batchRowsMax, this.batchRows * 2)
  }

  /** A batch of so many rows was too large. */
  shrink(rows: number): void {
    this.goodSends = 0
    this.batchRows = Math.max(1, Math.min(this.batchRows, Math.ceil(rows / 2)))
  }

  /**
   * Notes how far a read came.
   *
   * @param rows as read, in order of seq, not empty
   * @param isDone whether a row has left or was sent
   * @param passHeld the rest belongs to held partitions and is passed over; else the next read starts at it
   */
  readUpTo(rows: readonly OutboxRow[], isDone: (row: OutboxRow) => boolean, passHeld: boolean): void {
    const open = rows.find((row) => !isDone(row))
    if (open === undefined) this.cursor = rows.at(-1)!.seq
    else if (!passHeld) this.cursor = open.seq - 1
    else {
      this.cursor = rows.at(-1)!.seq
      this.stuckSeq = Math.min(this.stuckSeq ?? open.seq, open.seq)
    }
  }

  /** Everything again: rows are left although all were sent, as after a reload of an older commit. */
  restart(): void {
    this.cursor = 0
    this.stuckSeq = null
  }
}
