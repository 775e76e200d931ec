/** JSON bytes to rows: the scanner compiled for three of five fields, beside JSON.parse of the same bytes. */
import type { SourceColumn } from '../../../src/engine-lite/contract/source.js'
import { LENGTH_MAX, type LogicalType } from '../../../src/engine-lite/contract/type.js'
import { FORMATS } from '../../../src/engine-lite/format/registry.js'
import { measureJ, median, payloadText, reading } from '../gateway/payload.mjs'

const MESSAGES = 50_000
const RUNS = 9

const column = (name: string, type: LogicalType): SourceColumn => ({ name, type, used: true })
const decoder = FORMATS.get('json')!.decoder!(
  [
    column('deviceId', { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }),
    column('temperature', { kind: 'DOUBLE', nullable: true }),
    column('ts', { kind: 'BIGINT', nullable: true }),
  ],
  new Map(),
)

/** Messages one behind the other, as in a receive buffer; fresh bytes in every run. */
function buffer(): { bytes: Buffer; ends: number[] } {
  const texts = Array.from({ length: MESSAGES }, (_, n) => payloadText(reading(n % 10_000, Math.floor(n / 10_000))))
  const ends: number[] = []
  let at = 0
  for (const text of texts) {
    at += text.length
    ends.push(at)
  }
  return { bytes: Buffer.from(texts.join('')), ends }
}

const WAYS: Record<string, (bytes: Buffer, start: number, end: number) => number> = {
  'compiled scanner': (bytes, start, end) => {
    const rows: unknown[][] = []
    const error = decoder.decode(bytes, start, end, rows)
    if (error !== undefined) throw new Error(error.text)
    return rows[0]![1] as number
  },
  'JSON.parse': (bytes, start, end) => (JSON.parse(bytes.toString('latin1', start, end)) as { temperature: number }).temperature,
}

for (const [name, decode] of Object.entries(WAYS)) {
  const runs: number[] = []
  const sums = new Set<number>()
  const j = measureJ()
  for (let run = 0; run < RUNS; run += 1) {
    const { bytes, ends } = buffer()
    const started = process.hrtime.bigint()
    let sum = 0
    for (let n = 0; n < MESSAGES; n += 1) sum += decode(bytes, n === 0 ? 0 : ends[n - 1]!, ends[n]!)
    runs.push(Number(process.hrtime.bigint() - started) / MESSAGES)
    sums.add(sum)
  }
  if (sums.size !== 1) throw new Error('runs disagree')
  console.log(
    `${name}: ${median(runs).toFixed(0)} ns [${Math.min(...runs).toFixed(0)}..${Math.max(...runs).toFixed(0)}], ${(median(runs) / 1_000 / j).toFixed(2)} J`,
  )
}
