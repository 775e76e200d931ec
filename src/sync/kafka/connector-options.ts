/** Options of the `kafka` and `upsert-kafka` connectors, by Flink's names. What has no meaning on a gateway is accepted and said so. */
import type { OptionSpec } from '../../engine-lite/contract/format.js'

const COMMON: readonly OptionSpec[] = [
  { name: 'topic', help: 'topic to write to', required: true },
  { name: 'properties.bootstrap.servers', help: 'host:port of some brokers, separated by commas', required: true },
  { name: 'properties.*', help: "settings of Kafka's own clients: security.protocol, sasl.mechanism, sasl.jaas.config, ssl.* (PEM), …" },
  { name: 'key.format', help: 'format of the record key' },
  { name: 'key.fields-prefix', help: 'prefix of the key columns that is left out in the key', default: '' },
  { name: 'value.fields-include', help: 'whether the value repeats the key columns', values: ['ALL', 'EXCEPT_KEY'], default: 'ALL' },
  { name: 'sink.parallelism', help: 'no effect: one chain writes', type: 'int' },
  {
    name: 'sink.delivery-guarantee',
    help: 'at-least-once with keys and versions that make repeats harmless',
    values: ['none', 'at-least-once', 'exactly-once'],
    default: 'at-least-once',
  },
  { name: 'sink.transactional-id-prefix', help: 'no effect without transactions' },
  { name: 'sink.transaction-naming-strategy', help: 'no effect without transactions' },
]

/** Reading is not built yet; a shared DDL may still carry these. */
const SCAN: readonly OptionSpec[] = [
  { name: 'scan.startup.mode', help: 'where reading starts' },
  { name: 'scan.startup.specific-offsets', help: 'where reading starts' },
  { name: 'scan.startup.timestamp-millis', help: 'where reading starts' },
  { name: 'scan.topic-partition-discovery.interval', help: 'how often new partitions are looked for', type: 'duration' },
  { name: 'scan.bounded.mode', help: 'where reading ends' },
  { name: 'scan.bounded.specific-offsets', help: 'where reading ends' },
  { name: 'scan.bounded.timestamp-millis', help: 'where reading ends' },
  { name: 'scan.parallelism', help: 'no effect: one chain reads', type: 'int' },
]

export const KAFKA_OPTIONS: readonly OptionSpec[] = [
  ...COMMON.map((option) => (option.name === 'topic' ? { name: option.name, help: option.help } : option)),
  { name: 'topic-pattern', help: 'for reading only' },
  { name: 'format', help: 'format of the record value' },
  { name: 'value.format', help: 'format of the record value' },
  { name: 'key.fields', help: 'columns of the record key, separated by semicolons' },
  {
    name: 'sink.partitioner',
    help: 'how records are spread over partitions',
    values: ['default', 'fixed', 'round-robin'],
    default: 'default',
  },
  ...SCAN,
]

export const UPSERT_KAFKA_OPTIONS: readonly OptionSpec[] = [
  ...COMMON.map((option) => (option.name === 'key.format' ? { ...option, required: true } : option)),
  { name: 'value.format', help: 'format of the record value', required: true },
  {
    name: 'sink.buffer-flush.max-rows',
    help: 'no effect: the outbox keeps only the newest waiting row of a key',
    type: 'int',
    default: '0',
  },
  {
    name: 'sink.buffer-flush.interval',
    help: 'no effect: the outbox keeps only the newest waiting row of a key',
    type: 'duration',
    default: '0s',
  },
  ...SCAN,
]

/** METADATA keys of Flink's Kafka connector. */
export const KAFKA_METADATA: Readonly<Record<string, string>> = {
  topic: 'STRING NOT NULL',
  partition: 'INT NOT NULL',
  headers: 'MAP<STRING, BYTES> NOT NULL',
  'leader-epoch': 'INT',
  offset: 'BIGINT NOT NULL',
  timestamp: 'TIMESTAMP_LTZ(3) NOT NULL',
  'timestamp-type': 'STRING NOT NULL',
}
