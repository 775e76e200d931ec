/** What the cloud must hold, computed from what the devices were acknowledged; and the comparison with what arrived. */
import type { Reading } from './workload.js'

export interface WindowResult {
  readonly device: string
  readonly startMs: number
  readonly n: number
  readonly total: number
  readonly low: number
  readonly high: number
}

export const keyOf = (result: { device: string; startMs: number }): string => `${result.device} ${result.startMs}`

export function expectedWindows(readings: readonly Reading[], sizeMs: number): Map<string, WindowResult> {
  const windows = new Map<string, WindowResult>()
  for (const { device, ts, v } of readings) {
    const startMs = ts - (ts % sizeMs)
    const key = keyOf({ device, startMs })
    const old = windows.get(key)
    windows.set(key, {
      device,
      startMs,
      n: (old?.n ?? 0) + 1,
      total: (old?.total ?? 0) + v,
      low: Math.min(old?.low ?? v, v),
      high: Math.max(old?.high ?? v, v),
    })
  }
  return windows
}

/** Differences as sentences; empty when everything is equal. */
export function compare(expected: ReadonlyMap<string, WindowResult>, arrived: ReadonlyMap<string, WindowResult>): string[] {
  const differences: string[] = []
  for (const [key, want] of expected) {
    const got = arrived.get(key)
    if (got === undefined) differences.push(`${key}: missing, ${want.n} readings lost`)
    else if (JSON.stringify(got) !== JSON.stringify(want))
      differences.push(`${key}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`)
  }
  for (const key of arrived.keys()) if (!expected.has(key)) differences.push(`${key}: nobody sent it`)
  return differences
}
