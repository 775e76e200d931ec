/**
 * The engine alone, rows already decoded: what a row costs from the ingest queue through the operators that SQL planned. State stays in
 * memory; the sink keeps nothing.
 */
import type { ConnectorSpec } from '../../../src/engine-lite/contract/connector.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import type { Source, SourceContext } from '../../../src/engine-lite/contract/source.js'
import { TableEnvironment } from '../../../src/engine-lite/sql/table-environment.js'
import { measureJ, median } from '../gateway/payload.mjs'

const KEYS = 10_000
const ROUNDS = 60
const CHUNK_ROWS = 1_000
const RUNS = 5

/** Rows made anew for every run, as a decoder would, but before the clock starts. */
function makeChunks(): Row[][] {
  const chunks: Row[][] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let key = 0; key < KEYS; key += CHUNK_ROWS) {
      const row = (n: number): Row => [`dev-${key + n}`, 20 + ((key + n + round) % 40) / 4, 1_690_000_000_000 + round * 1_000]
      chunks.push(Array.from({ length: CHUNK_ROWS }, (_, n) => row(n)))
    }
  }
  return chunks
}

class PreparedSource implements Source {
  readonly #context: SourceContext
  readonly #chunks: readonly Row[][]
  #next = 0
  #paused = false
  #ended = false

  constructor(context: SourceContext, chunks: readonly Row[][]) {
    this.#context = context
    this.#chunks = chunks
  }

  start(): Promise<void> {
    this.#context.connected(true)
    this.#pump()
    return Promise.resolve()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#pump()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #pump(): void {
    while (!this.#paused && this.#next < this.#chunks.length) {
      const rows = this.#chunks[this.#next]!
      this.#next += 1
      this.#context.deliver({ rows, bytes: rows.length * 92 })
    }
    if (this.#next < this.#chunks.length || this.#ended) return
    this.#ended = true
    this.#context.end()
  }
}

async function run(query: string): Promise<{ nsPerRow: number; j: number }> {
  const chunks = makeChunks()
  const prepared: ConnectorSpec = {
    name: 'prepared',
    options: [],
    createSource: () => (context) => new PreparedSource(context, chunks),
  }
  const env = new TableEnvironment({ connectors: [prepared] })
  await env.executeSql(`CREATE TABLE readings (deviceId STRING, temperature DOUBLE, ts TIMESTAMP_LTZ(3),
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'prepared')`)
  await env.executeSql(`CREATE TABLE nowhere (k STRING, a DOUBLE, n BIGINT) WITH ('connector' = 'blackhole')`)
  const j = measureJ()
  const before = process.cpuUsage()
  const result = await env.executeSql(`INSERT INTO nowhere ${query}`)
  await result.finished
  const { user, system } = process.cpuUsage(before)
  return { nsPerRow: ((user + system) * 1_000) / (KEYS * ROUNDS), j }
}

const QUERIES = {
  'filter and projection': 'SELECT deviceId, temperature * 2, 1 FROM readings WHERE temperature > 0',
  'tumbling window, 10,000 keys': `SELECT deviceId, MAX(temperature), COUNT(*)
    FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY deviceId, window_start, window_end`,
  'hopping window of 60 s every 10 s, 10,000 keys': `SELECT deviceId, MAX(temperature), COUNT(*)
    FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '1' MINUTE)) GROUP BY deviceId, window_start, window_end`,
  'unbounded groups, 10,000 keys': 'SELECT deviceId, MAX(temperature), COUNT(*) FROM readings GROUP BY deviceId',
}

for (const [name, query] of Object.entries(QUERIES)) {
  await run(query)
  const runs: { nsPerRow: number; j: number }[] = []
  for (let n = 0; n < RUNS; n += 1) runs.push(await run(query))
  const all = runs.map(({ nsPerRow }) => nsPerRow)
  const inJ = median(runs.map(({ nsPerRow, j }) => nsPerRow / 1_000 / j))
  console.log(
    `${name}: ${median(all).toFixed(0)} ns per row [${Math.min(...all).toFixed(0)}..${Math.max(...all).toFixed(0)}], ${inJ.toFixed(2)} J`,
  )
}
