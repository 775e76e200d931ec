/** Statements that ask about the session: SHOW, DESCRIBE, SET without a key. Columns are named as in Flink. */
import { MillraceError } from '../../contract/errors/index.js'
import { type Column, LENGTH_MAX } from '../../contract/type.js'
import type { ShowAst, StatementAst } from '../ast/statement.js'
import type { Catalog } from '../catalog/catalog.js'
import { printType } from '../types/print.js'
import type { Settings } from './settings.js'
import type { StatementResult } from './statement-result.js'

type DescribeAst = Extract<StatementAst, { kind: 'describe' }>

const text = (name: string): Column => ({ name, type: { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true } })

export function showSettings(settings: Settings): StatementResult {
  return { kind: 'answer', columns: [text('key'), text('value')], rows: settings.entries() }
}

/** @throws MillraceError E0201 */
export function describe(catalog: Catalog, statement: DescribeAst): StatementResult {
  const object = catalog.get(statement.name.parts)
  if (object === undefined) {
    const close = catalog.closest(statement.name.parts)
    throw new MillraceError('E0201', `unknown table \`${statement.name.parts.join('.')}\``, {
      place: { span: statement.name.span },
      ...(close !== undefined && { hint: `did you mean \`${close}\`?` }),
    })
  }
  const watermark = object.kind === 'table' ? object.watermark?.column : undefined
  const primaryKey = object.kind === 'table' ? object.primaryKey : []
  const rows = object.schema.map(({ name, type }, i) => [
    name,
    printType({ ...type, nullable: true }),
    type.nullable ? 'TRUE' : 'FALSE',
    primaryKey.includes(name) ? `PRI(${primaryKey.join(', ')})` : null,
    object.kind === 'table' && object.columns[i]?.kind !== 'physical' ? (object.columns[i]?.kind.toUpperCase() ?? null) : null,
    i === watermark ? 'WATERMARK' : null,
  ])
  return { kind: 'answer', columns: ['name', 'type', 'null', 'key', 'extras', 'watermark'].map(text), rows }
}

/** @throws MillraceError E0301 for what is not listed here */
export function showObjects(catalog: Catalog, statement: ShowAst): StatementResult {
  if (statement.from !== undefined || statement.like !== undefined) {
    throw notBuilt(`SHOW ${statement.what} with FROM or LIKE`, statement)
  }
  switch (statement.what) {
    case 'TABLES':
      return { kind: 'answer', columns: [text('table name')], rows: catalog.objects().map(({ name }) => [name]) }
    case 'VIEWS':
      return { kind: 'answer', columns: [text('view name')], rows: catalog.objects('view').map(({ name }) => [name]) }
    case 'CURRENT CATALOG':
      return { kind: 'answer', columns: [text('current catalog name')], rows: [['default_catalog']] }
    case 'CURRENT DATABASE':
      return { kind: 'answer', columns: [text('current database name')], rows: [['default_database']] }
    default:
      throw notBuilt(`SHOW ${statement.what}`, statement)
  }
}

function notBuilt(what: string, { span }: ShowAst): MillraceError {
  return new MillraceError('E0301', `${what} is valid in Flink and not built yet`, { place: { span } })
}
