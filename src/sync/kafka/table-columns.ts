/**
 * Which columns of a Kafka table make the key and which the value.
 * Source of semantics: Flink's `KafkaConnectorOptionsUtil`.
 */
import { closestName } from '../../engine-lite/base/closest-name.js'
import type { TableDefinition } from '../../engine-lite/contract/connector.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { SourceColumn } from '../../engine-lite/contract/source.js'
import type { Column } from '../../engine-lite/contract/type.js'

/** Positions in the written row, and the columns as the format sees them. */
export interface PartColumns {
  readonly positions: readonly number[]
  readonly columns: readonly Column[]
}

export interface KafkaTableColumns {
  readonly key: PartColumns | null
  readonly value: PartColumns
  /** Position of the column that is written as METADATA `timestamp`. */
  readonly timestampPosition: number | null
}

/**
 * @param keyNames the primary key (upsert-kafka) or `key.fields`; empty: no key
 * @throws MillraceError E0209, E0210, E0301
 */
export function kafkaTableColumns(table: TableDefinition, keyNames: readonly string[]): KafkaTableColumns {
  const prefix = table.options.get('key.fields-prefix') ?? ''
  const exceptKey = table.options.get('value.fields-include') === 'EXCEPT_KEY'
  if (prefix !== '' && !exceptKey) {
    throw new MillraceError('E0210', "`key.fields-prefix` needs 'value.fields-include' = 'EXCEPT_KEY'", {
      hint: 'else the value would carry the prefixed columns too',
    })
  }
  const physical = table.columns.flatMap((column, position) => (column.metadataKey === undefined ? [{ column, position }] : []))
  const key = keyNames.map((name) => {
    const found = physical.find(({ column }) => column.name === name)
    if (found === undefined) throw unknownKeyColumn(name, physical)
    if (!name.startsWith(prefix)) {
      throw new MillraceError('E0210', `key column \`${name}\` does not start with \`key.fields-prefix\` '${prefix}'`)
    }
    return found
  })
  const value = exceptKey ? physical.filter((field) => !key.includes(field)) : physical
  if (value.length === 0) throw new MillraceError('E0209', `no column is left for the value of table \`${table.name}\``)
  return {
    key: key.length === 0 ? null : partOf(key, prefix.length),
    value: partOf(value, 0),
    timestampPosition: timestampPosition(table),
  }
}

function partOf(fields: readonly { column: SourceColumn; position: number }[], prefixLength: number): PartColumns {
  return {
    positions: fields.map(({ position }) => position),
    columns: fields.map(({ column }) => ({ name: column.name.slice(prefixLength), type: column.type })),
  }
}

function unknownKeyColumn(name: string, physical: readonly { column: SourceColumn }[]): MillraceError {
  const names = physical.map(({ column }) => column.name)
  const close = closestName(name, names)
  return new MillraceError('E0210', `\`key.fields\` names \`${name}\`, which is no physical column`, {
    detail: [`columns: ${names.join(', ')}`],
    ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
  })
}

/** Metadata columns of a written table: the timestamp can be set, the others not (yet). */
function timestampPosition(table: TableDefinition): number | null {
  let position: number | null = null
  table.columns.forEach((column, at) => {
    if (column.metadataKey === undefined) return
    if (column.metadataKey === 'timestamp') position = at
    else if (column.metadataKey === 'headers') throw new MillraceError('E0301', 'writing METADATA `headers` is not built yet')
    else {
      throw new MillraceError('E0209', `METADATA \`${column.metadataKey}\` cannot be written`, {
        hint: `declare \`${column.name}\` as METADATA VIRTUAL`,
      })
    }
  })
  return position
}
