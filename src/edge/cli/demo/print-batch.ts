/** Shipped records as lines to watch: the results of lines and alarms in full, those of devices as a sum. */
import type { TopicPartitionBatch } from '../../../sync/kafka/port.js'
import { DEVICE_WINDOWS_TOPIC } from './cloud-results.js'
import { clockText } from './lines.js'

/** Columns that say nothing new in a terminal. */
const HIDDEN = new Set(['gateway', 'window_start', 'window_end'])

export function printBatch({ topic, records }: TopicPartitionBatch, nowMs: number): string[] {
  const rows = records.flatMap(({ value }) => (value ? [JSON.parse(Buffer.from(value).toString('utf8')) as Record<string, unknown>] : []))
  const at = clockText(nowMs)
  if (topic !== DEVICE_WINDOWS_TOPIC) return rows.map((row) => `  ${at}  ${topic.padEnd(15)} ${windowText(row)}  ${fields(row)}`)
  const readings = rows.reduce((sum, row) => sum + Number(row.readings), 0)
  return rows.length === 0 ? [] : [`  ${at}  ${topic.padEnd(15)} ${windowText(rows[0]!)}  ${rows.length} devices, ${readings} readings`]
}

/** Windows are UTC without a zone. */
function windowText({ window_start: start, window_end: end }: Record<string, unknown>): string {
  return `${clockText(Date.parse(`${start}Z`))}–${clockText(Date.parse(`${end}Z`))}`
}

function fields(row: Record<string, unknown>): string {
  return Object.entries(row)
    .filter(([name, value]) => !HIDDEN.has(name) && value !== null)
    .map(([name, value]) => `${name}=${value}`)
    .join('  ')
}
