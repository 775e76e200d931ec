/** What to do when the outbox outgrows its place on disk. In bytes: rows differ in size by orders of magnitude. */
import type { OutboxStats } from '../../engine-lite/contract/storage.js'

/**
 * `drop-oldest`: the newest results stay. `drop-newest`: the record up to the outage stays whole. `block`: intake stops until there is
 * room; nothing is lost here, devices have to hold back.
 */
export type OnFull = 'drop-oldest' | 'drop-newest' | 'block'

export interface BudgetPolicy {
  /** Bytes of all destinations of the uplink together. */
  readonly bytesMax: number
  readonly onFull: OnFull
}

export interface DropOrder {
  readonly destination: string
  readonly bytes: number
  readonly which: 'oldest' | 'newest'
}

/** Blocked intake is released below this share of the budget. */
const RELEASE_SHARE = 0.9
/** Drops make at least this share of the budget free, so that they come in transactions worth their write. */
const SLACK_SHARE = 0.01

/**
 * What must go. Rows leave the destination with the oldest row, or the largest one when the newest go, one destination per call: the
 * next look decides anew.
 */
export function planDrop(stats: readonly OutboxStats[], policy: BudgetPolicy): DropOrder | undefined {
  const bytes = totalBytes(stats)
  if (policy.onFull === 'block' || bytes <= policy.bytesMax) return undefined
  const which = policy.onFull === 'drop-oldest' ? 'oldest' : 'newest'
  const candidates = stats.filter(({ rows }) => rows > 0)
  const [first, ...others] = candidates
  if (first === undefined) return undefined
  const chosen = others.reduce((best, next) => (comesFirst(next, best, which) ? next : best), first)
  const excess = bytes - policy.bytesMax + Math.floor(policy.bytesMax * SLACK_SHARE)
  return { destination: chosen.destination, bytes: Math.min(excess, chosen.bytes), which }
}

/** Whether intake has to stop, with hysteresis. */
export function isBlocked(stats: readonly OutboxStats[], policy: BudgetPolicy, blockedNow: boolean): boolean {
  if (policy.onFull !== 'block') return false
  const bytes = totalBytes(stats)
  return blockedNow ? bytes > policy.bytesMax * RELEASE_SHARE : bytes > policy.bytesMax
}

export function totalBytes(stats: readonly OutboxStats[]): number {
  return stats.reduce((sum, { bytes }) => sum + bytes, 0)
}

function comesFirst(a: OutboxStats, b: OutboxStats, which: 'oldest' | 'newest'): boolean {
  if (which === 'newest') return a.bytes > b.bytes
  return (a.oldestAtMs ?? Number.POSITIVE_INFINITY) < (b.oldestAtMs ?? Number.POSITIVE_INFINITY)
}
