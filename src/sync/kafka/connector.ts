/**
 * The connectors `kafka` and `upsert-kafka`: the same DDL as for Flink, writing into the outbox.
 * https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/kafka/
 * https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/upsert-kafka/
 */
import { parseDurationMs } from '../../engine-lite/base/duration.js'
import type { ConnectorEnvironment, ConnectorSpec, TableDefinition } from '../../engine-lite/contract/connector.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { SinkFactory } from '../../engine-lite/contract/sink.js'
import type { Column } from '../../engine-lite/contract/type.js'
import { type EncodedPart, outboxSink } from '../outbox/sink.js'
import { KAFKA_METADATA, KAFKA_OPTIONS, UPSERT_KAFKA_OPTIONS } from './connector-options.js'
import { type KafkaOptions, kafkaOptionsFrom } from './options.js'
import { kafkaTableColumns, type PartColumns } from './table-columns.js'

/** `'connector' = 'kafka'`: every row is a record; takes inserts only. */
export const KAFKA_CONNECTOR: ConnectorSpec = {
  name: 'kafka',
  options: KAFKA_OPTIONS,
  metadata: KAFKA_METADATA,
  format: 'required',
  sinkMode: 'append',
  validate: validateKafka,
  createSource: notReadable,
  createSink: (table, columns, environment) => kafkaSink(table, columns, environment, 'append', keyFields(table)),
}

/** `'connector' = 'upsert-kafka'`: the newest row per primary key counts; deletes are tombstones. */
export const UPSERT_KAFKA_CONNECTOR: ConnectorSpec = {
  name: 'upsert-kafka',
  options: UPSERT_KAFKA_OPTIONS,
  metadata: KAFKA_METADATA,
  format: 'optional',
  sinkMode: 'upsert',
  validate: validateUpsertKafka,
  createSource: notReadable,
  createSink: (table, columns, environment) => kafkaSink(table, columns, environment, 'upsert', table.primaryKey),
}

/**
 * How to reach the cluster of a table, from its `properties.*`.
 *
 * @throws MillraceError E0210
 */
export function kafkaOptionsOfTable(table: TableDefinition, clientId: string): KafkaOptions {
  const properties = new Map<string, string>()
  for (const [name, value] of table.options) if (name.startsWith('properties.')) properties.set(name.slice('properties.'.length), value)
  return kafkaOptionsFrom(properties, clientId)
}

function kafkaSink(
  table: TableDefinition,
  written: readonly Column[],
  environment: ConnectorEnvironment,
  mode: 'upsert' | 'append',
  keyNames: readonly string[],
): SinkFactory {
  const { key, value, timestampPosition } = kafkaTableColumns(table, keyNames)
  return outboxSink({
    destination: `kafka:${topicOf(table)}`,
    mode,
    query: environment.pipeline,
    key: key === null ? null : encodedPart(table, environment, 'key.format', key),
    value: encodedPart(table, environment, table.options.has('value.format') ? 'value.format' : 'format', value),
    eventTimePosition: timestampPosition ?? windowTimePosition(written),
  })
}

/** The format under that option, with its own options stripped of their prefix: `value.json.x` with `value.format`, `json.x` with `format`. */
function encodedPart(table: TableDefinition, environment: ConnectorEnvironment, option: string, part: PartColumns): EncodedPart {
  const name = table.options.get(option)
  const format = name === undefined ? undefined : environment.formats.get(name)
  if (name === undefined || format === undefined) {
    const text = name === undefined ? `missing option \`${option}\`` : `unknown format '${name}'`
    throw new MillraceError('E0210', text, { detail: [`formats: ${[...environment.formats.keys()].join(', ')}`] })
  }
  if (format.encoder === undefined) throw new MillraceError('E0210', `format '${name}' cannot be written`)
  const prefix = `${option.slice(0, -'format'.length)}${name}.`
  const options = new Map<string, string>()
  for (const [key, value] of table.options) if (key.startsWith(prefix)) options.set(key.slice(prefix.length), value)
  return { encoder: format.encoder(part.columns, options), positions: part.positions, nullWhenNull: name === 'raw' }
}

/** Any of these orders the results of a query by time, which is all that is asked of it: what was sent before is known by it after a loss of state. */
const WINDOW_TIMES = ['window_end', 'window_time', 'window_start']

function windowTimePosition(columns: readonly Column[]): number | null {
  for (const wanted of WINDOW_TIMES) {
    const at = columns.findIndex(
      ({ name, type }) => name === wanted && (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') && type.precision <= 3,
    )
    if (at >= 0) return at
  }
  return null
}

function topicOf(table: TableDefinition): string {
  const topic = table.options.get('topic')
  if (topic === undefined) throw new MillraceError('E0210', 'missing option `topic`', { hint: 'a written table names exactly one topic' })
  if (topic.includes(';')) throw new MillraceError('E0210', `a written table has one topic, not '${topic}'`)
  if (!/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/.test(topic)) {
    throw new MillraceError('E0210', `'${topic}' is no name of a topic`, {
      hint: 'letters, digits, dot, underscore and hyphen, at most 249',
    })
  }
  return topic
}

function keyFields(table: TableDefinition): readonly string[] {
  const list = table.options.get('key.fields')
  return list === undefined ? [] : list.split(';').map((name) => name.trim())
}

function validateKafka(table: TableDefinition): void {
  if (table.primaryKey.length > 0) {
    throw new MillraceError('E0209', `table \`${table.name}\`: connector 'kafka' cannot keep a PRIMARY KEY with a format of inserts only`, {
      hint: "use 'connector' = 'upsert-kafka', or leave the key out",
    })
  }
  const hasKeyFormat = table.options.has('key.format')
  const hasKeyFields = table.options.has('key.fields')
  if (hasKeyFormat && keyFields(table).length === 0) {
    throw new MillraceError('E0210', '`key.format` needs `key.fields`', { hint: "name the key columns: 'key.fields' = 'a;b'" })
  }
  if (!hasKeyFormat && (hasKeyFields || table.options.has('key.fields-prefix'))) {
    throw new MillraceError('E0210', '`key.fields` and `key.fields-prefix` need `key.format`')
  }
  const partitioner = table.options.get('sink.partitioner') ?? 'default'
  if (partitioner !== 'default') {
    throw new MillraceError('E0301', `'sink.partitioner' = '${partitioner}' is not built yet`, {
      hint: 'default: by key as Java does; rows without key go to one partition per gateway',
    })
  }
  if (table.options.has('topic') === table.options.has('topic-pattern')) {
    throw new MillraceError('E0210', 'give exactly one of `topic` and `topic-pattern`')
  }
  validateCommon(table)
}

function validateUpsertKafka(table: TableDefinition): void {
  if (table.primaryKey.length === 0) {
    throw new MillraceError('E0209', `table \`${table.name}\`: connector 'upsert-kafka' needs a PRIMARY KEY`, {
      hint: 'declare PRIMARY KEY (…) NOT ENFORCED: it becomes the record key',
    })
  }
  if (table.options.has('format')) {
    throw new MillraceError('E0210', "connector 'upsert-kafka' has no option 'format'", { hint: 'give `key.format` and `value.format`' })
  }
  const rows = Number(table.options.get('sink.buffer-flush.max-rows') ?? 0)
  const interval = parseDurationMs(table.options.get('sink.buffer-flush.interval') ?? '0') ?? 0
  if (rows > 0 !== interval > 0) {
    throw new MillraceError('E0210', 'give both or none of `sink.buffer-flush.max-rows` and `sink.buffer-flush.interval`')
  }
  validateCommon(table)
}

function validateCommon(table: TableDefinition): void {
  if (table.options.get('sink.delivery-guarantee') === 'exactly-once') {
    throw new MillraceError('E0301', "'sink.delivery-guarantee' = 'exactly-once' is not built yet: it needs Kafka transactions", {
      hint: 'at-least-once is exactly once for readers that take the newest record per key',
    })
  }
  kafkaOptionsOfTable(table, 'millrace')
}

function notReadable(table: TableDefinition): never {
  throw new MillraceError('E0301', `table \`${table.name}\`: reading from Kafka is not built yet`, {
    hint: 'write to it, or read from MQTT or files',
  })
}
