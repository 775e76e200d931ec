/**
 * The history that crash states are checked against: after commit n, state, outbox and positions are a function of n alone.
 *
 * Commit n adds n to the sum of key n mod 13, puts one append row, one upsert row, and deletes the append row of commit n − 4; every
 * seventh key is freed again, so that slots move.
 */
import type { CommitFrame, OutboxRow, Recovered } from '../../../src/engine-lite/contract/storage.js'
import { FrameSealer } from '../../../src/engine-lite/state/frame-sealer.js'
import { createOperatorState, NO_SECTIONS } from '../../../src/engine-lite/state/operator-state.js'
import { restoreState } from '../../../src/engine-lite/state/restore.js'
import { SnapshotSchedule } from '../../../src/engine-lite/state/snapshots.js'

const KEYS = 13
const PENDING = 4
const SNAPSHOTS = { sliceBytesMax: 60, changelogBytesMin: 300 }
export const APPEND_LANE = 'kafka:append'
export const UPSERT_LANE = 'kafka:upsert'

const text = new TextEncoder()

/** State after commit n, by key. */
export function expectedSums(n: number): Map<string, number> {
  const sums = new Map<string, number>()
  for (let i = 1; i <= n; i++) {
    const key = `key-${i % KEYS}`
    sums.set(key, (sums.get(key) ?? 0) + i)
    if (i % 7 === 0) sums.delete(key)
  }
  return sums
}

/** Commits whose append row is pending after commit n. */
export function expectedPending(n: number): number[] {
  return Array.from({ length: Math.min(n, PENDING) }, (_, i) => Math.max(1, n - PENDING + 1) + i)
}

/** Value of the pending upsert row of every key after commit n. */
export function expectedUpserts(n: number): Map<string, string> {
  const newest = new Map<string, string>()
  for (let i = 1; i <= n; i++) newest.set(`u${i % 3}`, String(i))
  return newest
}

/** The program under test: goes on from what was recovered. */
export class Program {
  readonly #sealer: FrameSealer
  readonly #built
  readonly #keys
  readonly #sums
  readonly #epoch: number
  #n: number

  constructor(recovered: Recovered) {
    const restored = restoreState(recovered)
    this.#built = createOperatorState(restored.nodes.get('program') ?? NO_SECTIONS, { keysMax: 1000, emitKeysMax: 500 })
    this.#keys = this.#built.state.keys('keys')
    this.#sums = this.#built.state.slots('sums', [{ name: 'sum', storage: 'f64', initial: 0 }])
    this.#sealer = new FrameSealer(new SnapshotSchedule(SNAPSHOTS, restored.history))
    this.#n = recovered.lastId
    this.#epoch = recovered.epoch
    if ((restored.positions.get('input') ?? 0) !== recovered.lastId)
      throw new Error(`position ${restored.positions.get('input')} after commit ${recovered.lastId}`)
  }

  get sums(): Map<string, number> {
    const sums = new Map<string, number>()
    for (let slot = 0; slot < this.#keys.slotLimit; slot++) {
      if (this.#sums.has(slot)) sums.set(this.#keys.valuesOf(slot)[0] as string, this.#sums.columns[0]?.[slot] as number)
    }
    return sums
  }

  /** The next commit. Rows are deleted by their version, which is known: one epoch, sequences from the rows read. */
  next(pending: readonly OutboxRow[]): CommitFrame {
    const n = ++this.#n
    const key = `key-${n % KEYS}`
    const slot = this.#keys.slotOf(key, [key])
    if (!this.#sums.has(slot)) this.#sums.add(slot)
    const sums = this.#sums.columns[0] as Float64Array
    sums[slot] = (sums[slot] as number) + n
    this.#sums.touch(slot)
    if (n % 7 === 0) {
      this.#sums.remove(slot)
      this.#keys.free(slot)
    }
    const { body, keepFromId } = this.#sealer.seal({
      id: n,
      sealedAtMs: n,
      tables: this.#built.tables.map(([name, table]) => [`program/${name}`, table] as const),
      positions: new Map([['input', n]]),
      watermarks: new Map([['program', n]]),
      signatures: new Map([['program', `sum, epoch ${this.#epoch > 0}`]]),
    })
    const outbox = [
      { destination: APPEND_LANE, mode: 'append' as const, key: null, value: text.encode(String(n)), query: 'q', eventTimeMs: null },
      {
        destination: UPSERT_LANE,
        mode: 'upsert' as const,
        key: text.encode(`u${n % 3}`),
        value: text.encode(String(n)),
        query: 'q',
        eventTimeMs: n,
      },
    ]
    const outboxDeletes = pending.filter((row) => row.version.commitId <= n - PENDING)
    return { id: n, sealedAtMs: n, body, outbox, outboxDeletes, deadLetters: [], keepFromId }
  }

  /** The frame is durable. */
  committed(): void {
    for (const [, table] of this.#built.tables) table.committed?.()
  }
}
