/** Rows out of nothing, at a steady rate: for trying out and for measuring. Flink: the DataGen SQL connector. */
import type { Cancel, Random } from '../contract/clock.js'
import type { ConnectorSpec, TableDefinition } from '../contract/connector.js'
import type { Row } from '../contract/row.js'
import type { Source, SourceContext } from '../contract/source.js'
import { datagenField, type FieldValue, sequenceLength } from './datagen-field.js'
import { type DatagenOptions, datagenOptions } from './datagen-options.js'

/** Rows per delivery at most. */
const CHUNK_ROWS_MAX = 500
/** Pause between deliveries at high rates. */
const TICK_MS = 10

/** What a restart needs: everything else follows from the number of a row. */
interface DatagenPosition {
  readonly rows: number
  readonly seed: number
}

/**
 * `'connector' = 'datagen'`. Bounded by `number-of-rows` or by the shortest sequence. A restart goes on with the row after the last commit,
 * with the values it would have had; times are of the clock.
 *
 * @param random draws the seed where the table gives none
 * @example
 * CREATE TABLE readings (id BIGINT, temp DOUBLE) WITH ('connector' = 'datagen', 'rows-per-second' = '5',
 *   'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '1000', 'fields.temp.min' = '18', 'fields.temp.max' = '24')
 */
export function datagenConnector(random: Random): ConnectorSpec {
  return {
    name: 'datagen',
    options: [
      { name: 'rows-per-second', help: 'rate', type: 'int', default: '10000' },
      { name: 'number-of-rows', help: 'rows in all; unbounded without it', type: 'int' },
      { name: 'seed', help: 'same seed, same values (an option of millrace)', type: 'int' },
      { name: 'fields.*', help: 'fields.<column>.kind, start, end, min, max, max-past, length, var-len, null-rate' },
    ],
    validate: (table) => {
      build(table, datagenOptions(table), 0)
    },
    createSource: (table) => {
      const options = datagenOptions(table)
      return (context) => {
        const from = context.from as DatagenPosition | undefined
        const seed = from?.seed ?? options.seed ?? Math.floor(random() * 0x1_0000_0000)
        return new DatagenSource(context, options, build(table, options, seed), seed, from?.rows ?? 0)
      }
    },
  }
}

function build(table: TableDefinition, { fields }: DatagenOptions, seed: number): readonly FieldValue[] {
  return table.columns.map(({ type }, at) => datagenField(type, fields[at]!, seed, at))
}

class DatagenSource implements Source {
  readonly #context: SourceContext
  readonly #fields: readonly FieldValue[]
  readonly #seed: number
  readonly #rowsPerSecond: number
  readonly #rowsMax: number
  #rows: number
  /** Rows and time from which the rate counts: set anew after every pause, so that no burst follows one. */
  #baseRows: number
  #baseMs = 0
  #cancel: Cancel | undefined

  constructor(context: SourceContext, options: DatagenOptions, fields: readonly FieldValue[], seed: number, rows: number) {
    this.#context = context
    this.#fields = fields
    this.#seed = seed
    this.#rowsPerSecond = options.rowsPerSecond
    this.#rowsMax = Math.min(options.numberOfRows, ...options.fields.map(sequenceLength))
    this.#rows = rows
    this.#baseRows = rows
  }

  start(): Promise<void> {
    this.#context.connected(true)
    this.resume()
    return Promise.resolve()
  }

  pause(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  resume(): void {
    if (this.#cancel !== undefined) return
    this.#baseRows = this.#rows
    this.#baseMs = this.#context.clock.monotonicMs()
    this.#wake(0)
  }

  close(): Promise<void> {
    this.pause()
    return Promise.resolve()
  }

  #wake(delayMs: number): void {
    this.#cancel = this.#context.clock.schedule(delayMs, () => this.#turn())
  }

  #turn(): void {
    const { clock } = this.#context
    const elapsedMs = clock.monotonicMs() - this.#baseMs
    // The first row is due at once.
    const due = this.#baseRows + 1 + Math.floor((elapsedMs * this.#rowsPerSecond) / 1_000)
    const until = Math.min(due, this.#rowsMax, this.#rows + CHUNK_ROWS_MAX)
    // A pause from inside the delivery cancels this wake-up.
    const behind = until < Math.min(due, this.#rowsMax)
    if (until < this.#rowsMax) this.#wake(behind ? 0 : Math.max(TICK_MS, 1_000 / this.#rowsPerSecond))
    else this.#cancel = undefined
    if (until > this.#rows) this.#deliver(until, clock.nowMs())
    if (this.#rows >= this.#rowsMax) this.#context.end()
  }

  #deliver(until: number, nowMs: number): void {
    const rows: Row[] = []
    for (let n = this.#rows; n < until; n += 1) {
      const row: Row = new Array(this.#fields.length)
      for (let at = 0; at < row.length; at += 1) row[at] = this.#fields[at]!(n, nowMs)
      rows.push(row)
    }
    this.#rows = until
    this.#context.deliver({ rows, bytes: 0, position: { rows: until, seed: this.#seed } })
  }
}
