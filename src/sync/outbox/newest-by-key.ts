/**
 * The reader's rule: of all records of a key the one with the newest version counts, wherever it lies in the log. Readers that take the
 * last record of a key instead (compaction, Flink's upsert-kafka) come to the same result, since the order per key is kept.
 */
import type { Version } from '../../engine-lite/contract/sink.js'
import { compareVersions, parseVersion, VERSION_HEADER } from './record.js'

export interface KeyedRecord {
  readonly key: string | null
  /** null: the key was deleted. */
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

export interface NewestRecord extends KeyedRecord {
  readonly version: Version
}

/** By key; deleted ones are kept with a null value. Records without key or version are no business of this rule and left out. */
export function newestByKey(records: Iterable<KeyedRecord>): Map<string, NewestRecord> {
  const newest = new Map<string, NewestRecord>()
  for (const record of records) {
    const version = parseVersion(record.headers[VERSION_HEADER] ?? '')
    if (record.key === null || version === undefined) continue
    const held = newest.get(record.key)
    if (held === undefined || compareVersions(version, held.version) >= 0) newest.set(record.key, { ...record, version })
  }
  return newest
}
