/**
 * A table meets its connector: options are checked against what the connector and its formats declare. Everything that is wrong with a
 * table is reported at once. Which options exist follows Flink's factories; an option nobody knows is an error there too.
 */

import { closestName } from '../../base/closest-name.js'
import { parseDurationMs } from '../../base/duration.js'
import type { ConnectorSpec, TableDefinition } from '../../contract/connector.js'
import { type ErrorCode, MillraceError, type Span } from '../../contract/errors/index.js'
import type { FormatSpec, OptionSpec } from '../../contract/format.js'
import type { SourceColumn } from '../../contract/source.js'
import type { CatalogTable } from '../catalog/table.js'

export interface BoundTable {
  readonly connector: ConnectorSpec
  readonly definition: TableDefinition
}

export type Connectors = ReadonlyMap<string, ConnectorSpec>
export type Formats = ReadonlyMap<string, FormatSpec>

/** Options that belong to every source or sink, read by the planner. Flink: FactoryUtil, plus the gateway's own for time. */
const COMMON_OPTIONS: readonly OptionSpec[] = [
  { name: 'connector', help: 'which connector serves the table', required: true },
  { name: 'scan.parallelism', help: 'accepted for portability', type: 'int' },
  { name: 'sink.parallelism', help: 'accepted for portability', type: 'int' },
  { name: 'scan.watermark.emit.strategy', help: 'watermarks are emitted on every row', values: ['on-event', 'on-periodic'] },
  { name: 'scan.watermark.idle-timeout', help: 'a silent input stops holding time back after this', type: 'duration' },
]

const FORMAT_OPTIONS: readonly OptionSpec[] = [
  { name: 'format', help: 'format of the value' },
  { name: 'value.format', help: 'format of the value' },
  { name: 'key.format', help: 'format of the key' },
]

/** Formats and connectors that Flink ships and millrace may not have: refused as such, not as unknown. */
const FLINK_FORMATS = [
  'avro',
  'avro-confluent',
  'canal-json',
  'csv',
  'debezium-avro-confluent',
  'debezium-json',
  'json',
  'maxwell-json',
  'ogg-json',
  'orc',
  'parquet',
  'protobuf',
  'raw',
]
const FLINK_CONNECTORS = [
  'blackhole',
  'datagen',
  'dynamodb',
  'elasticsearch-6',
  'elasticsearch-7',
  'filesystem',
  'firehose',
  'hbase-1.4',
  'hbase-2.2',
  'jdbc',
  'kafka',
  'kinesis',
  'mongodb',
  'opensearch',
  'print',
  'upsert-kafka',
]

/**
 * @param used columns a query reads; unused ones need not be filled. All columns when left out.
 * @throws never: problems are appended to `errors`, and undefined is returned
 */
export function bindTable(
  table: CatalogTable,
  options: ReadonlyMap<string, string>,
  columns: readonly SourceColumn[],
  connectors: Connectors,
  formats: Formats,
  errors: MillraceError[],
): BoundTable | undefined {
  const before = errors.length
  const report = (code: ErrorCode, message: string, span: Span | undefined, hint?: string, detail: readonly string[] = []) =>
    errors.push(new MillraceError(code, message, { place: { ...table.place, ...(span && { span }) }, detail, ...(hint && { hint }) }))
  const name = options.get('connector')
  if (name === undefined) {
    report(
      'E0210',
      `table \`${table.name}\` does not say which connector serves it`,
      table.place.span,
      "add 'connector' = '…' to its WITH options",
    )
    return undefined
  }
  const connector = connectors.get(name)
  if (connector === undefined) {
    const known = [...connectors.keys()].sort()
    const close = closestName(name, known)
    const span = table.options.get('connector')?.valueSpan
    const detail = [`connectors: ${known.join(', ')}`]
    if (FLINK_CONNECTORS.includes(name)) report('E0301', `connector '${name}' is not built yet`, span, undefined, detail)
    else report('E0210', `unknown connector '${name}'`, span, close && `did you mean '${close}'?`, detail)
    return undefined
  }
  checkOptions(table, options, connector, formats, report)
  checkMetadata(table, connector, report)
  const definition: TableDefinition = {
    path: table.path,
    name: table.name,
    columns,
    primaryKey: table.primaryKey,
    partitionedBy: table.partitionedBy,
    options,
  }
  if (errors.length === before) {
    try {
      connector.validate?.(definition)
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      errors.push(atTable(error, table))
    }
  }
  return errors.length === before ? { connector, definition } : undefined
}

/** The same error with the table as its place, where a connector could not know one. */
export function atTable(error: MillraceError, table: CatalogTable): MillraceError {
  if (error.place !== undefined) return error
  return new MillraceError(error.code, error.message, {
    place: table.place,
    detail: error.detail,
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  })
}

type Report = (code: ErrorCode, message: string, span: Span | undefined, hint?: string, detail?: readonly string[]) => void

function checkOptions(
  table: CatalogTable,
  options: ReadonlyMap<string, string>,
  connector: ConnectorSpec,
  formats: Formats,
  report: Report,
): void {
  const known = new Map([...COMMON_OPTIONS, ...connector.options].map((spec) => [spec.name, spec]))
  if (connector.format !== undefined) {
    for (const spec of FORMAT_OPTIONS) if (!known.has(spec.name)) known.set(spec.name, spec)
    if (connector.format === 'required' && !options.has('format') && !options.has('value.format')) {
      report(
        'E0210',
        `table \`${table.name}\` has no format`,
        table.place.span,
        `add 'format' = 'json': connector '${connector.name}' needs one`,
      )
    }
    addFormatOptions(table, options, formats, known, report)
  }
  for (const [key, value] of options) {
    const spec = known.get(key) ?? patternOf(key, known)
    const entry = table.options.get(key)
    if (spec === undefined) {
      const close = closestName(key, [...known.keys()])
      const hint = close === undefined ? undefined : `did you mean '${close}'?`
      report('E0210', `connector '${connector.name}' has no option '${key}'`, entry?.keySpan, hint, [
        `options: ${[...known.keys()].sort().join(', ')}`,
      ])
    } else {
      const problem = valueProblem(spec, value)
      if (problem !== undefined) report('E0210', `option '${key}' ${problem}, not '${value}'`, entry?.valueSpan)
    }
  }
  for (const spec of known.values()) {
    if (spec.required && spec.default === undefined && !options.has(spec.name)) {
      report('E0210', `table \`${table.name}\` lacks option '${spec.name}'`, table.place.span, `'${spec.name}': ${spec.help}`)
    }
  }
}

/** The declared `prefix.*` that stands for every option under the prefix; the connector's own `validate` looks closer. */
function patternOf(key: string, known: ReadonlyMap<string, OptionSpec>): OptionSpec | undefined {
  for (let at = key.lastIndexOf('.'); at > 0; at = key.lastIndexOf('.', at - 1)) {
    const spec = known.get(`${key.slice(0, at)}.*`)
    if (spec !== undefined) return spec
  }
  return undefined
}

function addFormatOptions(
  table: CatalogTable,
  options: ReadonlyMap<string, string>,
  formats: Formats,
  known: Map<string, OptionSpec>,
  report: Report,
): void {
  for (const prefix of ['', 'value.', 'key.']) {
    const name = options.get(`${prefix}format`)
    if (name === undefined) continue
    const format = formats.get(name)
    if (format === undefined) {
      const span = table.options.get(`${prefix}format`)?.valueSpan
      const detail = [`formats: ${[...formats.keys()].sort().join(', ')}`]
      if (FLINK_FORMATS.includes(name)) report('E0301', `format '${name}' is not built yet`, span, undefined, detail)
      else report('E0210', `unknown format '${name}'`, span, undefined, detail)
      continue
    }
    for (const spec of format.options) known.set(`${prefix}${name}.${spec.name}`, { ...spec, name: `${prefix}${name}.${spec.name}` })
  }
}

function checkMetadata(table: CatalogTable, connector: ConnectorSpec, report: Report): void {
  const served = Object.keys(connector.metadata ?? {})
  for (const column of table.columns) {
    if (column.kind !== 'metadata') continue
    const found = served.some((key) => (key.endsWith('.*') ? column.key.startsWith(key.slice(0, -1)) : key === column.key))
    if (found) continue
    const detail = served.length === 0 ? [`connector '${connector.name}' has no metadata`] : [`metadata: ${served.join(', ')}`]
    report('E0209', `connector '${connector.name}' has no metadata '${column.key}'`, table.place.span, undefined, detail)
  }
}

function valueProblem(spec: OptionSpec, value: string): string | undefined {
  if (spec.values !== undefined && !spec.values.includes(value)) return `takes ${spec.values.map((v) => `'${v}'`).join(' or ')}`
  switch (spec.type) {
    case 'int':
      return /^[+-]?\d+$/.test(value.trim()) ? undefined : 'takes a whole number'
    case 'boolean':
      return /^(true|false)$/i.test(value.trim()) ? undefined : "takes 'true' or 'false'"
    case 'duration':
      return parseDurationMs(value) === undefined ? "takes a duration such as '10 s' or '5min'" : undefined
    default:
      return undefined
  }
}
