/** One batch on its way: sent, halved where it is too large or holds a poisonous row, its rows checked off. */
import type { DeadLetter } from '../../engine-lite/contract/operator.js'
import type { OutboxRow } from '../../engine-lite/contract/storage.js'
import { UplinkFailure, type UplinkPort, type UplinkRecord } from '../kafka/port.js'
import type { UplinkMeter } from './meter.js'

export interface DeliveryParts {
  readonly port: UplinkPort
  readonly meter: UplinkMeter
  toRecord(row: OutboxRow): UplinkRecord
  /** These rows are stored up there: remove them. */
  acknowledged(rows: readonly OutboxRow[]): void
  /** This row will never be taken: set it aside with the letter. */
  refused(row: OutboxRow, letter: DeadLetter): void
}

/** Of one topic-partition, in order. */
export interface Group {
  readonly destination: string
  readonly topic: string
  readonly partition: number
  readonly rows: readonly OutboxRow[]
}

export interface DeliveryResult {
  /** What stopped it; undefined: every row left, one way or another. */
  readonly failure: UplinkFailure | undefined
  /** It had to be halved for its size. */
  readonly tooLarge: boolean
}

/**
 * Sends the rows in order. Halves go out first half first, so the order holds; a failure of another kind stops at once, and what was not
 * checked off by then is read again later, newest versions first-hand.
 */
export async function deliver(parts: DeliveryParts, group: Group): Promise<DeliveryResult> {
  const waiting: (readonly OutboxRow[])[] = [group.rows]
  let tooLarge = false
  for (let rows = waiting.pop(); rows !== undefined; rows = waiting.pop()) {
    const failure = await trySend(parts, group, rows)
    if (failure === undefined) {
      parts.acknowledged(rows)
      continue
    }
    parts.meter.failed(failure, rows.length)
    if (failure.class !== 'split' && failure.class !== 'dead-letter') return { failure, tooLarge }
    const [only] = rows
    if (rows.length === 1 && only !== undefined) {
      parts.refused(only, letterFor(group, only, failure))
      continue
    }
    tooLarge ||= failure.class === 'split'
    const middle = rows.length >> 1
    waiting.push(rows.slice(middle), rows.slice(0, middle))
  }
  return { failure: undefined, tooLarge }
}

async function trySend(parts: DeliveryParts, group: Group, rows: readonly OutboxRow[]): Promise<UplinkFailure | undefined> {
  parts.meter.sending()
  try {
    const { topic, partition } = group
    await parts.port.send({ topic, partition, records: rows.map((row) => parts.toRecord(row)) })
    return undefined
  } catch (thrown) {
    return asFailure(thrown)
  }
}

/** Ports reject with a verdict; anything else is a defect of theirs, and the rows are worth more than the report. */
export function asFailure(thrown: unknown): UplinkFailure {
  if (thrown instanceof UplinkFailure) return thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new UplinkFailure(text, { class: 'recycle', scope: 'link', kafkaCode: null, outcomeUnknown: true, cause: thrown })
}

function letterFor(group: Group, row: OutboxRow, failure: UplinkFailure): DeadLetter {
  const sample = row.value ?? row.key
  return {
    reason: failure.class === 'split' ? 'too-large' : 'uplink-refused',
    text: failure.message,
    origin: group.destination,
    pipeline: row.query,
    ...(sample === null ? {} : { sample }),
  }
}
