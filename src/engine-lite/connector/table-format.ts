/** The format a table names, ready for use: found by `format` (or `value.format`), with its own options stripped of their prefix. */
import type { ConnectorEnvironment, TableDefinition } from '../contract/connector.js'
import { MillraceError } from '../contract/errors/index.js'
import type { Decoder, Encoder, FormatSpec } from '../contract/format.js'
import type { Column } from '../contract/type.js'

/** @throws MillraceError E0210 where the table has no format, an unknown one, or one that cannot decode */
export function tableDecoder(table: TableDefinition, environment: ConnectorEnvironment): Decoder {
  const { format, options } = find(table, environment)
  if (format.decoder === undefined) throw new MillraceError('E0210', `format '${format.name}' of table \`${table.name}\` cannot be read`)
  return format.decoder(table.columns, options)
}

/** @throws MillraceError E0210 where the table has no format, an unknown one, or one that cannot encode */
export function tableEncoder(table: TableDefinition, columns: readonly Column[], environment: ConnectorEnvironment): Encoder {
  const { format, options } = find(table, environment)
  if (format.encoder === undefined) throw new MillraceError('E0210', `format '${format.name}' of table \`${table.name}\` cannot be written`)
  return format.encoder(columns, options)
}

function find(table: TableDefinition, environment: ConnectorEnvironment): { format: FormatSpec; options: ReadonlyMap<string, string> } {
  const key = table.options.has('value.format') ? 'value.format' : 'format'
  const name = table.options.get(key)
  const format = name === undefined ? undefined : environment.formats.get(name)
  if (format === undefined) {
    throw new MillraceError('E0210', name === undefined ? `table \`${table.name}\` has no format` : `unknown format '${name}'`)
  }
  const prefix = `${key.slice(0, -'format'.length)}${name}.`
  const options = new Map<string, string>()
  for (const [option, value] of table.options) if (option.startsWith(prefix)) options.set(option.slice(prefix.length), value)
  return { format, options }
}
