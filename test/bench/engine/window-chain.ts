/**
 * Decoded rows → watermark → filter → projection → 10,000-key tumbling window, through the engine's own loop and links. CPU per record,
 * in J: the cost of JSON.parse of payload P in the same minute. Run: `node --expose-gc --import tsx test/bench/engine/window-chain.ts`.
 */
import type { AggregateProgram } from '../../../src/engine-lite/contract/aggregate.js'
import type { GraphNode, StreamGraph } from '../../../src/engine-lite/contract/graph.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import { nullMetrics } from '../../../src/engine-lite/metrics/registry.js'
import { calc, type RowFunction } from '../../../src/engine-lite/operator/calc.js'
import { watermarkAssigner } from '../../../src/engine-lite/operator/watermark-assigner.js'
import { Engine } from '../../../src/engine-lite/runtime/engine.js'
import { nullStorage } from '../../../src/engine-lite/runtime/null-storage.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'
import { windowAggregate } from '../../../src/engine-lite/window/window-aggregate.js'

const RECORDS = 2_000_000
const DEVICES = 10_000
const ROUND = 100_000
const WINDOW_MS = 60_000
const START_MS = 1_690_000_000_000
const CHUNK = 500
const RUNS = 7
const P = '{"deviceId":"dev-0042","ts":1690000000000,"temperature":21.53,"humidity":40.1,"status":"ok"}'

/** As the SQL compiler writes it: COUNT(*), SUM, MIN, MAX. */
const statistics = new Function(`return {
  layout: [{ name: 'c', storage: 'f64', initial: 0 }, { name: 's', storage: 'f64', initial: 0 },
    { name: 'lo', storage: 'f64', initial: Infinity }, { name: 'hi', storage: 'f64', initial: -Infinity }],
  arity: 4, source: '',
  add(columns, slot, row) {
    const v = row[2], c = columns[0], s = columns[1], lo = columns[2], hi = columns[3]
    c[slot] += 1; s[slot] += v
    if (v < lo[slot]) lo[slot] = v
    if (v > hi[slot]) hi[slot] = v
  },
  result(columns, slot, into, at) {
    into[at] = columns[0][slot]; into[at + 1] = columns[1][slot]; into[at + 2] = columns[2][slot]; into[at + 3] = columns[3][slot]
  },
}`)() as AggregateProgram
const filter = new Function('row', 'return row[2] > -100 ? row : null') as RowFunction
const project = new Function('row', 'return [row[0], row[1], row[2] * 1.8 + 32]') as RowFunction
const watermarkOf = new Function('row', 'return row[1] - 5000') as (row: readonly unknown[]) => number

const devices = Array.from({ length: DEVICES }, (_, i) => `device-${i}`)

/** Rows as a decoder hands them over: fresh arrays, device names shared. Ten of each device per window, somewhat out of order. */
function chunk(from: number): Row[] {
  const rows: Row[] = []
  for (let i = from; i < from + CHUNK; i++) {
    rows.push([devices[(i * 7919) % DEVICES], START_MS + Math.floor((i * WINDOW_MS) / ROUND) - (i % 7) * 500, (i % 400) / 10, 'ok'])
  }
  return rows
}

/** @param full without it the rows go from the source to the sink at once: what feeding them costs */
function graph(full: boolean, results: { rows: number; counted: number }): StreamGraph {
  const nodes: GraphNode[] = [
    {
      kind: 'source',
      id: 'source',
      name: 'source',
      table: 'source',
      create: (context) => ({
        async start() {
          let from = 0
          const next = () => {
            const rows = chunk(from)
            from += CHUNK
            context.deliver({ rows, bytes: rows.length * P.length, applied: from < RECORDS ? next : () => context.end() })
          }
          next()
        },
        pause() {},
        resume() {},
        async close() {},
      }),
    },
    {
      kind: 'operator',
      id: 'watermark',
      name: 'watermark',
      inputs: [{ from: 'source' }],
      signature: '',
      create: watermarkAssigner({ rowtime: 1, watermarkOf }),
    },
    { kind: 'operator', id: 'filter', name: 'filter', inputs: [{ from: 'watermark' }], signature: '', create: calc(filter) },
    { kind: 'operator', id: 'project', name: 'project', inputs: [{ from: 'filter' }], signature: '', create: calc(project) },
    {
      kind: 'operator',
      id: 'window',
      name: 'window',
      inputs: [{ from: 'project' }],
      signature: '',
      create: windowAggregate({
        keys: { arity: 1, keyOf: (row) => row[0] as string, valuesOf: (row) => [row[0]] },
        rowtime: 1,
        window: { kind: 'tumble', sizeMs: WINDOW_MS, offsetMs: 0 },
        program: statistics,
        windowColumns: ['start', 'end'],
      }),
    },
    {
      kind: 'sink',
      id: 'sink',
      name: 'sink',
      table: 'sink',
      inputs: [{ from: full ? 'window' : 'source' }],
      create: () => ({
        write(row) {
          results.rows++
          results.counted += full ? (row[3] as number) : 1
        },
        async close() {},
      }),
    },
  ]
  return { pipeline: 'bench', nodes: full ? nodes : nodes.filter(({ kind }) => kind !== 'operator') }
}

function parseNs(): number {
  const runs = 400_000
  const start = process.cpuUsage()
  let sum = 0
  for (let i = 0; i < runs; i++) sum += (JSON.parse(P) as { ts: number }).ts % 7
  const { user, system } = process.cpuUsage(start)
  if (sum < 0) throw new Error('unreachable')
  return ((user + system) * 1_000) / runs
}

async function run(full: boolean): Promise<number> {
  const results = { rows: 0, counted: 0 }
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  const engine = new Engine({
    storage: nullStorage(),
    clock: systemClock(),
    metrics: nullMetrics(),
    log: quiet,
    onFatal: (error) => {
      throw error
    },
  })
  await engine.deploy(graph(full, results))
  ;(globalThis as { gc?: () => void }).gc?.()
  const start = process.cpuUsage()
  await engine.start()
  await engine.finished
  const { user, system } = process.cpuUsage(start)
  await engine.stop()
  if (results.counted !== RECORDS) throw new Error(`counted ${results.counted} of ${RECORDS} records`)
  return ((user + system) * 1_000) / RECORDS
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number
}

const parse: number[] = []
const feed: number[] = []
const chain: number[] = []
await run(true)
for (let i = 0; i < RUNS; i++) {
  parse.push(parseNs())
  feed.push(await run(false))
  chain.push(await run(true))
}
const j = median(parse)
const net = median(chain) - median(feed)
const range = (values: readonly number[]) => `[${Math.min(...values).toFixed(0)}..${Math.max(...values).toFixed(0)}]`
console.log(`J ${j.toFixed(0)} ns ${range(parse)}`)
console.log(`making rows, queue, loop, source → sink ${median(feed).toFixed(0)} ns ${range(feed)}`)
console.log(
  `with watermark, filter, projection, window ${median(chain).toFixed(0)} ns ${range(chain)} = ${(median(chain) / j).toFixed(2)} J`,
)
console.log(`the operators alone ${net.toFixed(0)} ns = ${(net / j).toFixed(2)} J`)
