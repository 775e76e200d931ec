/** A gateway under measurement: its own folder, embedded broker, one pipeline of tumbling windows per device, results into a file. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, sleep, start, waitForPort } from './process.mjs'

const launcher = fileURLToPath(new URL('../../../bin/millrace.mjs', import.meta.url))

// Devices run apart by as much as their socket buffers hold: the delay of the watermark keeps all of them in time.
const TABLES = (qos) => `
CREATE TABLE readings (
  deviceId STRING, temperature DOUBLE, ts BIGINT,
  takenAt AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR takenAt AS takenAt - INTERVAL '10' MINUTE
) WITH ('connector' = 'mqtt', 'topic' = 'bench/{device}', 'qos' = '${qos}', 'format' = 'json');

CREATE TABLE averages (
  deviceId STRING, window_start TIMESTAMP(3), n BIGINT, total DOUBLE, low DOUBLE, high DOUBLE,
  PRIMARY KEY (deviceId, window_start) NOT ENFORCED
) WITH ('connector' = 'upsert-kafka', 'topic' = 'averages', 'properties.bootstrap.servers' = 'unused:9092', 'key.format' = 'json', 'value.format' = 'json');
`
const PIPELINE = `
INSERT INTO averages
SELECT deviceId, window_start, COUNT(*), SUM(temperature), MIN(temperature), MAX(temperature)
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(takenAt), INTERVAL '1' MINUTE))
GROUP BY deviceId, window_start, window_end;
`

export class BenchGateway {
  static async create(qos) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    const gateway = new BenchGateway(folder, await freePort(), await freePort())
    mkdirSync(join(folder, 'pipelines/bench'), { recursive: true })
    writeFileSync(join(folder, 'pipelines/bench/tables.gateway.sql'), TABLES(qos))
    writeFileSync(join(folder, 'pipelines/bench/pipeline.sql'), PIPELINE)
    writeFileSync(
      join(folder, 'gateway.yaml'),
      [
        'gateway: { id: bench }',
        `mqtt: { embedded: { listen: 127.0.0.1:${gateway.mqttPort}, maxConnections: 2000 } }`,
        'state: { dir: ./data }',
        'uplink: { file: ./cloud }',
        `http: { listen: 127.0.0.1:${gateway.httpPort} }`,
        'pipelines: ./pipelines',
        'log: { level: warn }',
        '',
      ].join('\n'),
    )
    return gateway
  }

  constructor(folder, mqttPort, httpPort) {
    this.folder = folder
    this.mqttPort = mqttPort
    this.httpPort = httpPort
  }

  /** @returns milliseconds from the start of the process until devices can connect */
  async start() {
    const started = performance.now()
    this.process = start(process.execPath, [launcher, 'run', '--config', join(this.folder, 'gateway.yaml')])
    try {
      await waitForPort(this.mqttPort, this.process.child)
    } catch (error) {
      throw new Error(`${error.message}\n${this.process.output.join('')}`)
    }
    return performance.now() - started
  }

  get pid() {
    return this.process.child.pid
  }

  async status() {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/api/status`)
    return response.json()
  }

  /** Waits until the ledger says that so many rows came in. */
  async admitted(rows, limitMs = 120_000) {
    await this.#until((status) => status.ledger.in >= rows, `${rows} rows in the ledger`, limitMs)
  }

  /** Waits until nothing waits for the uplink. */
  async drained(limitMs = 120_000) {
    await this.#until((status) => status.uplink.queueRows === 0 && status.uplink.sentRows > 0, 'an empty outbox', limitMs)
  }

  async #until(condition, what, limitMs) {
    const started = performance.now()
    for (;;) {
      const status = await this.status()
      if (condition(status)) return status
      if (performance.now() - started > limitMs) throw new Error(`no ${what} after ${limitMs} ms: ${JSON.stringify(status)}`)
      await sleep(50)
    }
  }

  /** Newest result of every key in the uplink's file. */
  results() {
    const path = join(this.folder, 'cloud')
    const files = existsSync(path) ? (readdirSafe(path) ?? [path]) : []
    const newest = new Map()
    for (const file of files) {
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        if (line === '') continue
        const record = JSON.parse(line)
        // Records of a key come in the order of their versions.
        if (record.value !== null) newest.set(record.key, JSON.parse(record.value))
      }
    }
    return [...newest.values()]
  }

  async kill(signal) {
    this.process.child.kill(signal)
    return this.process.ended
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function readdirSafe(path) {
  try {
    return readdirSync(path).map((name) => join(path, name))
  } catch {
    return undefined
  }
}
