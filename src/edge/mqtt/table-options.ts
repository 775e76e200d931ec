/** Options and METADATA keys of `'connector' = 'mqtt'`. The ones about time are read by the planner. */
import { parseSizeBytes } from '../../engine-lite/base/duration.js'
import type { TableDefinition } from '../../engine-lite/contract/connector.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { OptionSpec } from '../../engine-lite/contract/format.js'
import { parseTopicPattern, type TopicPattern } from './topic-filter.js'

export const MQTT_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'topic',
    required: true,
    help: 'Topic filter, with `+` and `#`. A level in braces matches like `+` and can be read as METADATA: `plant/{line}/{device}/telemetry`.',
  },
  { name: 'door', help: 'Name of the MQTT door of the gateway. Default: its first one.' },
  { name: 'qos', help: 'What is asked of an external broker. On the embedded one the device chooses.', values: ['0', '1'], default: '1' },
  {
    name: 'retained',
    help: 'Whether what an external broker sends from its retained store, at every new subscription, counts as a reading.',
    values: ['skip', 'take'],
    default: 'skip',
  },
  {
    name: 'dedup.unique-payloads',
    help: 'Payloads of a device never repeat (they hold a sequence number, a message id, a fine timestamp), so a redelivery can be told from a reading.',
    type: 'boolean',
    default: 'false',
  },
  {
    name: 'dedup.sequence-field',
    help: 'Column with a number that the device raises with every reading: the same number with the same payload is a repeat, whatever carried it.',
  },
  { name: 'dedup.device-field', help: 'Column that says whose sequence it is; METADATA columns do. Needed with dedup.sequence-field.' },
  {
    name: 'dedup.horizon',
    help: 'How far back in a sequence repeats are recognised; a number further back is a device that began anew.',
    type: 'int',
    default: '1024',
  },
  {
    name: 'dedup.entries-per-client',
    help: 'Publishes remembered per client: at least as many as it may have unacknowledged. Default: 128 for a device, all packet ids (65535) for an external broker, which may have any number of them on the way after reconnects.',
    type: 'int',
  },
  { name: 'dedup.memory', help: 'Memory for what is remembered of all clients.', type: 'size', default: '16mb' },
  {
    name: 'watermark.per',
    help: 'One watermark for the source, or one per device for queries that group by it.',
    values: ['source', 'device'],
    default: 'source',
  },
  { name: 'watermark.device', help: "The device's column, for watermark.per = device." },
  {
    name: 'watermark.when-silent',
    help: 'After this silence the watermark goes on with time until open windows are closed.',
    type: 'duration',
  },
  { name: 'future.max-skew', help: 'Rows further ahead of time than this are set aside.', type: 'duration' },
]

export const MQTT_METADATA: Readonly<Record<string, string>> = {
  topic: 'STRING NOT NULL',
  'topic.*': 'STRING',
  qos: 'INT NOT NULL',
  retained: 'BOOLEAN NOT NULL',
  dup: 'BOOLEAN NOT NULL',
  'client-id': 'STRING',
  'received-at': 'TIMESTAMP_LTZ(3) NOT NULL',
  'packet-id': 'INT NOT NULL',
}

/** A sender cannot have more unacknowledged than there are packet ids (MQTT 3.1.1 section 2.3.1). */
const PACKET_IDS = 65_535

/**
 * How many publishes of a client are remembered where nothing is set. mosquitto 2.0 goes beyond its `max_inflight_messages`: a
 * client that reconnects while messages are queued is sent more of them with every reconnect, whatever it has acknowledged.
 */
export const ENTRIES_PER_CLIENT = { broker: 128, client: PACKET_IDS } as const

export interface MqttTableOptions {
  readonly topic: TopicPattern
  readonly door: string | undefined
  readonly qos: 0 | 1
  readonly retained: boolean
  readonly uniquePayloads: boolean
  /** Positions of the columns. */
  readonly sequence: { readonly at: number; readonly device: number; readonly horizon: number } | undefined
  /** Undefined: what suits the door. */
  readonly entriesPerClientMax: number | undefined
  readonly memoryBytesMax: number
}

/** @throws MillraceError E0209, E0210, M0105 */
export function mqttTableOptions(table: TableDefinition): MqttTableOptions {
  const { options } = table
  const pattern = options.get('topic')
  if (pattern === undefined) throw new MillraceError('E0210', `table \`${table.name}\` has no 'topic'`)
  return {
    topic: parseTopicPattern(pattern),
    door: options.get('door'),
    qos: options.get('qos') === '0' ? 0 : 1,
    retained: options.get('retained') === 'take',
    uniquePayloads: options.get('dedup.unique-payloads')?.toLowerCase() === 'true',
    sequence: sequenceOf(table),
    entriesPerClientMax: options.has('dedup.entries-per-client')
      ? positive(options, 'dedup.entries-per-client', 128, PACKET_IDS)
      : undefined,
    memoryBytesMax: sizeOf(options.get('dedup.memory') ?? '16mb'),
  }
}

function sequenceOf(table: TableDefinition): MqttTableOptions['sequence'] {
  const field = table.options.get('dedup.sequence-field')
  const device = table.options.get('dedup.device-field')
  if (field === undefined) return undefined
  if (device === undefined) {
    throw new MillraceError('E0209', `'dedup.sequence-field' of table \`${table.name}\` needs 'dedup.device-field'`, {
      hint: 'name the column that tells devices apart',
    })
  }
  const at = columnAt(table, field, 'dedup.sequence-field')
  const type = table.columns[at]!.type.kind
  if (!['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'].includes(type)) {
    throw new MillraceError('E0209', `'dedup.sequence-field' = '${field}' is ${type}, not an integer`)
  }
  return { at, device: columnAt(table, device, 'dedup.device-field'), horizon: positive(table.options, 'dedup.horizon', 1024, 65_536) }
}

function columnAt(table: TableDefinition, name: string, option: string): number {
  const at = table.columns.findIndex((column) => column.name === name)
  if (at === -1) {
    throw new MillraceError('E0209', `'${option}' = '${name}' is no column of table \`${table.name}\``, {
      detail: [`columns: ${table.columns.map((column) => column.name).join(', ')}`],
    })
  }
  return at
}

function positive(options: ReadonlyMap<string, string>, name: string, fallback: number, max: number): number {
  const text = options.get(name)
  if (text === undefined) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new MillraceError('E0210', `'${name}' = '${text}' is not between 1 and ${max}`)
  return value
}

function sizeOf(text: string): number {
  const bytes = parseSizeBytes(text)
  if (bytes === undefined) throw new MillraceError('E0210', `'dedup.memory' = '${text}' is no size`, { hint: "write it as '16mb'" })
  return bytes
}
