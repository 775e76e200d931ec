/**
 * The proof of `demo --break`: what the devices were acknowledged against what arrived in the cloud file. Every acknowledged reading must be
 * in exactly one window result, once, or set aside with its reason (late, malformed); nothing else may be in a result.
 */
import type { AckEntry } from '../../simulator/ack-journal.js'

/** A window result as it arrived: the newest version of its key. */
export interface DeviceWindow {
  readonly device: string
  readonly windowStartMs: number
  /** COUNT(*). */
  readonly readings: number
  /** SUM(seq): tells a window that lost one reading and doubled another from a good one. */
  readonly seqSum: number
}

export interface ProofInput {
  /** One entry per acknowledged message: a reading sent in two messages is there twice. */
  readonly acknowledged: readonly AckEntry[]
  readonly arrived: readonly DeviceWindow[]
  /** Rows the gateway set aside, by reason. */
  readonly late: number
  readonly undecodable: number
  readonly windowMs: number
  /** Windows that end at or before this time are complete; later ones and their readings are left out. */
  readonly untilMs: number
}

export interface Proof {
  /** Acknowledged messages up to `untilMs`, repeated and malformed ones included. */
  readonly messages: number
  /** Distinct readings among them, by device and sequence number. */
  readonly readings: number
  readonly inWindows: number
  readonly late: number
  readonly malformed: number
  /** Acknowledged, and neither in a result nor set aside. */
  readonly lost: number
  /** In a result, or set aside, more often than acknowledged. */
  readonly duplicated: number
}

export function prove(input: ProofInput): Proof {
  const { windowMs, untilMs, late, undecodable } = input
  const startOf = (tsMs: number): number => Math.floor(tsMs / windowMs) * windowMs
  const isComplete = (windowStartMs: number): boolean => windowStartMs + windowMs <= untilMs
  const malformed = input.acknowledged.filter(({ form }) => form === 'malformed')
  const messages = input.acknowledged.filter(({ form, tsMs }) => form === 'reading' && isComplete(startOf(tsMs)))
  const expected = new Map<string, Set<number>>()
  for (const { device, seq, tsMs } of messages) seqsOf(expected, device, startOf(tsMs)).add(seq)
  const readings = sum(expected.values(), (seqs) => seqs.size)

  let missing = 0
  let doubled = 0
  let inWindows = 0
  for (const window of input.arrived.filter(({ windowStartMs }) => isComplete(windowStartMs))) {
    const seqs = seqsOf(expected, window.device, window.windowStartMs)
    const swapped = window.readings === seqs.size && window.seqSum !== sum(seqs, (seq) => seq) ? 1 : 0
    inWindows += window.readings
    missing += swapped + Math.max(0, seqs.size - window.readings)
    doubled += swapped + Math.max(0, window.readings - seqs.size)
    seqs.clear()
  }
  missing += sum(expected.values(), (seqs) => seqs.size)
  return {
    messages: messages.length + malformed.length,
    readings,
    inWindows,
    late,
    malformed: undecodable,
    lost: Math.max(0, missing - late) + Math.max(0, malformed.length - undecodable),
    duplicated: doubled + Math.max(0, late - missing) + Math.max(0, undecodable - malformed.length),
  }
}

function seqsOf(expected: Map<string, Set<number>>, device: string, windowStartMs: number): Set<number> {
  const key = `${device} ${windowStartMs}`
  const seqs = expected.get(key) ?? new Set<number>()
  expected.set(key, seqs)
  return seqs
}

function sum<T>(items: Iterable<T>, of: (item: T) => number): number {
  let total = 0
  for (const item of items) total += of(item)
  return total
}
