/** `millrace run` as a process with a configuration of its own in a temporary folder, and devices that talk to it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StatusReport } from '../../../src/edge/http/status-report.js'
import { MqttPublisher } from '../../../src/edge/simulator/mqtt-publisher.js'
import { seededRandom } from '../../../src/engine-lite/base/prng.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'
import { BIN } from '../cli/millrace.js'

const WINDOWS_SQL = `
CREATE TABLE readings (
  device STRING METADATA FROM 'topic.device' VIRTUAL, n INT NOT NULL, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts
) WITH ('connector' = 'mqtt', 'topic' = 'r/{device}', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601');
CREATE TABLE sums (device STRING, window_start TIMESTAMP(3), n BIGINT, s BIGINT, PRIMARY KEY (device, window_start) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'sums', 'properties.bootstrap.servers' = 'x:9092', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO sums SELECT device, window_start, COUNT(*), SUM(n)
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY device, window_start, window_end;
`

export interface Ended {
  readonly code: number | null
  readonly log: string
}

export class TestGateway {
  readonly dir = mkdtempSync(join(tmpdir(), 'millrace-gateway-'))
  readonly mqttPort: number
  readonly httpPort: number
  log = ''
  #child: ChildProcess | undefined
  #ended: Promise<Ended> | undefined
  readonly #publishers: MqttPublisher[] = []

  private constructor(mqttPort: number, httpPort: number) {
    this.mqttPort = mqttPort
    this.httpPort = httpPort
    this.write('pipelines/windows/pipeline.sql', WINDOWS_SQL)
    this.configure('')
  }

  static async create(): Promise<TestGateway> {
    return new TestGateway(await freePort(), await freePort())
  }

  /** @param more further lines of the configuration; `uplink`, `http` or `mqtt` in them replace the ordinary ones */
  configure(more: string): void {
    const ordinary = [
      'gateway: { id: test-gw }',
      `mqtt: { embedded: { listen: 127.0.0.1:${this.mqttPort} } }`,
      'state: { dir: data, commit: { mode: latency } }',
      'uplink: { file: cloud }',
      `http: { listen: 127.0.0.1:${this.httpPort} }`,
    ]
    const kept = ordinary.filter((line) => !new RegExp(`^${line.split(':')[0]}:`, 'm').test(more))
    this.write('gateway.yaml', `${[...kept, more].join('\n')}\n`)
  }

  get config(): string {
    return join(this.dir, 'gateway.yaml')
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(join(this.dir, path, '..'), { recursive: true })
    writeFileSync(join(this.dir, path), text)
  }

  spawn(env: NodeJS.ProcessEnv = {}): void {
    const child = spawn(process.execPath, [BIN, 'run', '--config', this.config], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const collect = (text: string): void => {
      this.log += text
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    this.#child = child
    this.#ended = new Promise((resolve) => child.once('close', (code) => resolve({ code, log: this.log })))
  }

  /** Starts it and waits until it is ready. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    this.spawn(env)
    await this.until(async () => (await this.report()).gateway.pid === this.#child?.pid)
  }

  get pid(): number {
    return this.#child!.pid!
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    return await this.#ended!
  }

  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.#child?.kill(signal)
    return await this.ended()
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`http://127.0.0.1:${this.httpPort}${path}`, { headers })
  }

  async report(headers: Record<string, string> = {}): Promise<StatusReport> {
    const reply = await this.get('/api/status', headers)
    if (!reply.ok) throw new Error(`HTTP ${reply.status}`)
    return (await reply.json()) as StatusReport
  }

  async until(holds: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + 20_000
    while (!(await holds().catch(() => false))) {
      if (this.#child?.exitCode !== null) throw new Error(`the gateway ended with ${this.#child?.exitCode}:\n${this.log}`)
      if (performance.now() > endMs) throw new Error(`it did not come to this: ${holds}\n${this.log}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  device(name: string): TestDevice {
    const device = new TestDevice(name, this.mqttPort)
    this.#publishers.push(device.publisher)
    return device
  }

  /** Newest value per key of the topic `sums`, `device@start of the window in s` → [n, s]. */
  results(): Record<string, [number, number]> {
    const path = join(this.dir, 'cloud/sums.jsonl')
    if (!existsSync(path)) return {}
    const rows = readFileSync(path, 'utf8').split('\n').filter(Boolean)
    return Object.fromEntries(
      rows.map((line) => {
        const row = JSON.parse(JSON.parse(line).value)
        return [`${row.device}@${Date.parse(`${row.window_start}Z`) / 1_000}`, [row.n, row.s]]
      }),
    )
  }

  async clear(): Promise<void> {
    for (const publisher of this.#publishers) publisher.close()
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL')
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Publishes at QoS 1 and knows what was acknowledged. */
export class TestDevice {
  readonly publisher: MqttPublisher
  readonly #topic: string
  acknowledged = 0
  #published = 0

  constructor(name: string, port: number) {
    this.#topic = `r/${name}`
    this.publisher = new MqttPublisher({
      host: '127.0.0.1',
      port,
      clientId: name,
      clock: systemClock(),
      random: seededRandom(1),
      onAcknowledged: () => {
        this.acknowledged++
      },
    })
  }

  /** A reading at a second of event time. */
  reading(atS: number, n: number): void {
    this.send(JSON.stringify({ ts: new Date(atS * 1_000).toISOString(), n }))
  }

  send(payload: string | Uint8Array): void {
    this.#published++
    this.publisher.publish({ topic: this.#topic, payload: Buffer.from(payload), tag: null })
  }

  /** Resolves when everything published is acknowledged. */
  async settled(): Promise<void> {
    const endMs = performance.now() + 15_000
    while (this.acknowledged < this.#published) {
      if (performance.now() > endMs) throw new Error(`${this.acknowledged} of ${this.#published} acknowledged`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
