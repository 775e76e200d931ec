/** The reader's side of the file uplink. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type NewestRecord, newestByKey } from '../outbox/newest-by-key.js'
import { type FileRecord, parseLine } from './line.js'

/** All records of a file in order; a torn last line is left out. */
export async function readRecords(path: string): Promise<FileRecord[]> {
  const records: FileRecord[] = []
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
    const record = parseLine(line)
    if (record !== undefined) records.push(record)
  }
  return records
}

/**
 * The table a file stands for: by key the record with the newest version, deleted keys with a null value.
 *
 * @example
 * const table = await readNewestByKey('millrace-data/uplink/averages.jsonl')
 */
export async function readNewestByKey(path: string): Promise<Map<string, NewestRecord>> {
  const records = await readRecords(path)
  return newestByKey(
    records.map(({ key, keyBase64, value, valueBase64, headers }) => ({
      key: key ?? keyBase64 ?? null,
      value: value ?? valueBase64 ?? null,
      headers,
    })),
  )
}
