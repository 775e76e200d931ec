/**
 * What programs may import from `millrace`: SQL on rows of their own, and the contracts for connectors and formats of their own.
 * Everything else is reached through the command line and may change at any time.
 */
export type { Cancel, Clock, Random } from './engine-lite/contract/clock.js'
export type { ConnectorEnvironment, ConnectorSpec, TableDefinition } from './engine-lite/contract/connector.js'
export {
  CATALOGUE,
  type ErrorCode,
  type ErrorEntry,
  MillraceError,
  MillraceErrors,
  type Place,
  type Span,
} from './engine-lite/contract/errors/index.js'
export type { DecodeError, Decoder, Encoder, FormatSpec, OptionSpec } from './engine-lite/contract/format.js'
export type { Counter, Histogram, Logger, MetricGroup } from './engine-lite/contract/metric.js'
export type { DeadLetter, DeadLetterReason } from './engine-lite/contract/operator.js'
export { DELETE, INSERT, type Integral, type Row, type RowKind, UPDATE_AFTER, UPDATE_BEFORE } from './engine-lite/contract/row.js'
export type { CommitId, OutboxPut, Sink, SinkContext, SinkFactory } from './engine-lite/contract/sink.js'
export type { Delivery, Source, SourceColumn, SourceContext, SourceFactory, SourcePosition } from './engine-lite/contract/source.js'
export type { ByteReader, ByteWriter, StateTable } from './engine-lite/contract/state.js'
export type { Column, LogicalType, Schema } from './engine-lite/contract/type.js'
export {
  type ChangelogRow,
  type ResultColumn,
  TableEnvironment,
  type TableEnvironmentOptions,
  type TableResult,
} from './engine-lite/sql/table-environment.js'
