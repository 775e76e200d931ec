/**
 * JSON bytes → row for payload P with 3 of its 5 fields, fresh bytes in one receive buffer, 10,000 device ids; and the general path beside it.
 * In J: the cost of JSON.parse of P in the same minute. Run: `node --expose-gc --import tsx test/bench/format/json-scanner.ts`.
 */
import type { Decoder } from '../../../src/engine-lite/contract/format.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import type { SourceColumn } from '../../../src/engine-lite/contract/source.js'
import { LENGTH_MAX } from '../../../src/engine-lite/contract/type.js'
import { createGeneralJsonDecoder, createJsonDecoder } from '../../../src/engine-lite/format/json/json-decoder.js'

const PAYLOADS = 50_000
const ROUNDS = 6
const RUNS = 7
const CHUNK = 500
const DEVICES = 10_000
const P = '{"deviceId":"dev-0042","ts":1690000000000,"temperature":21.53,"humidity":40.1,"status":"ok"}'

const options = { ignoreParseErrors: false, failOnMissingField: false, timestampStandard: 'SQL' } as const
const columns: readonly SourceColumn[] = [
  { name: 'deviceId', type: { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }, used: true },
  { name: 'ts', type: { kind: 'BIGINT', nullable: true }, used: true },
  { name: 'temperature', type: { kind: 'DOUBLE', nullable: true }, used: true },
  { name: 'humidity', type: { kind: 'DOUBLE', nullable: true }, used: false },
  { name: 'status', type: { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }, used: false },
]

interface Buffered {
  readonly bytes: Buffer
  readonly ends: Int32Array
  readonly sum: number
}

/** Payloads one after the other, as in a socket's chunk, and the sum an oracle finds. */
function payloads(round: number): Buffered {
  const ends = new Int32Array(PAYLOADS)
  const parts: Buffer[] = []
  let end = 0
  let sum = 0
  for (let i = 0; i < PAYLOADS; i++) {
    const hundredths = 2000 + ((i * 7 + round) % 997)
    const id = String((i * 31) % DEVICES).padStart(4, '0')
    const part = Buffer.from(
      `{"deviceId":"dev-${id}","ts":${1_690_000_000_000 + i},"temperature":${(hundredths / 100).toFixed(2)},"humidity":40.1,"status":"ok"}`,
    )
    parts.push(part)
    end += part.length
    ends[i] = end
    sum += hundredths
  }
  return { bytes: Buffer.concat(parts), ends, sum }
}

function run(decoder: Decoder, inputs: readonly Buffered[]): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  let hundredths = 0
  let rows: Row[] = []
  const start = process.cpuUsage()
  for (const { bytes, ends } of inputs) {
    let from = 0
    for (let i = 0; i < PAYLOADS; i++) {
      const error = decoder.decode(bytes, from, ends[i]!, rows)
      if (error !== undefined) throw new Error(error.text)
      from = ends[i]!
      if (rows.length === CHUNK) {
        for (let n = 0; n < CHUNK; n++) hundredths += Math.round((rows[n]![2] as number) * 100)
        rows = []
      }
    }
  }
  const { user, system } = process.cpuUsage(start)
  const expected = inputs.reduce((sum, input) => sum + input.sum, 0)
  if (hundredths !== expected) throw new Error(`sum is ${hundredths}, not ${expected}`)
  return ((user + system) * 1000) / (PAYLOADS * inputs.length)
}

function parseNs(): number {
  const times = 300_000
  const start = process.cpuUsage()
  let sum = 0
  for (let i = 0; i < times; i++) sum += (JSON.parse(P) as { ts: number }).ts
  const { user, system } = process.cpuUsage(start)
  if (sum !== times * 1_690_000_000_000) throw new Error('JSON.parse is wrong')
  return ((user + system) * 1000) / times
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

const fields = columns.map((column) => ({ name: column.name, type: column.type, read: column.used }))
const decoders = { scanner: createJsonDecoder(columns, options), 'general path': createGeneralJsonDecoder(fields, options) }
const inputs = Array.from({ length: ROUNDS }, (_, round) => payloads(round))
const parse = [parseNs()]
const found = new Map<string, number[]>()
for (let i = -1; i < RUNS; i++) {
  for (const [name, decoder] of Object.entries(decoders)) {
    const ns = run(decoder, inputs)
    if (i >= 0) found.set(name, [...(found.get(name) ?? []), ns])
  }
  parse.push(parseNs())
}
const j = median(parse)
for (const [name, all] of found) {
  const range = `[${Math.min(...all).toFixed(0)}..${Math.max(...all).toFixed(0)}]`
  console.log(`J = ${j.toFixed(0)} ns  ${name} = ${median(all).toFixed(0)} ns ${range} = ${(median(all) / j).toFixed(2)} J`)
}
