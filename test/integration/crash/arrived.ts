/** What was sent, by the reader's rule: the newest version of a key counts. */
import { keyOf, type WindowResult } from './expected.js'

export interface SentRecord {
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

function versionOf(record: SentRecord): number[] {
  return record.headers['millrace-version']!.split('.').map(Number)
}

function isNewer(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((part, i) => part !== b[i])
  return at >= 0 && a[at]! > b[at]!
}

export function windowsOf(records: readonly SentRecord[]): Map<string, WindowResult> {
  const newest = new Map<string | null, SentRecord>()
  for (const record of records) {
    const old = newest.get(record.key)
    if (old === undefined || isNewer(versionOf(record), versionOf(old))) newest.set(record.key, record)
  }
  const windows = new Map<string, WindowResult>()
  for (const { value } of newest.values()) {
    if (value === null) continue
    const row = JSON.parse(value) as Record<string, string | number>
    const window = {
      device: String(row.device),
      startMs: Date.parse(`${String(row.window_start).replace(' ', 'T')}Z`),
      n: Number(row.n),
      total: Number(row.total),
      low: Number(row.low),
      high: Number(row.high),
    }
    windows.set(keyOf(window), window)
  }
  return windows
}

/** A key, or an id, whose sends differ in content: a window that was counted twice, or from poorer state. */
export function conflictsOf(records: readonly SentRecord[]): string[] {
  const first = new Map<string, string | null>()
  const conflicts: string[] = []
  for (const { key, value, headers } of records) {
    for (const name of [`key ${key}`, `id ${headers['millrace-id']}`]) {
      const old = first.get(name)
      if (old === undefined) first.set(name, value)
      else if (old !== value) conflicts.push(`${name}: ${old} and ${value}`)
    }
  }
  return conflicts
}

/** Records beyond the first of the same id. */
export function repeatsOf(records: readonly SentRecord[]): number {
  return records.length - new Set(records.map(({ headers }) => headers['millrace-id'])).size
}
