/** Dead letters that operators write. */
import { printRow } from '../base/print-row.js'
import type { DeadLetter } from '../contract/operator.js'

export function nullRowtimeLetter(origin: string, row: readonly unknown[]): DeadLetter {
  return { reason: 'null-rowtime', text: 'the event time of the row is NULL', origin, sample: printRow(row) }
}

export function futureLetter(origin: string, row: readonly unknown[], rowtimeMs: number): DeadLetter {
  return {
    reason: 'future',
    text: `event time ${printTime(rowtimeMs)} is too far ahead of the time known here`,
    origin,
    sample: printRow(row),
  }
}

export function keyLimitLetter(origin: string, row: readonly unknown[], keysMax: number): DeadLetter {
  return { reason: 'key-limit', text: `the operator holds ${keysMax} keys, its limit`, origin, sample: printRow(row) }
}

function printTime(epochMs: number): string {
  const date = new Date(epochMs)
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString()
}
