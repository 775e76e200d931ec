/**
 * SQL from a program, as Flink's TableEnvironment: definitions take effect, a query gives its changelog as an async iterator, an INSERT runs
 * until its input ends or it is cancelled. State lives in memory for as long as the statement runs; a gateway keeps it on disk instead.
 *
 * @example
 * const env = new TableEnvironment()
 * const result = await env.executeSql('SELECT a, a * 2 AS b FROM (VALUES (1), (2)) AS t(a)')
 * console.log(result.columns) // [{ name: 'a', type: 'INT NOT NULL' }, { name: 'b', type: 'INT NOT NULL' }]
 * for await (const { kind, row } of result) console.log(kind, row) // +I [1, 2] …
 */
import { builtinConnectors } from '../connector/builtin.js'
import type { Clock, Random } from '../contract/clock.js'
import type { ConnectorSpec } from '../contract/connector.js'
import { MillraceError, MillraceErrors } from '../contract/errors/index.js'
import type { FormatSpec } from '../contract/format.js'
import type { Logger } from '../contract/metric.js'
import { INSERT, ROW_KIND_NAMES, type Row } from '../contract/row.js'
import type { Schema } from '../contract/type.js'
import { FORMATS } from '../format/registry.js'
import { MetricRegistry } from '../metrics/registry.js'
import { Engine } from '../runtime/engine.js'
import { nullStorage } from '../runtime/null-storage.js'
import { systemClock, systemRandom } from '../time/system-clock.js'
import type { LogicalPlan } from './logical/plan.js'
import { type CollectedRow, Collector } from './physical/collect-sink.js'
import type { Target } from './physical/graph-builder.js'
import { SqlSession } from './session/session.js'
import type { Settings } from './session/settings.js'
import type { StatementResult } from './session/statement-result.js'
import { printType } from './types/print.js'
import { jsonPrinter } from './values/json-text.js'
import { fieldsPrinter } from './values/row-text.js'

export interface TableEnvironmentOptions {
  /** Beside the built-in ones; one of the same name replaces it. */
  readonly connectors?: readonly ConnectorSpec[]
  readonly formats?: readonly FormatSpec[]
  readonly clock?: Clock
  readonly random?: Random
  readonly log?: Logger
  readonly gatewayId?: string
  /** Where `print` tables write; stdout and stderr of the process by default. */
  readonly print?: (line: string, to: 'stdout' | 'stderr') => void
}

export interface ResultColumn {
  readonly name: string
  /** As Flink prints it: `DECIMAL(10, 2) NOT NULL`. */
  readonly type: string
}

export interface ChangelogRow {
  readonly kind: '+I' | '-U' | '+U' | '-D'
  /** Values by position, lossless and plain: see docs/reference/sql.md, "values in results". */
  readonly row: readonly unknown[]
}

/** What a statement gives back. Iterate over it for rows; `finished` settles when it has run to its end. */
export interface TableResult extends AsyncIterable<ChangelogRow> {
  readonly columns: readonly ResultColumn[]
  readonly schema: Schema
  /** `table.local-time-zone` of the statement, for those who print TIMESTAMP_LTZ in local time. */
  readonly timeZone: string
  /** Rejects with what stopped it. */
  readonly finished: Promise<void>
  /** A notice of the statement, such as a setting without effect. */
  readonly notice?: string
  /** Rows with internal values (contract/row.ts), for those who print them themselves. */
  internal(): AsyncIterable<CollectedRow>
  /** Stops a running statement. */
  cancel(): Promise<void>
}

export class TableEnvironment {
  readonly session: SqlSession
  readonly #clock: Clock
  readonly #log: Logger
  #jobs = 0

  constructor(options: TableEnvironmentOptions = {}) {
    this.#clock = options.clock ?? systemClock()
    this.#log = options.log ?? SILENT
    const random = options.random ?? systemRandom
    const connectors = [
      ...builtinConnectors({ random, write: options.print ?? printLine, rowText: fieldsPrinter }),
      ...(options.connectors ?? []),
    ]
    this.session = new SqlSession({
      connectors: new Map(connectors.map((connector) => [connector.name, connector])),
      formats: new Map([...FORMATS, ...(options.formats ?? []).map((format) => [format.name, format] as const)]),
      gatewayId: options.gatewayId ?? 'local',
      clock: this.#clock,
      random,
    })
  }

  /**
   * Runs one statement. A query or INSERT is started, not awaited: iterate, or await `finished`.
   * @throws MillraceErrors with everything that is wrong with the statement
   */
  async executeSql(text: string, file?: string): Promise<TableResult> {
    const { results, errors } = this.session.execute(text, file)
    if (errors.length > 0) throw new MillraceErrors(errors)
    const result = results[0]
    if (result === undefined || results.length > 1) {
      throw new MillraceErrors([new MillraceError('E0101', `executeSql takes one statement, not ${results.length}`, { place: { text } })])
    }
    return this.run(result)
  }

  /** Runs a statement that the session has bound. */
  async run(result: StatementResult): Promise<TableResult> {
    switch (result.kind) {
      case 'done':
        return answer([], [], result.notice)
      case 'answer':
        return answer(result.columns, result.rows)
      case 'query':
        return this.#query(result.plan, result.settings)
      case 'insert':
        return this.#insert(
          result.sinks.map((sink) => ({ kind: 'table', sink })),
          result.settings,
        )
    }
  }

  async #query(plan: LogicalPlan, settings: Settings): Promise<TableResult> {
    const collector: Collector = new Collector(() => job.cancel())
    const job = await this.#start([{ kind: 'custom', plan, name: 'collect', create: collector.sink }], settings)
    job.finished.then(
      () => collector.finish(),
      (error: Error) => collector.finish(error),
    )
    return tableResult(plan.schema, () => collector, job, settings.get('table.local-time-zone'))
  }

  async #insert(targets: readonly Target[], settings: Settings): Promise<TableResult> {
    const job = await this.#start(targets, settings)
    return tableResult([], noRows, job)
  }

  /** A graph in an engine of its own. */
  async #start(targets: readonly Target[], settings: Settings): Promise<Job> {
    const name = settings.get('pipeline.name') || `statement-${++this.#jobs}`
    const graph = this.session.graph(name, targets, settings)
    let fail: (error: Error) => void = () => undefined
    const failed = new Promise<never>((_, reject) => {
      fail = reject
    })
    const engine = new Engine({
      storage: nullStorage(),
      clock: this.#clock,
      metrics: new MetricRegistry().group(),
      log: this.#log,
      onFatal: fail,
    })
    await engine.deploy(graph, { onError: 'fail', restart: { kind: 'none' } })
    await engine.start()
    // A statement that ran to its end leaves no timer behind.
    const finished = Promise.race([engine.finished, failed]).finally(() => engine.stop())
    finished.catch(() => undefined)
    return { finished, cancel: () => engine.stop() }
  }
}

interface Job {
  readonly finished: Promise<void>
  cancel(): Promise<void>
}

const DONE: Job = { finished: Promise.resolve(), cancel: () => Promise.resolve() }

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} }

function printLine(line: string, to: 'stdout' | 'stderr'): void {
  process[to].write(`${line}\n`)
}

async function* noRows(): AsyncGenerator<CollectedRow> {}

/** A statement that has its rows already, or none. */
function answer(schema: Schema, rows: readonly Row[], notice?: string): TableResult {
  async function* all(): AsyncGenerator<CollectedRow> {
    for (const row of rows) yield { kind: INSERT, row }
  }
  return { ...tableResult(schema, all, DONE), ...(notice !== undefined && { notice }) }
}

function tableResult(schema: Schema, rows: () => AsyncIterator<CollectedRow>, job: Job, timeZone = 'UTC'): TableResult {
  const printers = schema.map(({ type }) => jsonPrinter(type))
  const plain = (row: Row) => row.map((value, i): unknown => JSON.parse(printers[i]!(value)))
  const internal = () => ({ [Symbol.asyncIterator]: rows })
  return {
    columns: schema.map(({ name, type }) => ({ name, type: printType(type) })),
    schema,
    timeZone,
    finished: job.finished,
    cancel: job.cancel,
    internal,
    async *[Symbol.asyncIterator]() {
      for await (const { kind, row } of internal()) yield { kind: ROW_KIND_NAMES[kind], row: plain(row) }
    },
  }
}
