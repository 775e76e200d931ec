/**
 * Tables fed and read by a test: `'connector' = 'rows'`. A source hands over one row per delivery and remembers its position (metadata `row-number`); a sink puts
 * every row, printed as Flink does, into the outbox, so that what it has after a kill is what was durable with the state that produced it.
 */
import type { ConnectorSpec } from '../../src/engine-lite/contract/connector.js'
import { ROW_KIND_NAMES, type Row, type RowKind } from '../../src/engine-lite/contract/row.js'
import type { SourceContext } from '../../src/engine-lite/contract/source.js'
import { rowPrinter } from '../../src/engine-lite/sql/values/row-text.js'

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
  /** Rows that went through the operators in this run. */
  applied = 0
  #running: { context: SourceContext; at: number; ended: boolean } | undefined

  start(context: SourceContext): void {
    const at = typeof context.from === 'number' ? context.from : 0
    this.#running = { context, at, ended: false }
    this.applied = at
    this.pump()
  }

  close(): void {
    this.#running = undefined
  }

  /** Whether a running query reads it and has not seen all that is available. */
  get behind(): boolean {
    return this.#running !== undefined && this.applied < Math.min(this.available, this.rows.length)
  }

  /** Delivers what has become available. */
  pump(): void {
    const running = this.#running
    if (running === undefined) return
    while (running.at < Math.min(this.available, this.rows.length)) {
      const { row, kind } = this.rows[running.at++]!
      const position = running.at
      running.context.deliver({
        rows: [[...row]],
        kinds: [kind],
        bytes: 1,
        position,
        applied: () => {
          this.applied = position
        },
      })
    }
    if (this.ended && !running.ended && running.at >= this.rows.length) {
      running.ended = true
      running.context.end()
    }
  }
}

export const kindOf = (name: string): RowKind => ROW_KIND_NAMES.indexOf(name as '+I') as RowKind

/**
 * @param mode `upsert`: sinks take no −U
 * @param accepts option names beside the connector's own, so that foreign test options pass
 */
export function rowsConnector(
  feeds: Map<string, Feed>,
  accepts: readonly string[] = [],
  mode: 'changelog' | 'upsert' = 'changelog',
): ConnectorSpec {
  return {
    name: mode === 'upsert' ? 'rows-upsert' : 'rows',
    options: accepts.map((name) => ({ name, help: 'accepted' })),
    metadata: { 'row-number': 'BIGINT NOT NULL' },
    sinkMode: mode,
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
              context.deliver({ ...delivery, rows: delivery.rows.map((row) => place.map((i) => (i < 0 ? delivery.position : row[i]))) }),
          })
        },
        pause() {},
        resume() {},
        async close() {
          feed.close()
        },
      })
    },
    createSink(table, columns) {
      const print = rowPrinter(columns)
      const destination = outboxOf(table.name)
      return (context) => ({
        write(row, kind) {
          const value = Buffer.from(print(row, kind))
          context.put({ destination, mode: 'append', key: null, value, query: table.name, eventTimeMs: null })
        },
        async close() {},
      })
    },
  }
}

/** Where the rows of a sink table are kept. */
export const outboxOf = (table: string): string => `rows:${table}`
