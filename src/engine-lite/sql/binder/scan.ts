/** A table as the lowest part of a plan: scan, computed columns, watermark. */
import type { Span } from '../../contract/errors/index.js'
import type { SourceColumn } from '../../contract/source.js'
import type { Schema } from '../../contract/type.js'
import type { HintAst } from '../ast/query.js'
import type { CatalogTable } from '../catalog/table.js'
import type { BoundExpr } from '../expr/bound.js'
import { columnExpr } from '../logical/expression.js'
import type { LogicalPlan, ScanPlan } from '../logical/plan.js'
import { withAttribute } from '../types/make.js'
import { type BindContext, fail, notBuilt } from './context.js'
import { project } from './relation.js'

/** @param span where the table is named, for messages */
export function scanTable(table: CatalogTable, hints: readonly HintAst[], context: BindContext, span: Span): LogicalPlan {
  const options = optionsWithHints(table, hints)
  const columns = sourceColumnsOf(table)
  const changes = sourceChanges(context, options)
  if (changes === 'upsert') notBuilt(`reading the upserts of \`${table.name}\``, span)
  const scan: ScanPlan = { kind: 'scan', table, options, columns, changes, schema: columns.map(({ name, type }) => ({ name, type })) }
  const full = withComputedColumns(table, scan)
  const { watermark } = table
  if (watermark === undefined) return full
  return {
    kind: 'watermark',
    input: full,
    column: watermark.column,
    expression: watermark.expression,
    table,
    options,
    schema: table.schema,
  }
}

/** Physical and metadata columns, as their connector sees them: time attributes come with the watermark. */
export function sourceColumnsOf(table: CatalogTable): SourceColumn[] {
  return table.columns.flatMap((column): SourceColumn[] => {
    if (column.kind === 'computed') return []
    const base = { name: column.name, type: withAttribute(column.type, undefined), used: true }
    return [column.kind === 'metadata' ? { ...base, metadataKey: column.key } : base]
  })
}

/** The options of the table, those of an OPTIONS hint over them. */
export function optionsWithHints(table: CatalogTable, hints: readonly HintAst[]): ReadonlyMap<string, string> {
  const options = new Map([...table.options].map(([key, { value }]) => [key, value]))
  for (const hint of hints) {
    if (hint.name !== 'OPTIONS') notBuilt(`the hint ${hint.name}`, hint.span)
    for (const { key, value } of hint.options) {
      if (key === '') fail('E0210', "an OPTIONS hint holds 'key' = 'value' pairs", hint.span)
      if (key === 'connector') fail('E0210', 'a hint cannot change the connector of a table', hint.span)
      options.set(key, value)
    }
  }
  return options
}

function sourceChanges(context: BindContext, options: ReadonlyMap<string, string>): ScanPlan['changes'] {
  return context.connectors.get(options.get('connector') ?? '')?.sourceMode?.(options) ?? 'append'
}

function withComputedColumns(table: CatalogTable, scan: ScanPlan): LogicalPlan {
  if (table.columns.every((column) => column.kind !== 'computed')) return scan
  let position = 0
  const projections = table.columns.map((column): BoundExpr => {
    return column.kind === 'computed' ? column.expression : columnExpr(scan.schema, position++)
  })
  const schema: Schema = table.columns
  return project(
    scan,
    schema.map((column) => column.name),
    projections,
  )
}
