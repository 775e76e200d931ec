/** Parts for tests of the doors: a fake engine that the test commits, raw MQTT clients, packets by hand. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createMqttConnector } from '../../../src/edge/mqtt/connector.js'
import type { MqttDoors } from '../../../src/edge/mqtt/doors.js'
import type { ConnectorEnvironment, TableDefinition } from '../../../src/engine-lite/contract/connector.js'
import type { Counter, Logger, MetricGroup } from '../../../src/engine-lite/contract/metric.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import type { Delivery, Source, SourceColumn, SourceContext } from '../../../src/engine-lite/contract/source.js'
import type { StateTable } from '../../../src/engine-lite/contract/state.js'
import { LENGTH_MAX, type LogicalType } from '../../../src/engine-lite/contract/type.js'
import { FORMATS } from '../../../src/engine-lite/format/registry.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'

export const clock = systemClock()
const quiet = () => {}
export const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }

export class TestMetrics implements MetricGroup {
  readonly counters = new Map<string, Counter & { value: number }>()

  group(): MetricGroup {
    return this
  }

  counter(name: string): Counter {
    let counter = this.counters.get(name)
    if (counter === undefined) {
      const made = {
        value: 0,
        add(n: number) {
          made.value += n
        },
      }
      counter = made
      this.counters.set(name, counter)
    }
    return counter
  }

  gauge(): void {}

  histogram() {
    return { record: quiet }
  }

  value(name: string): number {
    return this.counters.get(name)?.value ?? 0
  }
}

/** Takes deliveries and commits them when told to: `apply` runs what an operator chain would, `commit` what a durable frame does. */
export class FakeEngine {
  readonly deliveries: Delivery[] = []
  readonly rows: Row[] = []
  readonly tables = new Map<string, StateTable>()
  readonly metrics = new TestMetrics()
  readonly connected: boolean[] = []
  #applied = 0
  #committed = 0
  /** Commits each delivery as it comes. */
  automatic = false

  readonly context: SourceContext = {
    id: 'test.source',
    from: undefined,
    deliver: (delivery) => {
      this.deliveries.push(delivery)
      this.rows.push(...delivery.rows)
      if (this.automatic) this.commit()
    },
    end: quiet,
    connected: (up) => {
      this.connected.push(up)
    },
    state: (name, table) => {
      this.tables.set(name, table)
    },
    fail: (error) => {
      throw error
    },
    clock,
    metrics: this.metrics,
    log,
  }

  apply(): void {
    for (; this.#applied < this.deliveries.length; this.#applied++) this.deliveries[this.#applied]!.applied?.()
  }

  /** Applies and commits everything so far, or up to `count` deliveries. */
  commit(count = this.deliveries.length): void {
    this.apply()
    for (; this.#committed < count; this.#committed++) this.deliveries[this.#committed]!.committed?.()
  }

  async rowsCome(count: number): Promise<readonly Row[]> {
    await until(() => this.rows.length >= count, `${count} rows, got ${this.rows.length}`)
    return this.rows
  }
}

export async function until(done: () => boolean, what: string | (() => string) = 'the condition', withinMs = 10_000): Promise<void> {
  const end = clock.monotonicMs() + withinMs
  while (!done()) {
    if (clock.monotonicMs() > end) throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`)
    await pause(2)
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(ms, resolve))

const STRING: LogicalType = { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }
const NUMBER: LogicalType = { kind: 'DOUBLE', nullable: true }
const WHOLE: LogicalType = { kind: 'BIGINT', nullable: true }

/** `id STRING, v DOUBLE, seq BIGINT` and METADATA columns by key. */
export function table(options: Record<string, string>, metadata: readonly string[] = [], name = 't'): TableDefinition {
  const columns: SourceColumn[] = [
    { name: 'id', type: STRING, used: true },
    { name: 'v', type: NUMBER, used: true },
    { name: 'seq', type: WHOLE, used: true },
    ...metadata.map((key) => ({ name: key, type: STRING, used: true, metadataKey: key })),
  ]
  return {
    path: `default_catalog.default_database.${name}`,
    name,
    columns,
    primaryKey: [],
    partitionedBy: [],
    options: new Map(Object.entries({ connector: 'mqtt', format: 'json', ...options })),
  }
}

export const environment: ConnectorEnvironment = { formats: FORMATS, gatewayId: 'gw', pipeline: 'p', timeZone: 'UTC' }

/** A started source of an mqtt table with an engine of its own. */
export async function openTable(
  doors: MqttDoors,
  options: Record<string, string>,
  metadata: readonly string[] = [],
  engine = new FakeEngine(),
): Promise<{ engine: FakeEngine; source: Source }> {
  const source = createMqttConnector(doors).createSource!(table(options, metadata), environment)(engine.context)
  await source.start()
  return { engine, source }
}

/** Packets by hand. */
export function packet(first: number, ...parts: (Buffer | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as number[])))
  const length: number[] = []
  let left = body.length
  do {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0))
    left >>>= 7
  } while (left > 0)
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

export interface ConnectOptions {
  readonly clean?: boolean
  readonly keepAlive?: number
  readonly user?: string
  readonly password?: string
  readonly level?: number
}

export function connectPacket(clientId: string, options: ConnectOptions = {}): Buffer {
  const { clean = true, keepAlive = 60, user, password, level = 4 } = options
  const flags = (clean ? 2 : 0) | (user === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40)
  return packet(
    0x10,
    text('MQTT'),
    [level, flags, keepAlive >> 8, keepAlive & 0xff],
    level === 5 ? [0] : [],
    text(clientId),
    user === undefined ? [] : text(user),
    password === undefined ? [] : text(password),
  )
}

export interface PublishOptions {
  readonly id?: number
  readonly dup?: boolean
  readonly retain?: boolean
  readonly qos?: 0 | 1 | 2
}

export function publishPacket(topic: string, payload: string | Buffer, options: PublishOptions = {}): Buffer {
  const { id = 0, dup = false, retain = false, qos = id === 0 ? 0 : 1 } = options
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
  return packet(first, text(topic), qos === 0 ? [] : [id >> 8, id & 0xff], Buffer.from(payload as string))
}

/** A client that speaks bytes. */
export class RawClient {
  readonly socket: Socket
  received = Buffer.alloc(0)
  closed = false

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    this.socket.on('error', quiet)
    this.socket.on('close', () => {
      this.closed = true
    })
  }

  static async open(port: number, clientId?: string, options: ConnectOptions = {}): Promise<RawClient> {
    const client = new RawClient(port)
    await once(client.socket, 'connect')
    if (clientId !== undefined) {
      client.send(connectPacket(clientId, options))
      const connack = await client.take(4)
      if (connack[3] !== 0) throw new Error(`CONNACK ${connack[3]}`)
    }
    return client
  }

  send(...packets: Buffer[]): void {
    this.socket.write(Buffer.concat(packets))
  }

  /** The next bytes that came. */
  async take(bytes: number): Promise<Buffer> {
    await until(
      () => this.received.length >= bytes || this.closed,
      () => `${bytes} bytes, have ${this.received.toString('hex')}`,
    )
    if (this.received.length < bytes) throw new Error(`closed after ${this.received.toString('hex')}`)
    const taken = this.received.subarray(0, bytes)
    this.received = this.received.subarray(bytes)
    return taken
  }

  /** Packet ids of the next PUBACKs. */
  async pubacks(count: number): Promise<number[]> {
    const bytes = await this.take(count * 4)
    return Array.from({ length: count }, (_, i) => {
      if (bytes.readUInt16BE(i * 4) !== 0x4002) throw new Error(`no PUBACK: ${bytes.toString('hex')}`)
      return bytes.readUInt16BE(i * 4 + 2)
    })
  }

  async gone(): Promise<void> {
    await until(() => this.closed, 'the connection to close')
  }

  end(): void {
    this.socket.destroy()
  }
}
