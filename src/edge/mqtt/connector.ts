/** `'connector' = 'mqtt'`: tables fed by the gateway's MQTT doors. */
import { tableDecoder } from '../../engine-lite/connector/table-format.js'
import type { ConnectorSpec } from '../../engine-lite/contract/connector.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { SourceColumn } from '../../engine-lite/contract/source.js'
import type { Door, MqttDoors } from './doors.js'
import { MetadataColumns } from './metadata-columns.js'
import { MQTT_METADATA, MQTT_OPTIONS, type MqttTableOptions, mqttTableOptions } from './table-options.js'
import { MqttTableSource } from './table-source.js'

/**
 * The mqtt connector over these doors. They may be started later; a table looks its door up when its source is made.
 *
 * @example
 * CREATE TABLE telemetry (
 *   device STRING METADATA FROM 'topic.device',
 *   ts TIMESTAMP_LTZ(3), temperature DOUBLE,
 *   WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
 * ) WITH ('connector' = 'mqtt', 'topic' = 'plant/+/{device}/telemetry', 'format' = 'json')
 */
export function createMqttConnector(doors: MqttDoors): ConnectorSpec {
  return {
    name: 'mqtt',
    options: MQTT_OPTIONS,
    metadata: MQTT_METADATA,
    format: 'required',
    validate(table) {
      const options = mqttTableOptions(table)
      new MetadataColumns(table.columns, options.topic)
    },
    createSource(table, environment) {
      const options = mqttTableOptions(table)
      const columns = withSequence(table.columns, options.sequence)
      const metadata = new MetadataColumns(columns, options.topic)
      const decoder = tableDecoder({ ...table, columns }, environment)
      const door = doorNamed(doors, options.door, table.name)
      return (context) => new MqttTableSource(context, door, decoder, metadata, options)
    },
  }
}

/** What repeats are recognised by is read even where no query does. */
function withSequence(columns: readonly SourceColumn[], sequence: MqttTableOptions['sequence']): readonly SourceColumn[] {
  return columns.map((column, at) => (at === sequence?.at || at === sequence?.device ? { ...column, used: true } : column))
}

/** @throws MillraceError E0210 */
function doorNamed(doors: MqttDoors, name: string | undefined, table: string): Door {
  const door = name === undefined ? doors.default : doors.get(name)
  if (door !== undefined) return door
  const known = doors.names.join(', ')
  throw new MillraceError('E0210', name === undefined ? `table \`${table}\` needs an MQTT door` : `there is no MQTT door named '${name}'`, {
    detail: [known === '' ? 'the gateway has no MQTT doors' : `doors: ${known}`],
    hint: 'configure mqtt.embedded or mqtt.external',
  })
}
