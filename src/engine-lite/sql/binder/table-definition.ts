/** CREATE TABLE with all its columns resolved. Source: Flink's SqlCreateTableConverter, MergeTableLikeUtil and DefaultSchemaResolver. */
import { closestName } from '../../base/closest-name.js'
import type { Column, LogicalType } from '../../contract/type.js'
import type { ColumnAst, CreateTableAst } from '../ast/statement.js'
import type { CatalogColumn, CatalogTable, TableOption, TableWatermark } from '../catalog/table.js'
import { bindExpression } from '../expr/bind.js'
import { tableScope } from '../expr/scope.js'
import { notNull, withAttribute } from '../types/make.js'
import { isTimestamp } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { bindItem } from './bind-item.js'
import { type BindContext, type ErrorList, fail, gather, notBuilt } from './context.js'
import { mergeLike } from './like.js'

export function buildTable(ast: CreateTableAst, context: BindContext): CatalogTable {
  return gather(context.source, (errors) => {
    const merged = ast.like === undefined ? { ddl: ast, inherited: new Map<string, string>() } : mergeLike(ast, context)
    const { ddl } = merged
    const keyNames = primaryKeyOf(ddl, errors)
    const plain = resolveColumns(ddl, keyNames, errors)
    // Watermark and key only make sense over columns that are right.
    if (plain.length < ddl.columns.length) errors.throwIfAny()
    const watermark = errors.attempt(() => resolveWatermark(ddl, plain))
    checkNames(ddl, plain, errors)
    errors.throwIfAny()
    const columns = watermark === undefined ? plain : plain.map((column, i) => (i === watermark.column ? asRowtime(column) : column))
    return {
      kind: 'table',
      name: ddl.name.parts.at(-1) as string,
      path: context.catalog.pathOf(ddl.name.parts),
      temporary: ddl.temporary,
      columns,
      schema: columns.map(({ name, type }) => ({ name, type })),
      ...(watermark === undefined ? {} : { watermark }),
      primaryKey: keyNames,
      partitionedBy: ddl.partitionedBy,
      options: optionsOf(ddl, merged.inherited, errors),
      ...(ddl.comment === undefined ? {} : { comment: ddl.comment }),
      ddl,
      place: { ...context.source, span: ddl.span },
    }
  })
}

function asRowtime(column: CatalogColumn): CatalogColumn {
  return { ...column, type: withAttribute(column.type, 'rowtime') }
}

function primaryKeyOf(ddl: CreateTableAst, errors: ErrorList): readonly string[] {
  const { primaryKey } = ddl
  if (primaryKey === undefined) return []
  if (primaryKey.enforced) {
    errors.attempt(() =>
      fail('E0209', 'a PRIMARY KEY is declared NOT ENFORCED', primaryKey.span, { hint: 'add NOT ENFORCED: uniqueness is up to the data' }),
    )
  }
  return primaryKey.columns
}

/** Physical and metadata columns first: computed ones see those, not each other. */
function resolveColumns(ddl: CreateTableAst, keyNames: readonly string[], errors: ErrorList): CatalogColumn[] {
  const seen = new Set<string>()
  for (const { name, nameSpan } of ddl.columns) {
    if (seen.has(name)) errors.attempt(() => fail('E0202', `column \`${name}\` is declared twice`, nameSpan))
    seen.add(name)
  }
  const delivered = ddl.columns.flatMap((column): Column[] =>
    column.kind === 'computed' ? [] : [{ name: column.name, type: typeOf(column, keyNames) }],
  )
  const scope = tableScope(delivered, ddl.name.parts)
  return ddl.columns.flatMap((column): CatalogColumn[] => {
    const comment = column.comment === undefined ? {} : { comment: column.comment }
    const base = { name: column.name, ...comment }
    if (column.kind === 'physical') return [{ ...base, kind: 'physical', type: typeOf(column, keyNames) }]
    if (column.kind === 'metadata') return [{ ...base, kind: 'metadata', type: column.type, key: column.key, virtual: column.virtual }]
    const expression = errors.attempt(() => bindItem(column.expression, scope))
    return expression === undefined ? [] : [{ ...base, kind: 'computed', type: expression.type, expression }]
  })
}

/** Key columns are NOT NULL, said or not. */
function typeOf(column: Exclude<ColumnAst, { kind: 'computed' }>, keyNames: readonly string[]): LogicalType {
  return keyNames.includes(column.name) ? notNull(column.type) : column.type
}

function resolveWatermark(ddl: CreateTableAst, columns: readonly CatalogColumn[]): TableWatermark | undefined {
  const { watermark } = ddl
  if (watermark === undefined) return undefined
  const [name, nested] = watermark.column
  if (nested !== undefined) notBuilt('a watermark on a nested field', watermark.span)
  const column = columns.findIndex((candidate) => candidate.name === name)
  if (column < 0) {
    const names = columns.map((candidate) => candidate.name)
    const close = closestName(name ?? '', names)
    fail('E0209', `the watermark is for \`${name}\`, which is no column`, watermark.span, {
      detail: [`columns: ${names.join(', ')}`],
      ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
    })
  }
  const { type } = columns[column] as CatalogColumn
  if (!isTimestamp(type) || ('precision' in type && type.precision > 3)) {
    fail('E0209', `event time is TIMESTAMP(3) or TIMESTAMP_LTZ(3) at most, and \`${name}\` is ${printType(type)}`, watermark.span, {
      hint: 'add a computed column, such as ts AS TO_TIMESTAMP_LTZ(epoch_ms, 3)',
    })
  }
  const written = watermark.expression
  if (written.kind === 'call' && written.name === 'SOURCE_WATERMARK') notBuilt('SOURCE_WATERMARK()', written.span)
  const expression = bindExpression(written, tableScope(columns, ddl.name.parts))
  if (expression.type.kind !== type.kind || ('precision' in expression.type && expression.type.precision > 3)) {
    fail('E0209', `the watermark is ${printType(expression.type)}, and its column ${printType(type)}`, watermark.expression.span, {
      hint: "write WATERMARK FOR ts AS ts - INTERVAL '5' SECOND",
    })
  }
  return { column, expression }
}

function checkNames(ddl: CreateTableAst, columns: readonly CatalogColumn[], errors: ErrorList): void {
  const { primaryKey } = ddl
  const named = [
    ...(primaryKey?.columns ?? []).map((name) => ({ name, what: 'PRIMARY KEY', span: primaryKey?.span ?? ddl.span })),
    ...ddl.partitionedBy.map((name) => ({ name, what: 'PARTITIONED BY', span: ddl.name.span })),
  ]
  for (const { name, what, span } of named) {
    const column = columns.find((candidate) => candidate.name === name)
    if (column === undefined) errors.attempt(() => fail('E0209', `${what} names \`${name}\`, which is no column`, span))
    else if (column.kind !== 'physical')
      errors.attempt(() => fail('E0209', `${what} takes physical columns, and \`${name}\` is ${column.kind}`, span))
  }
}

function optionsOf(ddl: CreateTableAst, inherited: ReadonlyMap<string, string>, errors: ErrorList): ReadonlyMap<string, TableOption> {
  const options = new Map<string, TableOption>([...inherited].map(([key, value]) => [key, { value }]))
  const own = new Set<string>()
  for (const { key, value, valueSpan, span } of ddl.options) {
    const keySpan = { ...span, endLine: span.line, endColumn: span.column + key.length + 2 }
    if (own.has(key)) errors.attempt(() => fail('E0210', `option '${key}' is given twice`, keySpan))
    own.add(key)
    options.set(key, { value, keySpan, valueSpan })
  }
  errors.throwIfAny()
  return options
}
