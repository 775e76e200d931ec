import { describe, expect, it } from 'vitest'
import type { ConnectorSpec, TableDefinition } from '../../../src/engine-lite/contract/connector.js'
import { MillraceError } from '../../../src/engine-lite/contract/errors/index.js'
import { DELETE, INSERT, type Row, type RowKind, UPDATE_AFTER, UPDATE_BEFORE } from '../../../src/engine-lite/contract/row.js'
import type { OutboxPut, SinkContext } from '../../../src/engine-lite/contract/sink.js'
import type { SourceColumn } from '../../../src/engine-lite/contract/source.js'
import { LENGTH_MAX, type LogicalType } from '../../../src/engine-lite/contract/type.js'
import { FORMATS } from '../../../src/engine-lite/format/registry.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { KAFKA_CONNECTOR, kafkaOptionsOfTable, UPSERT_KAFKA_CONNECTOR } from '../../../src/sync/kafka/connector.js'
import { noMetrics } from '../support/no-metrics.js'
import { recordingLog } from '../support/real-clock.js'

const STRING: LogicalType = { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }
const DOUBLE: LogicalType = { kind: 'DOUBLE', nullable: true }
const TIMESTAMP: LogicalType = { kind: 'TIMESTAMP', precision: 3, nullable: true }
const COLUMNS: SourceColumn[] = [
  { name: 'device', type: STRING, used: true },
  { name: 'window_end', type: TIMESTAMP, used: true },
  { name: 'avg_t', type: DOUBLE, used: true },
]

function table(options: Record<string, string>, primaryKey: string[] = [], columns: SourceColumn[] = COLUMNS): TableDefinition {
  const all = { topic: 'averages', 'properties.bootstrap.servers': 'k:9092', ...options }
  return {
    path: 'default_catalog.default_database.averages',
    name: 'averages',
    columns,
    primaryKey,
    partitionedBy: [],
    options: new Map(Object.entries(all).filter(([, value]) => value !== '')),
  }
}

/** What the sink of the table puts into the outbox. */
function written(spec: ConnectorSpec, definition: TableDefinition, rows: readonly (readonly [Row, RowKind])[]): OutboxPut[] {
  spec.validate?.(definition)
  const puts: OutboxPut[] = []
  const context: SinkContext = {
    id: 'sink',
    put: (record) => puts.push(record),
    state: () => {},
    deadLetter: () => {},
    clock: new SimulatedClock(),
    metrics: noMetrics(),
    log: recordingLog(),
  }
  const environment = { formats: FORMATS, gatewayId: 'gw', pipeline: 'averages-v1', timeZone: 'UTC' }
  const sink = spec.createSink!(definition, definition.columns, environment)(context)
  for (const [row, kind] of rows) sink.write(row, kind)
  return puts
}

const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('utf8'))
const AT = Date.UTC(2024, 2, 1, 8)
const UPSERT = { 'key.format': 'json', 'value.format': 'json' }

function refusal(spec: ConnectorSpec, definition: TableDefinition): { code: string; message: string } {
  try {
    written(spec, definition, [])
  } catch (thrown) {
    if (thrown instanceof MillraceError) return { code: thrown.code, message: thrown.message }
    throw thrown
  }
  throw new Error('was accepted')
}

describe('upsert-kafka', () => {
  it('writes the primary key as key, the row as value; a tombstone for -U and -D', () => {
    const puts = written(UPSERT_KAFKA_CONNECTOR, table(UPSERT, ['device', 'window_end']), [
      [['d1', AT, 20], INSERT],
      [['d1', AT, 20], UPDATE_BEFORE],
      [['d1', AT, 21.5], UPDATE_AFTER],
      [['d1', AT, 21.5], DELETE],
    ])
    expect(puts.map(({ key, value }) => [text(key), text(value)])).toEqual([
      ['{"device":"d1","window_end":"2024-03-01 08:00:00"}', '{"device":"d1","window_end":"2024-03-01 08:00:00","avg_t":20.0}'],
      ['{"device":"d1","window_end":"2024-03-01 08:00:00"}', null],
      ['{"device":"d1","window_end":"2024-03-01 08:00:00"}', '{"device":"d1","window_end":"2024-03-01 08:00:00","avg_t":21.5}'],
      ['{"device":"d1","window_end":"2024-03-01 08:00:00"}', null],
    ])
    expect(puts[0]).toMatchObject({ destination: 'kafka:averages', mode: 'upsert', query: 'averages-v1', eventTimeMs: AT })
  })

  it('keeps the order of the key as declared', () => {
    const [put] = written(UPSERT_KAFKA_CONNECTOR, table(UPSERT, ['window_end', 'device']), [[['d1', AT, 20], INSERT]])
    expect(text(put!.key)).toBe('{"window_end":"2024-03-01 08:00:00","device":"d1"}')
  })

  it('leaves the key out of the value, and the prefix out of the key, where asked', () => {
    const columns = [{ name: 'k_device', type: STRING, used: true }, ...COLUMNS.slice(1)]
    const options = { ...UPSERT, 'value.fields-include': 'EXCEPT_KEY', 'key.fields-prefix': 'k_' }
    const [put] = written(UPSERT_KAFKA_CONNECTOR, table(options, ['k_device'], columns), [[['d1', AT, 20], INSERT]])
    expect([text(put!.key), text(put!.value)]).toEqual(['{"device":"d1"}', '{"window_end":"2024-03-01 08:00:00","avg_t":20.0}'])
  })

  it('takes the raw format for a key of one column, and format options under their prefix', () => {
    const options = { 'key.format': 'raw', 'value.format': 'json', 'value.json.timestamp-format.standard': 'ISO-8601' }
    const [put] = written(UPSERT_KAFKA_CONNECTOR, table(options, ['device']), [[['d1', AT, 20], INSERT]])
    expect([text(put!.key), text(put!.value)]).toEqual(['d1', '{"device":"d1","window_end":"2024-03-01T08:00:00","avg_t":20.0}'])
  })

  it('writes METADATA timestamp as the time of the event and not into the value', () => {
    const columns = [
      ...COLUMNS,
      { name: 'ts', type: { ...TIMESTAMP, kind: 'TIMESTAMP_LTZ' } as LogicalType, used: true, metadataKey: 'timestamp' },
    ]
    const [put] = written(UPSERT_KAFKA_CONNECTOR, table(UPSERT, ['device'], columns), [[['d1', AT, 20, AT + 5], INSERT]])
    expect(put!.eventTimeMs).toBe(AT + 5)
    expect(text(put!.value)).not.toContain('ts')
  })

  it.each([
    ['window_end', ['window_start', 'window_end'], 1],
    ['window_time', ['window_time', 'window_start'], 0],
    ['window_start', ['window_start', 'window_begin'], 0],
  ])('knows the time of a result by %s', (_name, names, at) => {
    const columns = [{ name: 'device', type: STRING, used: true }, ...names.map((name) => ({ name, type: TIMESTAMP, used: true }))]
    const [put] = written(UPSERT_KAFKA_CONNECTOR, table(UPSERT, ['device'], columns), [[['d1', AT, AT + 10], INSERT]])
    expect(put!.eventTimeMs).toBe(AT + at * 10)
  })

  it.each([
    [UPSERT, [], 'E0209', 'PRIMARY KEY'],
    [{ ...UPSERT, format: 'json' }, ['device'], 'E0210', "'format'"],
    [{ ...UPSERT, 'key.fields-prefix': 'k_' }, ['device'], 'E0210', 'EXCEPT_KEY'],
    [{ ...UPSERT, 'key.fields-prefix': 'k_', 'value.fields-include': 'EXCEPT_KEY' }, ['device'], 'E0210', 'does not start with'],
    [{ ...UPSERT, 'sink.delivery-guarantee': 'exactly-once' }, ['device'], 'E0301', 'exactly-once'],
    [{ ...UPSERT, 'sink.buffer-flush.max-rows': '10' }, ['device'], 'E0210', 'both or none'],
    [{ ...UPSERT, 'key.format': 'protobuf' }, ['device'], 'E0210', 'protobuf'],
    [{ ...UPSERT, 'value.format': '' }, ['device'], 'E0210', 'missing option'],
    [{ ...UPSERT, topic: 'a;b' }, ['device'], 'E0210', 'one topic'],
    [{ ...UPSERT, topic: 'a b' }, ['device'], 'E0210', 'no name of a topic'],
    [{ ...UPSERT, 'properties.bootstrap.servers': '' }, ['device'], 'E0210', 'bootstrap.servers'],
  ])('refuses %o with key %o: %s', (options, primaryKey, code, message) => {
    const found = refusal(UPSERT_KAFKA_CONNECTOR, table(options, primaryKey))
    expect(found).toEqual({ code, message: expect.stringContaining(message) })
  })
})

describe('kafka', () => {
  it('writes every row, without key unless key.fields names one', () => {
    const plain = written(KAFKA_CONNECTOR, table({ format: 'json' }), [[['d1', AT, null], INSERT]])
    expect(plain).toMatchObject([{ mode: 'append', key: null }])
    expect(text(plain[0]!.value)).toBe('{"device":"d1","window_end":"2024-03-01 08:00:00","avg_t":null}')
    const keyed = written(KAFKA_CONNECTOR, table({ format: 'json', 'key.format': 'raw', 'key.fields': 'device' }), [
      [['d1', AT, 1], INSERT],
    ])
    expect(text(keyed[0]!.key)).toBe('d1')
  })

  it('sends no bytes at all for a NULL in the raw format', () => {
    const one = [{ name: 'v', type: STRING, used: true }]
    const puts = written(KAFKA_CONNECTOR, table({ format: 'raw' }, [], one), [
      [['x'], INSERT],
      [[null], INSERT],
    ])
    expect(puts.map(({ value }) => text(value))).toEqual(['x', null])
  })

  it.each([
    [{ format: 'json' }, ['device'], 'E0209', 'PRIMARY KEY'],
    [{ format: '' }, [], 'E0210', 'missing option'],
    [{ format: 'json', 'key.format': 'json' }, [], 'E0210', 'needs `key.fields`'],
    [{ format: 'json', 'key.fields': 'device' }, [], 'E0210', 'need `key.format`'],
    [{ format: 'json', 'key.format': 'json', 'key.fields': 'devise' }, [], 'E0210', '`devise`'],
    [{ format: 'json', 'sink.partitioner': 'fixed' }, [], 'E0301', 'fixed'],
    [{ format: 'json', 'topic-pattern': 'a.*' }, [], 'E0210', 'exactly one'],
    [{ format: 'raw' }, [], 'E0209', 'one column'],
  ])('refuses %o with key %o: %s', (options, primaryKey, code, message) => {
    const found = refusal(KAFKA_CONNECTOR, table(options, primaryKey))
    expect(found).toEqual({ code, message: expect.stringContaining(message) })
  })

  it('cannot be read yet, and says so', () => {
    const environment = { formats: FORMATS, gatewayId: 'gw', pipeline: 'p', timeZone: 'UTC' }
    expect(() => KAFKA_CONNECTOR.createSource!(table({ format: 'json' }), environment)).toThrow('not built yet')
  })

  it('tells how to reach the cluster', () => {
    expect(kafkaOptionsOfTable(table({ format: 'json', 'properties.client.id': 'me' }), 'x')).toMatchObject({
      brokers: ['k:9092'],
      clientId: 'me',
    })
  })

  it('refuses to write metadata that cannot be set', () => {
    const columns = [...COLUMNS, { name: 'p', type: DOUBLE, used: true, metadataKey: 'partition' }]
    expect(refusal(KAFKA_CONNECTOR, table({ format: 'json' }, [], columns))).toMatchObject({ code: 'E0209' })
  })
})
