/** Dead letters that operators write. */
import type { DeadLetter } from '../contract/operator.js'

/** A row as people read it in a dead letter, cut short. */
export function printRow(row: readonly unknown[]): string {
  const text = `[${row.map(printValue).join(', ')}]`
  return text.length <= SAMPLE_LENGTH_MAX ? text : `${text.slice(0, SAMPLE_LENGTH_MAX)}…`
}

const SAMPLE_LENGTH_MAX = 300

function printValue(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value}'`
  if (value instanceof Uint8Array) return `x'${Buffer.from(value.subarray(0, 32)).toString('hex')}'`
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${printValue(key)}=${printValue(item)}`).join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  return String(value)
}

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
