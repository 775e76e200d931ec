/** Connectors: what `'connector' = '…'` names. The edge adds `mqtt`, the sync layer `kafka` and `upsert-kafka`. */
import type { FormatSpec, OptionSpec } from './format.js'
import type { SinkFactory } from './sink.js'
import type { SourceColumn, SourceFactory } from './source.js'
import type { Column } from './type.js'

/** A table as its connector sees it. */
export interface TableDefinition {
  /** Fully qualified: `default_catalog.default_database.name`. */
  readonly path: string
  readonly name: string
  /** Physical and metadata columns in order; computed ones are the planner's. */
  readonly columns: readonly SourceColumn[]
  readonly primaryKey: readonly string[]
  readonly partitionedBy: readonly string[]
  readonly options: ReadonlyMap<string, string>
}

export interface ConnectorSpec {
  readonly name: string
  readonly options: readonly OptionSpec[]
  /** METADATA keys it serves, with their types as SQL text; `topic.*` stands for any level name. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Takes `format` options. `required`: a table without one is refused, as in Flink. */
  readonly format?: 'required' | 'optional'
  /** What a source of it may emit with these options: only +I where left out. `upsert`: +U without −U, −D by key. */
  sourceMode?(options: ReadonlyMap<string, string>): 'append' | 'changelog' | 'upsert'
  /** What a sink of it takes: only +I, or updates (needs a PRIMARY KEY if `keyed`). */
  readonly sinkMode?: 'append' | 'changelog' | 'upsert'
  /** Checks what the option list cannot say. @throws MillraceError E0209 / E0210 */
  validate?(table: TableDefinition): void
  /** @throws MillraceError E0209 / E0210 where the table cannot be served */
  createSource?(table: TableDefinition, environment: ConnectorEnvironment): SourceFactory
  /** @param columns of the rows that are written: the table's persisted columns in order */
  createSink?(table: TableDefinition, columns: readonly Column[], environment: ConnectorEnvironment): SinkFactory
}

export interface ConnectorEnvironment {
  readonly formats: ReadonlyMap<string, FormatSpec>
  readonly gatewayId: string
  /** Name of the pipeline that reads or writes. */
  readonly pipeline: string
  /** `table.local-time-zone`. */
  readonly timeZone: string
}
