/** What goes wrong with readings, as it does in the field. One draw per reading decides, so that a seed gives the same faults again. */
import type { Random } from '../../engine-lite/contract/clock.js'
import type { Reading } from './device.js'

export type Fault =
  | 'none'
  /** Held back for up to a second: out of order, but within the watermark's delay. */
  | 'delayed'
  /** Half a minute old when it arrives: its window has closed. */
  | 'late'
  /** The same MQTT packet twice. */
  | 'repeated-packet'
  /** The same reading in a second message. */
  | 'repeated-message'
  /** No row can be made of it. */
  | 'malformed'

/** Shares of readings. */
const SHARES: readonly (readonly [Fault, number])[] = [
  ['delayed', 0.05],
  ['late', 0.01],
  ['repeated-packet', 0.02],
  ['repeated-message', 0.02],
  ['malformed', 0.01],
]

export const DELAY_MS_MAX = 1_000
export const LATE_BY_MS = 30_000

export function drawFault(random: Random): Fault {
  let left = random()
  for (const [fault, share] of SHARES) {
    left -= share
    if (left < 0) return fault
  }
  return 'none'
}

export function encodeReading({ seq, tsMs, values }: Reading, kind: string): Uint8Array {
  return Buffer.from(JSON.stringify({ seq, ts: new Date(tsMs).toISOString(), kind, ...values }))
}

/** Payloads no JSON table can take: cut off, of another type, not text at all. The sequence number keeps each one distinct. */
export function encodeMalformed(reading: Reading, random: Random): Uint8Array {
  const { seq } = reading
  const forms = [
    `{"seq":${seq},"ts":"2026-01-01T00:0`,
    `{"seq":${seq},"ts":"yesterday"}`,
    `seq=${seq};temp=21.5`,
    `\u0000\u0001\u0002${seq}`,
  ]
  return Buffer.from(forms[Math.floor(random() * forms.length)]!)
}
