/** A SQL script over fed tables, run by the real engine on a simulated disk: all in one go, or stopped or killed on the way and started again. */
import { setImmediate as turn } from 'node:timers/promises'
import type { ConnectorSpec } from '../../src/engine-lite/contract/connector.js'
import { MillraceErrors } from '../../src/engine-lite/contract/errors/index.js'
import { FORMATS } from '../../src/engine-lite/format/registry.js'
import { MetricRegistry } from '../../src/engine-lite/metrics/registry.js'
import { Engine } from '../../src/engine-lite/runtime/engine.js'
import { SqlSession } from '../../src/engine-lite/sql/session/session.js'
import { SimulatedStorage } from '../../src/engine-lite/testing/simulated-storage.js'
import { systemClock } from '../../src/engine-lite/time/system-clock.js'
import { type Feed, outboxOf } from './rows-connector.js'

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
const clock = systemClock()

export class ScriptRun {
  readonly feeds = new Map<string, Feed>()
  readonly #text: string
  readonly #connectors: (feeds: Map<string, Feed>) => ConnectorSpec[]
  #storage = new SimulatedStorage(clock)
  #engine: Engine | undefined
  #fatal: Error | undefined

  /** @throws MillraceErrors where the script has errors */
  constructor(text: string, connectors: (feeds: Map<string, Feed>) => ConnectorSpec[]) {
    this.#text = text
    this.#connectors = connectors
    this.plan()
  }

  /** The session after the script: its catalog, and the inserts it found. */
  plan() {
    const connectors = new Map(this.#connectors(this.feeds).map((spec) => [spec.name, spec]))
    const session = new SqlSession({ connectors, formats: FORMATS, gatewayId: 'test', clock, random: () => 0.5 })
    const { results, errors } = session.execute(this.#text)
    if (errors.length > 0) throw new MillraceErrors(errors)
    const inserts = results.filter((result) => result.kind === 'insert')
    return { session, results, graph: () => session.insertGraph('script', inserts) }
  }

  async start(): Promise<void> {
    this.#fatal = undefined
    const engine = new Engine({
      storage: this.#storage,
      clock,
      metrics: new MetricRegistry().group(),
      log: SILENT,
      commit: { mode: 'latency', waitingMs: 0, idleMs: 0 },
      limits: { emitKeysMax: 2 },
      onFatal: (error) => {
        this.#fatal = error
      },
    })
    this.#engine = engine
    await engine.deploy(this.plan().graph(), { onError: 'fail', restart: { kind: 'none' } })
    await engine.start()
  }

  /** Until every row that is available went through the operators. */
  async caughtUp(): Promise<void> {
    const behind = () => [...this.feeds.values()].some((feed) => feed.behind)
    while (behind()) {
      this.#throwIfFailed()
      await turn()
    }
  }

  /** Ends with everything committed and no end of time: Flink's stop with savepoint. */
  async stop(): Promise<void> {
    await this.#engine?.stop()
    this.#storage = this.#storage.reopen()
  }

  /** Dies: what was not durable never happened. */
  async kill(): Promise<void> {
    this.#storage.cut()
    for (const feed of this.feeds.values()) feed.close()
    this.#storage = this.#storage.reopen()
  }

  /** Until the end of bounded input is committed; nothing runs after it. */
  async finish(): Promise<void> {
    await this.#engine?.finished
    this.#throwIfFailed()
    await this.stop()
  }

  /** Printed rows of a sink table, in the order they were written. Ask when nothing runs. */
  async rowsOf(table: string): Promise<string[]> {
    await this.#storage.open()
    const rows = await this.#storage.readOutbox({ destination: outboxOf(table), afterSeq: 0, rowsMax: 1_000_000, bytesMax: 1e9 })
    await this.#storage.close()
    this.#storage = this.#storage.reopen()
    return rows.map(({ value }) => Buffer.from(value!).toString())
  }

  #throwIfFailed(): void {
    if (this.#fatal !== undefined) throw this.#fatal
    const error = this.#engine?.status().pipelines.find((pipeline) => pipeline.error !== null)?.error
    if (error) throw error
  }
}
