/**
 * The proof of `demo --break`: what the devices were acknowledged against what arrived in the cloud file. Every acknowledged message must be
 * in exactly one window result, or set aside with its reason (late, malformed); nothing else may be in a result.
 */
import type { AckEntry } from '../../simulator/ack-journal.js'

/** A window result as it arrived: the newest version of its key. */
export interface DeviceWindow {
  readonly device: string
  readonly windowStartMs: number
  /** COUNT(*). */
  readonly messages: number
  /** COUNT(DISTINCT seq). */
  readonly readings: number
  /** SUM(seq): tells a window that lost one message and doubled another from a good one. */
  readonly seqSum: number
}

export interface ProofInput {
  readonly acknowledged: readonly AckEntry[]
  readonly arrived: readonly DeviceWindow[]
  /** Messages the gateway set aside, by reason. */
  readonly late: number
  readonly undecodable: number
  readonly windowMs: number
  /** Windows that end at or before this time are complete; later ones and their messages are left out. */
  readonly untilMs: number
}

export interface Proof {
  /** Acknowledged messages up to `untilMs`, repeated ones included. */
  readonly messages: number
  /** Distinct readings among them, by device and sequence number. */
  readonly readings: number
  readonly inWindows: number
  readonly late: number
  readonly malformed: number
  /** Acknowledged, and neither in a result nor set aside. */
  readonly lost: number
  /** In a result more often than acknowledged. */
  readonly duplicated: number
}

interface Tally {
  messages: number
  seqSum: number
  readonly seqs: Set<number>
}

export function prove(input: ProofInput): Proof {
  const { windowMs, untilMs } = input
  const complete = (windowStartMs: number): boolean => windowStartMs + windowMs <= untilMs
  const expected = new Map<string, Tally>()
  let malformed = 0
  for (const { device, seq, tsMs, form } of input.acknowledged) {
    const windowStartMs = Math.floor(tsMs / windowMs) * windowMs
    if (form === 'malformed') malformed++
    else if (complete(windowStartMs)) {
      const tally = tallyOf(expected, keyOf(device, windowStartMs))
      tally.messages++
      tally.seqSum += seq
      tally.seqs.add(seq)
    }
  }
  let missing = 0
  let inWindows = 0
  let duplicated = 0
  for (const window of input.arrived.filter(({ windowStartMs }) => complete(windowStartMs))) {
    const key = keyOf(window.device, window.windowStartMs)
    const tally = tallyOf(expected, key)
    const swapped = window.messages === tally.messages && window.seqSum !== tally.seqSum ? 1 : 0
    inWindows += window.messages
    missing += swapped + Math.max(0, tally.messages - window.messages)
    duplicated += Math.max(swapped, window.messages - tally.messages, window.readings - tally.seqs.size)
    expected.delete(key)
  }
  for (const { messages } of expected.values()) missing += messages
  const all = input.acknowledged.filter(({ tsMs, form }) => form === 'reading' && complete(Math.floor(tsMs / windowMs) * windowMs))
  return {
    messages: all.length + malformed,
    readings: new Set(all.map(({ device, seq }) => `${device} ${seq}`)).size,
    inWindows,
    late: input.late,
    malformed: input.undecodable,
    lost: Math.max(0, missing - input.late) + Math.max(0, malformed - input.undecodable),
    duplicated: duplicated + Math.max(0, input.late - missing) + Math.max(0, input.undecodable - malformed),
  }
}

const keyOf = (device: string, windowStartMs: number): string => `${device} ${windowStartMs}`

function tallyOf(expected: Map<string, Tally>, key: string): Tally {
  let tally = expected.get(key)
  if (!tally) {
    tally = { messages: 0, seqSum: 0, seqs: new Set() }
    expected.set(key, tally)
  }
  return tally
}
