/** CREATE and DROP: what they change in the catalog. */
import type { QueryAst } from '../ast/query.js'
import type { ObjectNameAst, StatementAst } from '../ast/statement.js'
import type { CatalogTable, CatalogView } from '../catalog/table.js'
import { type BindContext, fail, gather, notBuilt } from './context.js'
import { bindQuery } from './query.js'
import { buildTable } from './table-definition.js'

type Of<K extends StatementAst['kind']> = Extract<StatementAst, { kind: K }>

/**
 * Adds a table to the catalog; returns it, or the one that exists where IF NOT EXISTS says so.
 * @throws MillraceErrors E0202 name taken, E0209 bad definition, E02xx in expressions
 */
export function createTable(ast: Of<'create-table'>, context: BindContext): CatalogTable | undefined {
  return gather(context.source, () => {
    if (isTaken(ast.name, ast.ifNotExists, context)) return undefined
    const { query } = ast
    if (query !== undefined) notBuilt('CREATE TABLE … AS', query.span)
    const table = buildTable(ast, context)
    context.catalog.put(table)
    return table
  })
}

/** Adds a view to the catalog. Its query is bound now, so that its errors are found where it is written. */
export function createView(ast: Of<'create-view'>, context: BindContext): CatalogView | undefined {
  return gather(context.source, () => {
    if (isTaken(ast.name, ast.ifNotExists, context)) return undefined
    const view = buildView(ast, ast.query, context)
    context.catalog.put(view)
    return view
  })
}

function buildView(ast: Of<'create-view'>, query: QueryAst, context: BindContext): CatalogView {
  const { schema } = bindQuery(query, context)
  const { columns } = ast
  if (columns.length > 0 && columns.length !== schema.length) {
    fail('E0209', `the view names ${columns.length} columns, and its query has ${schema.length}`, ast.name.span)
  }
  const names = columns.length > 0 ? columns : schema.map((column) => column.name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) fail('E0202', `the view has two columns \`${twice}\``, ast.name.span, { hint: 'name one of them with AS' })
  return {
    kind: 'view',
    name: ast.name.parts.at(-1) as string,
    path: context.catalog.pathOf(ast.name.parts),
    temporary: ast.temporary,
    schema: schema.map(({ type }, i) => ({ name: names[i] as string, type })),
    query,
    source: context.source,
    place: { ...context.source, span: ast.span },
  }
}

/** @throws MillraceErrors E0201, E0301 for functions, catalogs and databases */
export function dropObject(ast: Of<'drop'>, context: BindContext): void {
  gather(context.source, () => {
    if (ast.object !== 'TABLE' && ast.object !== 'VIEW') notBuilt(`DROP ${ast.object}`, ast.span)
    const object = context.catalog.get(ast.name.parts)
    if (object?.kind === ast.object.toLowerCase()) {
      context.catalog.remove(ast.name.parts)
      return
    }
    if (ast.ifExists) return
    const name = ast.name.parts.join('.')
    fail(
      'E0201',
      `there is no ${ast.object.toLowerCase()} \`${name}\``,
      ast.name.span,
      object === undefined ? {} : { hint: `it is a ${object.kind}` },
    )
  })
}

function isTaken(name: ObjectNameAst, ifNotExists: boolean, context: BindContext): boolean {
  const existing = context.catalog.get(name.parts)
  if (existing === undefined) return false
  if (ifNotExists) return true
  return fail('E0202', `there is a ${existing.kind} \`${name.parts.join('.')}\` already`, name.span, {
    hint: 'use another name, or IF NOT EXISTS',
  })
}
