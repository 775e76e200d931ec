/**
 * The embedded door alone: 10 connections in bulk, payload P decoded into rows, nothing behind; with QoS 1 each delivery is "committed" 20 ms
 * later. CPU of this process per record, in µs and in J; the driver is a process of its own. Counts and sums are checked.
 * Run: `node --expose-gc --import tsx test/bench/mqtt/bulk-door.ts`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createBrokerDoor } from '../../../src/edge/mqtt/broker-door.js'
import { createMqttConnector } from '../../../src/edge/mqtt/connector.js'
import { MqttDoors } from '../../../src/edge/mqtt/doors.js'
import type { ConnectorEnvironment, TableDefinition } from '../../../src/engine-lite/contract/connector.js'
import type { Delivery } from '../../../src/engine-lite/contract/source.js'
import { LENGTH_MAX } from '../../../src/engine-lite/contract/type.js'
import { FORMATS } from '../../../src/engine-lite/format/registry.js'
import { nullMetrics } from '../../../src/engine-lite/metrics/registry.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'

const CONNECTIONS = 10
const PER_CONNECTION = 60_000
const RECORDS = CONNECTIONS * PER_CONNECTION
const IN_FLIGHT = 5000
const RUNS = 5
const COMMIT_MS = 20
const P = '{"deviceId":"dev-0042","ts":1690000000000,"temperature":21.53,"humidity":40.1,"status":"ok"}'

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

function packet(first: number, body: Buffer): Buffer {
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

function publish(connection: number, n: number, qos: number): Buffer {
  const topic = Buffer.from(`plant/line${connection}/telemetry`)
  const id = String((n * 31) % 10_000).padStart(4, '0')
  const payload = Buffer.from(
    `{"deviceId":"dev-${id}","ts":${1_690_000_000_000 + n},"temperature":${20 + (n % 10)}.25,"humidity":40.1,"status":"ok"}`,
  )
  const packetId = qos === 0 ? [] : [uint16((n % 65_535) + 1)]
  return packet(0x30 | (qos << 1), Buffer.concat([uint16(topic.length), topic, ...packetId, payload]))
}

/** The devices: each sends in writes of about 60 KB, with QoS 1 at most so many unacknowledged. */
async function drive(port: number, qos: number): Promise<void> {
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, connection) => {
      const socket = connect({ host: '127.0.0.1', port })
      await once(socket, 'connect')
      const clientId = Buffer.from(`bulk-${connection}`)
      const head = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60])
      socket.write(packet(0x10, Buffer.concat([head, uint16(clientId.length), clientId])))
      await once(socket, 'data')
      let acknowledged = 0
      let wake = () => {}
      socket.on('data', (chunk) => {
        acknowledged += chunk.length / 4
        wake()
      })
      for (let n = 0; n < PER_CONNECTION; ) {
        const batch: Buffer[] = []
        for (let bytes = 0; bytes < 60_000 && n < PER_CONNECTION; n++) {
          const next = publish(connection, n, qos)
          bytes += next.length
          batch.push(next)
        }
        if (!socket.write(Buffer.concat(batch))) await once(socket, 'drain')
        while (qos === 1 && n - acknowledged > IN_FLIGHT) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
      while (qos === 1 && acknowledged < PER_CONNECTION) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      socket.end()
      await once(socket, 'close')
    }),
  )
}

function parseUs(): number {
  const start = process.cpuUsage()
  let sum = 0
  for (let i = 0; i < 300_000; i++) sum += (JSON.parse(P) as { ts: number }).ts
  const { user, system } = process.cpuUsage(start)
  if (sum === 0) throw new Error('JSON.parse is wrong')
  return (user + system) / 300_000
}

const clock = systemClock()
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const text = { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true } as const
const definition: TableDefinition = {
  path: 'default_catalog.default_database.telemetry',
  name: 'telemetry',
  columns: [
    { name: 'deviceId', type: text, used: true },
    { name: 'ts', type: { kind: 'BIGINT', nullable: true }, used: true },
    { name: 'temperature', type: { kind: 'DOUBLE', nullable: true }, used: true },
  ],
  primaryKey: [],
  partitionedBy: [],
  options: new Map([
    ['connector', 'mqtt'],
    ['topic', 'plant/{line}/telemetry'],
    ['format', 'json'],
  ]),
}
const environment: ConnectorEnvironment = { formats: FORMATS, gatewayId: 'bench', pipeline: 'bench', timeZone: 'UTC' }

async function run(qos: number): Promise<{ us: number; perSecond: number }> {
  const door = createBrokerDoor({ port: 0, clock, log: quiet })
  const doors = new MqttDoors()
  doors.add('embedded', door)
  let rows = 0
  let sum = 0
  const waiting: Delivery[] = []
  const source = createMqttConnector(doors).createSource!(
    definition,
    environment,
  )({
    id: 'bench',
    from: undefined,
    deliver(delivery) {
      rows += delivery.rows.length
      for (const row of delivery.rows) sum += row[2] as number
      if (delivery.committed === undefined || waiting.push(delivery) > 1) return
      clock.schedule(COMMIT_MS, () => {
        for (const each of waiting.splice(0)) each.committed!()
      })
    },
    end() {},
    connected() {},
    state() {},
    fail(error) {
      throw error
    },
    clock,
    metrics: nullMetrics(),
    log: quiet,
  })
  await source.start()
  const { port } = await door.start()
  const driver = fork(fileURLToPath(import.meta.url), ['drive', String(port), String(qos)], { execArgv: process.execArgv })
  ;(globalThis as { gc?: () => void }).gc?.()
  const [startCpu, startMs] = [process.cpuUsage(), clock.monotonicMs()]
  const [code] = (await once(driver, 'exit')) as [number]
  const { user, system } = process.cpuUsage(startCpu)
  const elapsedMs = clock.monotonicMs() - startMs
  while (door.status().connections > 0) await new Promise<void>((resolve) => clock.soon(resolve))
  await source.close()
  await door.stop()
  const expected = CONNECTIONS * ((PER_CONNECTION / 10) * (10 * 20.25 + 45))
  if (code !== 0 || rows !== RECORDS || sum !== expected)
    throw new Error(`${rows} of ${RECORDS} rows, sum ${sum} of ${expected}, driver ${code}`)
  return { us: (user + system) / RECORDS, perSecond: (RECORDS * 1000) / elapsedMs }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

if (process.argv[2] === 'drive') await drive(Number(process.argv[3]), Number(process.argv[4]))
else {
  for (const qos of [0, 1]) {
    await run(qos)
    const parse: number[] = []
    const found: { us: number; perSecond: number }[] = []
    for (let i = 0; i < RUNS; i++) {
      parse.push(parseUs())
      found.push(await run(qos))
    }
    const us = found.map((each) => each.us)
    const j = median(parse)
    const range = `[${Math.min(...us).toFixed(2)}..${Math.max(...us).toFixed(2)}]`
    const rate = median(found.map((each) => each.perSecond)).toFixed(0)
    console.log(
      `QoS ${qos}: J = ${j.toFixed(2)} µs  door = ${median(us).toFixed(2)} µs ${range} = ${(median(us) / j).toFixed(2)} J, ${rate} records/s wall`,
    )
  }
}
