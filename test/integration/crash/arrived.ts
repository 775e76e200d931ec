/** What arrived in the stand-in uplink, read without the product's own code, by the reader's rule: the newest version of a key counts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyOf, type WindowResult } from './expected.js'

interface Line {
  readonly key: string
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** Complete lines only: the last one may still be on its way. */
function lines(uplinkDir: string): Line[] {
  const file = join(uplinkDir, 'results.jsonl')
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return whole.filter((line) => line !== '').map((line) => JSON.parse(line) as Line)
}

function versionOf(line: Line): number[] {
  return line.headers['millrace-version']!.split('.').map(Number)
}

function isNewer(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((part, i) => part !== b[i])
  return at >= 0 && a[at]! > b[at]!
}

export function arrivedWindows(uplinkDir: string): Map<string, WindowResult> {
  const newest = new Map<string, Line>()
  for (const line of lines(uplinkDir)) {
    const old = newest.get(line.key)
    if (old === undefined || isNewer(versionOf(line), versionOf(old))) newest.set(line.key, line)
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

/** A key whose sends differ in content: a window that was counted twice, or from poorer state. */
export function conflictingVersions(uplinkDir: string): string[] {
  const first = new Map<string, string | null>()
  const conflicts: string[] = []
  for (const { key, value } of lines(uplinkDir)) {
    const old = first.get(key)
    if (old === undefined) first.set(key, value)
    else if (old !== value) conflicts.push(`${key}: ${old} and ${value}`)
  }
  return conflicts
}
