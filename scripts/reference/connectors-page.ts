/** docs/reference/connectors.md: what each connector and format takes, from what they declare. */
import { MQTT_METADATA, MQTT_OPTIONS } from '../../src/edge/mqtt/table-options.js'
import { builtinConnectors } from '../../src/engine-lite/connector/builtin.js'
import type { ConnectorSpec } from '../../src/engine-lite/contract/connector.js'
import type { OptionSpec } from '../../src/engine-lite/contract/format.js'
import { FORMATS } from '../../src/engine-lite/format/registry.js'
import { KAFKA_CONNECTOR, UPSERT_KAFKA_CONNECTOR } from '../../src/sync/kafka/connector.js'

/** What each is for, how far it can be trusted. */
const ABOUT: Readonly<Record<string, string>> = {
  mqtt: 'Source. Readings from the gateway’s MQTT doors. QoS 1 is acknowledged after the commit that holds the effect of the reading.',
  'upsert-kafka':
    'Sink, as in Flink: the PRIMARY KEY is the record’s key, a delete is a tombstone. Rows wait in the outbox; a reader that keeps the newest of each key sees each once.',
  kafka: 'Sink for results that are never updated, in order of emission. After an unclean stop a row may be sent again under the same id.',
  filesystem: 'Bounded source of lines; sink that writes every row once, also after a crash.',
  datagen: 'Source of generated rows. After a restart it goes on with the row behind the last commit.',
  print: 'Sink that prints a changelog. After a crash, rows since the last commit are printed again.',
  blackhole: 'Sink that keeps nothing.',
}

export function connectorsPage(): string {
  const mqtt = { name: 'mqtt', options: MQTT_OPTIONS, metadata: MQTT_METADATA, format: 'required' as const }
  const builtin = builtinConnectors({ random: () => 0, write: () => undefined, rowText: () => () => '' })
  const connectors: readonly ConnectorSpec[] = [mqtt, UPSERT_KAFKA_CONNECTOR, KAFKA_CONNECTOR, ...builtin].sort(
    (a, b) => order(a.name) - order(b.name),
  )
  const parts = [
    '# Connectors and formats',
    '',
    'What stands in `WITH (…)`. Names and meanings are Flink’s where Flink has the connector; an option nobody declares is an error with the closest name.',
    'This page is made from what connectors declare, by `npx tsx scripts/reference.ts`.',
  ]
  for (const connector of connectors) parts.push('', ...connectorPart(connector))
  parts.push(
    '',
    '# Formats',
    '',
    'Given by `format`, or `key.format` and `value.format`; their options stand behind their name: `json.ignore-parse-errors`.',
  )
  for (const format of FORMATS.values()) {
    const ways = [format.decoder && 'read', format.encoder && 'written'].filter(Boolean).join(' and ')
    parts.push('', `## \`${format.name}\``, '', `Can be ${ways}.`, ...optionTable(format.options))
  }
  return `${parts.join('\n')}\n`
}

function order(name: string): number {
  const at = Object.keys(ABOUT).indexOf(name)
  if (at === -1) throw new Error(`say what connector ${name} is for in scripts/reference/connectors-page.ts`)
  return at
}

function connectorPart({ name, options, metadata, format }: ConnectorSpec): string[] {
  const parts = [`## \`${name}\``, '', ABOUT[name]!]
  if (format !== undefined) parts.push('', `A format is ${format}.`)
  parts.push(...optionTable(options))
  const keys = Object.entries(metadata ?? {})
  if (keys.length > 0) parts.push('', `METADATA: ${keys.map(([key, type]) => `\`${key}\` ${type}`).join(' · ')}`)
  return parts
}

function optionTable(options: readonly OptionSpec[]): string[] {
  if (options.length === 0) return ['', 'No options.']
  const rows = options.map(({ name, help, values, type, required, default: value }) => {
    const takes = values?.map((one) => `\`${one}\``).join(', ') ?? type ?? 'text'
    const standard = required ? '**required**' : value === undefined ? '' : `\`${value}\``
    return `| \`${name}\` | ${takes} | ${standard} | ${help.replaceAll('|', '\\|')} |`
  })
  return ['', '| option | takes | default | meaning |', '|---|---|---|---|', ...rows]
}
