/**
 * Rows of the outbox as records for the cloud. Three headers let a reader tell repeats from news:
 *
 * | header | content |
 * |---|---|
 * | `millrace-id` | hash of gateway, query, key and version: the same row sent again keeps it, an update gets a new one |
 * | `millrace-version` | `epoch.commitId.ordinal`, rising with every emission of this gateway |
 * | `millrace-query` | query and its version: an upgraded query does not silently overwrite |
 *
 * Never made from an outbox row number: after a restore from an old card image a counter repeats with other content.
 */
import { createHash } from 'node:crypto'
import type { Version } from '../../engine-lite/contract/sink.js'
import type { OutboxRow } from '../../engine-lite/contract/storage.js'
import type { UplinkRecord } from '../kafka/port.js'

export const ID_HEADER = 'millrace-id'
export const VERSION_HEADER = 'millrace-version'
export const QUERY_HEADER = 'millrace-query'

/** Hex digits of the idempotency id: 128 bits. */
const ID_DIGITS = 32

/** `send` (default): the record's timestamp is the time of sending, as retention wants it. `event`: the result's own time, if it has one. */
export type RecordTimestamp = 'send' | 'event'

export function toRecord(row: OutboxRow, gatewayId: string, timestamp: RecordTimestamp): UplinkRecord {
  return {
    key: row.key,
    value: row.value,
    headers: {
      [ID_HEADER]: idempotencyId(gatewayId, row),
      [VERSION_HEADER]: versionText(row.version),
      [QUERY_HEADER]: row.query,
    },
    timestampMs: timestamp === 'event' ? row.eventTimeMs : null,
  }
}

/** The same for every send of the row, another for every other row of this or any other gateway. */
export function idempotencyId(gatewayId: string, row: Pick<OutboxRow, 'query' | 'key' | 'version'>): string {
  const { epoch, commitId, ordinal } = row.version
  const hash = createHash('sha256')
  // Lengths first: no two different lists of parts read the same.
  hash.update(`${Buffer.byteLength(gatewayId)}:${gatewayId}${Buffer.byteLength(row.query)}:${row.query}${row.key?.length ?? 'none'}:`)
  if (row.key !== null) hash.update(row.key)
  return hash.update(`|${epoch}.${commitId}.${ordinal}`).digest('hex').slice(0, ID_DIGITS)
}

/** @example versionText({ epoch: 1, commitId: 42, ordinal: 7 }) // '1.42.7' */
export function versionText(version: Version): string {
  return `${version.epoch}.${version.commitId}.${version.ordinal}`
}

/** The reverse; undefined where the text is no version. */
export function parseVersion(text: string): Version | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(text)
  return match === null ? undefined : { epoch: Number(match[1]), commitId: Number(match[2]), ordinal: Number(match[3]) }
}

/** Negative, 0, positive: older, the same, newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || a.commitId - b.commitId || a.ordinal - b.ordinal
}
