/**
 * Tables fed and read by a test: `'connector' = 'rows'`. A source hands over one row per delivery and remembers its position; a sink counts a
 * row only when the commit that holds it is durable, so that what it collected before a kill is what a transactional reader would have seen.
 */
import type { ConnectorSpec } from '../../src/engine-lite/contract/connector.js'
import { ROW_KIND_NAMES, type Row, type RowKind } from '../../src/engine-lite/contract/row.js'
import type { SourceContext } from '../../src/engine-lite/contract/source.js'

export interface KindRow {
  readonly kind: RowKind
  readonly row: Row
}

/** What a source table is fed. Rows are physical columns in declared order. */
export class Feed {
  readonly rows: KindRow[] = []
  /** Rows that may be delivered so far. */
  available = 0
  ended = false
  #running: { context: SourceContext; at: number; ended: boolean } | undefined

  start(context: SourceContext): void {
    this.#running = { context, at: typeof context.from === 'number' ? context.from : 0, ended: false }
    this.pump()
  }

  close(): void {
    this.#running = undefined
  }

  /** Delivers what has become available. */
  pump(): void {
    const running = this.#running
    if (running === undefined) return
    while (running.at < Math.min(this.available, this.rows.length)) {
      const { row, kind } = this.rows[running.at++]!
      running.context.deliver({ rows: [[...row]], kinds: [kind], bytes: 1, position: running.at })
    }
    if (this.ended && !running.ended && running.at >= this.rows.length) {
      running.ended = true
      running.context.end()
    }
  }
}

/** What a sink table has taken. */
export class Collected {
  readonly durable: KindRow[] = []
  #filling: KindRow[] = []
  #sealed: KindRow[] = []

  write(row: Row, kind: RowKind): void {
    this.#filling.push({ row: [...row], kind })
  }

  seal(): void {
    this.#sealed.push(...this.#filling)
    this.#filling = []
  }

  committed(): void {
    this.durable.push(...this.#sealed)
    this.#sealed = []
  }

  /** The process died: what was not durable never happened. */
  kill(): void {
    this.#filling = []
    this.#sealed = []
  }
}

export const kindOf = (name: string): RowKind => ROW_KIND_NAMES.indexOf(name as '+I') as RowKind

/** @param accepts option names beside the connector's own, so that foreign test options pass */
export function rowsConnector(feeds: Map<string, Feed>, sinks: Map<string, Collected>, accepts: readonly string[] = []): ConnectorSpec {
  return {
    name: 'rows',
    options: accepts.map((name) => ({ name, help: 'accepted' })),
    sinkMode: 'changelog',
    createSource(table) {
      const physical = table.columns.map((column) => column.metadataKey === undefined)
      const feed = feeds.get(table.name) ?? new Feed()
      feeds.set(table.name, feed)
      return (context) => ({
        async start() {
          let at = 0
          const place = physical.map((isPhysical) => (isPhysical ? at++ : -1))
          feed.start({
            ...context,
            deliver: (delivery) =>
              context.deliver({ ...delivery, rows: delivery.rows.map((row) => place.map((i) => (i < 0 ? null : row[i]))) }),
          })
        },
        pause() {},
        resume() {},
        async close() {
          feed.close()
        },
      })
    },
    createSink(table) {
      const collected = sinks.get(table.name) ?? new Collected()
      sinks.set(table.name, collected)
      return () => ({
        write: (row, kind) => collected.write(row, kind),
        seal: () => collected.seal(),
        committed: () => collected.committed(),
        async close() {},
      })
    },
  }
}
