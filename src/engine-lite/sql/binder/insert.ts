/** INSERT INTO: the query's columns are fitted to the table's, and its changes to what the sink takes. */
import { closestName } from '../../base/closest-name.js'
import type { Span } from '../../contract/errors/index.js'
import type { Column } from '../../contract/type.js'
import type { InsertAst } from '../ast/statement.js'
import type { CatalogTable } from '../catalog/table.js'
import type { BoundExpr } from '../expr/bound.js'
import { castTo } from '../expr/cast-to.js'
import { nullLiteral } from '../expr/make-case.js'
import { columnExpr } from '../logical/expression.js'
import type { LogicalPlan, SinkPlan } from '../logical/plan.js'
import { isImplicitCast } from '../types/cast-rules.js'
import { withAttribute } from '../types/make.js'
import { printSchema, printType } from '../types/print.js'
import { type BindContext, type ErrorList, fail, gather, notBuilt } from './context.js'
import { project } from './relation.js'
import { optionsWithHints } from './scan.js'
import { checkChanges } from './sink-changes.js'

export function bindSink(ast: InsertAst, context: BindContext, bindInput: () => LogicalPlan): SinkPlan {
  return gather(context.source, (errors) => {
    const table = errors.attempt(() => targetOf(ast, context))
    if (ast.overwrite) errors.attempt(() => notBuilt('INSERT OVERWRITE', ast.table.span, 'write INSERT INTO'))
    const conflict = ast.onConflict
    if (conflict !== undefined) errors.attempt(() => notBuilt('ON CONFLICT', conflict.span))
    const input = errors.attempt(bindInput)
    errors.throwIfAny()
    return sinkOf(ast, table as CatalogTable, input as LogicalPlan, context, errors)
  })
}

function targetOf(ast: InsertAst, context: BindContext): CatalogTable {
  const { parts, span } = ast.table
  const object = context.catalog.get(parts)
  if (object?.kind === 'table') {
    if (object.options.has('connector')) return object
    return fail('E0210', `table \`${object.name}\` has no connector`, span, { hint: "declare it WITH ('connector' = '…')" })
  }
  if (object?.kind === 'view') return fail('E0205', `\`${parts.join('.')}\` is a view: nothing can be inserted into it`, span)
  const close = context.catalog.closest(parts)
  return fail('E0201', `unknown table \`${parts.join('.')}\``, span, close === undefined ? {} : { hint: `did you mean \`${close}\`?` })
}

function sinkOf(ast: InsertAst, table: CatalogTable, query: LogicalPlan, context: BindContext, errors: ErrorList): SinkPlan {
  const options = optionsWithHints(table, ast.hints)
  const written = table.columns.filter((column) => column.kind === 'physical' || (column.kind === 'metadata' && !column.virtual))
  const positions = targetPositions(ast, table, written, query)
  const values = written.map((column, i) => errors.attempt(() => valueFor(column, positions.indexOf(i), query, ast)))
  errors.throwIfAny()
  oneRowtime(query, written, positions, ast.query.span)
  const input = fitted(query, written, values as BoundExpr[])
  const sink: SinkPlan = {
    kind: 'sink',
    input,
    table,
    options,
    mode: context.connectors.get(options.get('connector') ?? '')?.sinkMode ?? 'changelog',
    primaryKey: table.primaryKey.map((name) => written.findIndex((column) => column.name === name)),
    notNull: written.flatMap((column, i) => (!column.type.nullable && (values[i] as BoundExpr).type.nullable ? [i] : [])),
    ...rowtimeOf(input),
    schema: [],
  }
  checkChanges(sink, ast.table.span)
  return sink
}

/** Position in `written` of each column of the query. @throws MillraceError E0207, E0211 */
function targetPositions(ast: InsertAst, table: CatalogTable, written: readonly Column[], query: LogicalPlan): number[] {
  const { columns } = ast
  if (columns === undefined) {
    if (query.schema.length !== written.length) return wrongNumber(written, query, ast)
    return written.map((_, i) => i)
  }
  if (query.schema.length !== columns.length) return wrongNumber(columns, query, ast)
  const names = written.map((column) => column.name)
  const positions = columns.map(({ name, span }) => {
    const position = names.indexOf(name)
    if (position >= 0) return position
    const close = closestName(name, names)
    return fail('E0207', `\`${table.name}\` has no column \`${name}\` that can be written`, span, {
      detail: [`columns: ${names.join(', ')}`],
      ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
    })
  })
  columns.forEach(({ name, span }, i) => {
    if (positions.indexOf(positions[i] as number) !== i) fail('E0211', `column \`${name}\` is named twice`, span)
  })
  return positions
}

function wrongNumber(expected: readonly { readonly name: string }[], query: LogicalPlan, ast: InsertAst): never {
  return fail(
    'E0211',
    `\`${ast.table.parts.join('.')}\` takes ${expected.length} columns, and the query gives ${query.schema.length}`,
    ast.query.span,
    {
      detail: [`table: ${expected.map(({ name }) => name).join(', ')}`, `query: ${query.schema.map(({ name }) => name).join(', ')}`],
    },
  )
}

/** The value written into a column; `index` is the column of the query, or −1 where the statement leaves it out. */
function valueFor(column: Column, index: number, query: LogicalPlan, ast: InsertAst): BoundExpr {
  if (index < 0) {
    if (column.type.nullable) return nullLiteral(withAttribute(column.type, undefined))
    return fail('E0211', `column \`${column.name}\` is NOT NULL and gets no value`, ast.table.span)
  }
  const from = columnExpr(query.schema, index)
  if (isStored(from.type, column.type)) return castTo(from, column.type)
  return fail(
    'E0211',
    `column \`${column.name}\` takes ${printType(column.type)}, and the query gives ${printType(from.type)}`,
    itemSpan(ast, index),
    {
      detail: [`query: ${printSchema(query.schema)}`],
      hint: `write CAST(… AS ${printType(withoutNotNull(column.type))})`,
    },
  )
}

/** What Flink converts on the way into a column (LogicalTypeCasts): a TIMESTAMP into a DATE or TIME, but no DATE into a TIMESTAMP. */
function isStored(from: Column['type'], to: Column['type']): boolean {
  if (from.kind === 'DATE') return to.kind === 'DATE'
  if (from.kind === 'TIMESTAMP' && (to.kind === 'DATE' || to.kind === 'TIME')) return true
  return isImplicitCast(from, to)
}

function withoutNotNull(type: Column['type']): Column['type'] {
  return withAttribute({ ...type, nullable: true }, undefined)
}

/** The SELECT item that gives a column, where it can be told from the text. */
function itemSpan(ast: InsertAst, index: number): Span {
  const { query } = ast
  if (query.kind !== 'select' || query.items.some((item) => item.kind === 'star')) return query.span
  return query.items[index]?.span ?? query.span
}

/** Flink writes one event time per record. A column that is converted on its way into the table is none any more. */
function oneRowtime(query: LogicalPlan, written: readonly Column[], positions: readonly number[], span: Span): void {
  const kept = query.schema.filter((column, i) => {
    const target = written[positions[i] as number]
    return isRowtime(column) && target !== undefined && printType(target.type) === printType(withAttribute(column.type, undefined))
  })
  const names = kept.map(({ name }) => name)
  if (names.length > 1) {
    fail('E0211', `the query has more than one rowtime column: ${names.join(', ')}`, span, { hint: `CAST all but one AS TIMESTAMP(3)` })
  }
}

function isRowtime({ type }: Column): boolean {
  return (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') && type.attribute === 'rowtime'
}

function rowtimeOf(input: LogicalPlan): { rowtime?: number } {
  const rowtime = input.schema.findIndex(isRowtime)
  return rowtime < 0 ? {} : { rowtime }
}

function fitted(query: LogicalPlan, written: readonly Column[], values: readonly BoundExpr[]): LogicalPlan {
  const asIs = values.length === query.schema.length && values.every((value, i) => value.kind === 'column' && value.index === i)
  if (asIs) return query
  return project(
    query,
    written.map((column) => column.name),
    values,
  )
}
