/** What connectors are driven with: a clock moved by hand, contexts that write down what they are told, a format of plain lines. */
import type { Cancel, Clock } from '../../../src/engine-lite/contract/clock.js'
import type { ConnectorEnvironment, ConnectorSpec, TableDefinition } from '../../../src/engine-lite/contract/connector.js'
import type { FormatSpec } from '../../../src/engine-lite/contract/format.js'
import type { Counter, Logger, MetricGroup } from '../../../src/engine-lite/contract/metric.js'
import type { DeadLetter } from '../../../src/engine-lite/contract/operator.js'
import type { Sink, SinkContext } from '../../../src/engine-lite/contract/sink.js'
import type { Delivery, Source, SourceColumn, SourceContext } from '../../../src/engine-lite/contract/source.js'
import type { ByteReader, ByteWriter, StateTable } from '../../../src/engine-lite/contract/state.js'
import { LENGTH_MAX, type LogicalType } from '../../../src/engine-lite/contract/type.js'

export const INT: LogicalType = { kind: 'INTEGER', nullable: true }
export const STRING: LogicalType = { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }

export class HandClock implements Clock {
  readonly synchronised = true
  #now = 0
  #due: { readonly atMs: number; readonly run: () => void }[] = []

  nowMs(): number {
    return 1_700_000_000_000 + this.#now
  }

  monotonicMs(): number {
    return this.#now
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const entry = { atMs: this.#now + delayMs, run }
    this.#due.push(entry)
    return () => {
      this.#due = this.#due.filter((other) => other !== entry)
    }
  }

  soon(run: () => void): void {
    this.schedule(0, run)
  }

  get waiting(): number {
    return this.#due.length
  }

  /** Lets time pass, and runs what falls due, in order. */
  pass(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#due.filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.#due = this.#due.filter((entry) => entry !== next)
      this.#now = Math.max(this.#now, next.atMs)
      next.run()
    }
    this.#now = until
  }
}

const counter: Counter = { add: () => undefined, value: 0 }
const metrics: MetricGroup = {
  group: () => metrics,
  counter: () => counter,
  gauge: () => undefined,
  histogram: () => ({ record: () => undefined }),
}

function logger(lines: string[]): Logger {
  const log = (_: object, message: string) => {
    lines.push(message)
  }
  return { debug: log, info: log, warn: log, error: log }
}

export function table(options: Record<string, string>, columns: readonly (readonly [string, LogicalType, string?])[]): TableDefinition {
  return {
    path: 'default_catalog.default_database.t',
    name: 't',
    columns: columns.map(
      ([name, type, metadataKey]): SourceColumn => ({ name, type, used: true, ...(metadataKey !== undefined && { metadataKey }) }),
    ),
    primaryKey: [],
    partitionedBy: [],
    options: new Map(Object.entries(options)),
  }
}

/** One STRING column per line, numbers refused as undecodable when the line is `bad`. */
const lines: FormatSpec = {
  name: 'lines',
  options: [],
  decoder: (columns) => ({
    decode: (bytes, start, end, into) => {
      const text = Buffer.from(bytes.subarray(start, end)).toString()
      if (text === 'bad') return { text: 'it says so itself' }
      into.push([text, ...columns.slice(1).map(() => null)])
      return undefined
    },
  }),
  encoder: () => ({ encode: (row) => new TextEncoder().encode(String(row[0])) }),
}

export const environment: ConnectorEnvironment = {
  formats: new Map([['lines', lines]]),
  gatewayId: 'gw',
  pipeline: 'p',
  timeZone: 'UTC',
}

export interface DrivenSource {
  readonly source: Source
  readonly deliveries: Delivery[]
  readonly rows: () => unknown[][]
  readonly letters: () => DeadLetter[]
  readonly position: () => unknown
  readonly failures: Error[]
  readonly ended: Promise<void>
  readonly log: string[]
  isEnded: boolean
}

/** Builds the source of a table, not started. `onDelivery` runs after each. */
export function drive(
  connector: ConnectorSpec,
  definition: TableDefinition,
  from: unknown,
  clock: Clock,
  onDelivery?: (s: DrivenSource) => void,
): DrivenSource {
  const deliveries: Delivery[] = []
  const failures: Error[] = []
  const log: string[] = []
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const context: SourceContext = {
    id: 'p.t',
    from,
    deliver: (delivery) => {
      deliveries.push(delivery)
      onDelivery?.(driven)
    },
    end: () => {
      driven.isEnded = true
      end()
    },
    connected: () => undefined,
    state: () => undefined,
    fail: (error) => {
      failures.push(error)
      end()
    },
    clock,
    metrics,
    log: logger(log),
  }
  const driven: DrivenSource = {
    source: connector.createSource!(definition, environment)(context),
    deliveries,
    rows: () => deliveries.flatMap((delivery) => delivery.rows),
    letters: () => deliveries.flatMap((delivery) => delivery.letters ?? []),
    position: () => deliveries.findLast((delivery) => delivery.position !== undefined)?.position,
    failures,
    ended,
    log,
    isEnded: false,
  }
  return driven
}

/** Numbers written by a table, enough for tables that keep nothing else. */
class Numbers {
  readonly values: number[] = []

  writer(): ByteWriter {
    const push = (value: number) => this.values.push(value)
    return { u8: push, varint: push } as unknown as ByteWriter
  }

  reader(): ByteReader {
    const values = [...this.values]
    return {
      u8: () => values.shift(),
      varint: () => values.shift(),
      get done() {
        return values.length === 0
      },
    } as unknown as ByteReader
  }
}

/** Frames of one sink: what survives is what was sealed and committed. */
export class SinkDriver {
  readonly log: string[] = []
  sink: Sink
  readonly #connector: ConnectorSpec
  readonly #table: TableDefinition
  readonly #clock: Clock
  #durable: Numbers[] = []
  #sealed: Numbers | undefined
  #table1: StateTable | undefined

  constructor(connector: ConnectorSpec, definition: TableDefinition, clock: Clock) {
    this.#connector = connector
    this.#table = definition
    this.#clock = clock
    this.sink = this.#open()
  }

  write(...rows: unknown[][]): void {
    for (const row of rows) this.sink.write(row, 0)
  }

  seal(): void {
    this.sink.seal?.()
    const numbers = new Numbers()
    this.#sealed = this.#table1?.seal(numbers.writer()) ? numbers : undefined
  }

  commit(): void {
    if (this.#sealed !== undefined) this.#durable.push(this.#sealed)
    this.#sealed = undefined
    this.sink.committed?.(1)
  }

  /** The frame is durable, and nobody hears of it. */
  commitUnheard(): void {
    if (this.#sealed !== undefined) this.#durable.push(this.#sealed)
  }

  sealAndCommit(): void {
    this.seal()
    this.commit()
  }

  async crash(): Promise<void> {
    await this.sink.close()
    this.#sealed = undefined
    this.sink = this.#open()
  }

  /** Everything durable is gone but the files. */
  async forget(): Promise<void> {
    this.#durable = []
    await this.crash()
  }

  #open(): Sink {
    const context: SinkContext = {
      id: 'p.t',
      put: () => undefined,
      state: (_, state) => {
        this.#table1 = state
        for (const numbers of this.#durable) state.load(numbers.reader())
      },
      deadLetter: () => undefined,
      clock: this.#clock,
      metrics,
      log: logger(this.log),
    }
    return this.#connector.createSink!(this.#table, this.#table.columns, environment)(context)
  }
}
