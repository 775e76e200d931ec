/** FROM: names become plans. */
import { MillraceError } from '../../contract/errors/index.js'
import type { TableAliasAst, TableAst } from '../ast/query.js'
import type { CatalogTable, CatalogView } from '../catalog/table.js'
import type { LogicalPlan } from '../logical/plan.js'
import { ErrorList, fail, located, notBuilt, type QueryScope } from './context.js'
import { type Relation, relationOf, rename } from './relation.js'
import { scanTable } from './scan.js'
import { bindWindowFunction, isWindowFunction } from './window-function.js'

/** Table functions of Flink, newest versions included, that are not here. */
const FLINK_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(
  'UNNEST SNAPSHOT FROM_CHANGELOG TO_CHANGELOG ML_PREDICT ML_EVALUATE VECTOR_SEARCH AI_COMPLETE'.split(' '),
)

/** Queries inside FROM are bound by the query binder, which gives itself. */
export type BindQuery = (query: Extract<TableAst, { kind: 'derived' }>['query'], scope: QueryScope) => LogicalPlan

export function bindFrom(ast: TableAst, scope: QueryScope, bindQuery: BindQuery): Relation {
  switch (ast.kind) {
    case 'table':
      return bindTable(ast, scope, bindQuery)
    case 'derived':
      if (ast.lateral) return notBuilt('LATERAL', ast.span)
      return aliased(bindQuery(ast.query, scope), ast.alias, [])
    case 'table-function':
      return bindFunction(ast, scope, bindQuery)
    case 'join':
      return bindJoin(ast, scope, bindQuery)
    case 'match-recognize':
      bindFrom(ast.input, scope, bindQuery)
      return notBuilt('MATCH_RECOGNIZE', ast.clause.span)
  }
}

function bindTable(ast: Extract<TableAst, { kind: 'table' }>, scope: QueryScope, bindQuery: BindQuery): Relation {
  const name = ast.parts.length === 1 ? ast.parts[0] : undefined
  const common = name === undefined ? undefined : scope.commonTables.get(name)
  if (common !== undefined) return aliased(common.plan, ast.alias, ast.parts)
  const object = scope.context.catalog.get(ast.parts)
  if (object === undefined) return unknownTable(ast, scope)
  if (ast.systemTime !== undefined) return notBuilt('FOR SYSTEM_TIME AS OF', ast.span)
  const plan = object.kind === 'view' ? expandView(object, ast, scope, bindQuery) : scan(object, ast, scope)
  return aliased(plan, ast.alias, ast.parts)
}

function unknownTable(ast: Extract<TableAst, { kind: 'table' }>, scope: QueryScope): never {
  const known = [...scope.commonTables.keys(), ...scope.context.catalog.objects().map((object) => object.name)]
  const close = scope.context.catalog.closest(ast.parts)
  return fail('E0201', `unknown table \`${ast.parts.join('.')}\``, ast.span, {
    detail: [known.length === 0 ? 'no table is declared yet' : `declared: ${known.join(', ')}`],
    ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
  })
}

function scan(table: CatalogTable, ast: Extract<TableAst, { kind: 'table' }>, scope: QueryScope): LogicalPlan {
  if (!table.options.has('connector')) {
    return fail('E0210', `table \`${table.name}\` has no connector`, ast.span, { hint: "declare it WITH ('connector' = '…')" })
  }
  return scanTable(table, ast.hints, scope.context, ast.span)
}

/** A view stands for its query. Errors inside point into the view's own text; a view in itself is no view. */
function expandView(view: CatalogView, ast: Extract<TableAst, { kind: 'table' }>, scope: QueryScope, bindQuery: BindQuery): LogicalPlan {
  if (scope.openViews.includes(view.path)) return fail('E0201', `view \`${view.name}\` contains itself`, ast.span)
  const inside: QueryScope = {
    context: { ...scope.context, source: view.source },
    commonTables: new Map(),
    openViews: [...scope.openViews, view.path],
  }
  try {
    return rename(
      bindQuery(view.query, inside),
      view.schema.map((column) => column.name),
    )
  } catch (error) {
    throw error instanceof MillraceError ? located(error, view.source) : error
  }
}

function bindFunction(ast: Extract<TableAst, { kind: 'table-function' }>, scope: QueryScope, bindQuery: BindQuery): Relation {
  if (FLINK_TABLE_FUNCTIONS.has(ast.name)) return notBuilt(`the table function ${ast.name}`, ast.span)
  if (!isWindowFunction(ast.name)) {
    return fail('E0203', `unknown table function ${ast.name}`, ast.span, { detail: ['window functions: TUMBLE, HOP'] })
  }
  const plan = bindWindowFunction(ast, (table) => bindFrom(table, scope, bindQuery).plan)
  return aliased(plan, ast.alias, [])
}

/** Both sides are bound first, so that their errors are found too. */
function bindJoin(ast: Extract<TableAst, { kind: 'join' }>, scope: QueryScope, bindQuery: BindQuery): Relation {
  const errors = new ErrorList(scope.context.source)
  errors.attempt(() => bindFrom(ast.left, scope, bindQuery))
  const lateral = ast.right.kind === 'table-function' || (ast.right.kind === 'derived' && ast.right.lateral)
  errors.attempt(() => bindFrom(ast.right, scope, bindQuery))
  if (!lateral) errors.attempt(() => notBuilt(`${ast.type} JOIN`, ast.span))
  errors.throwIfAny()
  return notBuilt('LATERAL', ast.span)
}

function aliased(plan: LogicalPlan, alias: TableAliasAst | undefined, name: readonly string[]): Relation {
  if (alias === undefined) return relationOf(plan, name)
  if (alias.columns.length === 0) return relationOf(plan, [alias.name])
  if (alias.columns.length !== plan.schema.length) {
    return fail('E0209', `the alias names ${alias.columns.length} columns, and there are ${plan.schema.length}`, alias.span)
  }
  return relationOf(rename(plan, alias.columns), [alias.name])
}
