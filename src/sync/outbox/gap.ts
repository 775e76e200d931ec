/** Rows that were dropped are announced, in the dead letters here and by a record to the cloud: a gap must not look like silence. */
import type { DeadLetter } from '../../engine-lite/contract/operator.js'
import type { OutboxPut } from '../../engine-lite/contract/sink.js'

interface OpenGap {
  readonly sinceMs: number
  rows: number
  announcedRows: number
  announcedAtMs: number
}

/** A growing gap is announced again at most this often, monotonic ms. */
const ANNOUNCE_EVERY_MS = 60_000

/** What to put into the frame being filled. */
export interface GapNotice {
  readonly letter: DeadLetter
  /** null where no destination for gap records is set. */
  readonly put: OutboxPut | null
}

/**
 * One gap per destination, open from its first drop to the next acknowledgement. Its record is an upsert with the gap's beginning in the
 * key: while the link is down the growing count replaces the waiting record instead of adding to the queue.
 */
export class GapLedger {
  private readonly open = new Map<string, OpenGap>()

  constructor(
    private readonly gatewayId: string,
    private readonly destination: string | null,
  ) {}

  /** @returns a notice when the gap is new or has not been announced for a while */
  dropped(destination: string, rows: number, nowMs: number, monotonicMs: number): GapNotice | undefined {
    let gap = this.open.get(destination)
    if (gap === undefined) {
      gap = { sinceMs: nowMs, rows: 0, announcedRows: 0, announcedAtMs: Number.NEGATIVE_INFINITY }
      this.open.set(destination, gap)
    }
    gap.rows += rows
    if (monotonicMs - gap.announcedAtMs < ANNOUNCE_EVERY_MS) return undefined
    gap.announcedAtMs = monotonicMs
    return this.notice(destination, gap, nowMs)
  }

  /** The destination moves again. @returns the gap's last word, where it grew since it was announced */
  closed(destination: string, nowMs: number): GapNotice | undefined {
    const gap = this.open.get(destination)
    if (gap === undefined) return undefined
    this.open.delete(destination)
    return gap.rows === gap.announcedRows ? undefined : this.notice(destination, gap, nowMs)
  }

  private notice(destination: string, gap: OpenGap, nowMs: number): GapNotice {
    gap.announcedRows = gap.rows
    const value = {
      type: 'gap',
      gateway: this.gatewayId,
      destination,
      rows: gap.rows,
      since: new Date(gap.sinceMs).toISOString(),
      until: new Date(nowMs).toISOString(),
    }
    const letter: DeadLetter = {
      reason: 'overflow',
      text: `${gap.rows} rows for ${destination} were dropped since ${value.since}: the outbox is full`,
      origin: destination,
      sample: JSON.stringify(value),
    }
    if (this.destination === null) return { letter, put: null }
    const key = JSON.stringify({ gateway: this.gatewayId, destination, since: value.since })
    const put: OutboxPut = {
      destination: this.destination,
      mode: 'upsert',
      key: Buffer.from(key),
      value: Buffer.from(JSON.stringify(value)),
      query: 'millrace.gap',
      eventTimeMs: nowMs,
    }
    return { letter, put }
  }
}
