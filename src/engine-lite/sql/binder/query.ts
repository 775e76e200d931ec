/** Queries and INSERT as logical plans. */
import type { QueryAst } from '../ast/query.js'
import type { InsertAst } from '../ast/statement.js'
import { castTo } from '../expr/cast-to.js'
import { NO_COLUMNS, type ScopeInput } from '../expr/scope.js'
import type { LogicalPlan, SinkPlan } from '../logical/plan.js'
import { commonType } from '../types/common.js'
import { printType } from '../types/print.js'
import { bindItem } from './bind-item.js'
import { type BindContext, type CommonTable, fail, gather, type QueryScope } from './context.js'
import { bindFrom } from './from.js'
import { bindSink } from './insert.js'
import { bindOrdered } from './ordered.js'
import { project, rename } from './relation.js'
import { bindSelect } from './select.js'
import { bindSetOperation } from './set-operation.js'

/**
 * The plan of a query, before any rule. @throws MillraceErrors all errors of the query, each with its place:
 * E02xx names and types, E0301 not built, E0302 what a stream cannot do.
 *
 * @example
 * bindQuery(ast, { catalog, connectors, source: { text, file: 'pipeline.sql' } })
 */
export function bindQuery(ast: QueryAst, context: BindContext): LogicalPlan {
  return gather(context.source, () => bindIn(ast, { context, commonTables: new Map(), openViews: [] }))
}

/** The plan of an INSERT. @throws MillraceErrors as {@link bindQuery}, with E0211 and E0303 for what does not fit the sink */
export function bindInsert(ast: InsertAst, context: BindContext): SinkPlan {
  return bindSink(ast, context, () => bindQuery(ast.query, context))
}

function bindIn(ast: QueryAst, scope: QueryScope): LogicalPlan {
  switch (ast.kind) {
    case 'select':
      return bindSelect(ast, scope, bindIn)
    case 'set-operation':
      return bindSetOperation(ast, scope, bindIn)
    case 'values':
      return bindValues(ast, scope)
    case 'ordered':
      return bindOrdered(ast, bindIn(ast.query, scope), () => inputsOfSelect(ast.query, scope))
    case 'with':
      return bindWith(ast, scope)
  }
}

/** Flink sorts by columns of FROM, too, whether they are selected or not. */
function inputsOfSelect(query: QueryAst, scope: QueryScope): readonly ScopeInput[] {
  return query.kind === 'select' && query.from !== undefined ? bindFrom(query.from, scope, bindIn).inputs : []
}

function bindWith(ast: Extract<QueryAst, { kind: 'with' }>, scope: QueryScope): LogicalPlan {
  return gather(scope.context.source, (errors) => {
    const commonTables = new Map<string, CommonTable>(scope.commonTables)
    for (const { name, columns, query, span } of ast.ctes) {
      const plan = errors.attempt(() => bindIn(query, { ...scope, commonTables: new Map(commonTables) }))
      if (plan === undefined) continue
      if (columns !== undefined && columns.length !== plan.schema.length) {
        errors.attempt(() => fail('E0209', `\`${name}\` names ${columns.length} columns, and its query has ${plan.schema.length}`, span))
        continue
      }
      const named = columns === undefined ? plan : rename(plan, columns)
      commonTables.set(name, { plan: named, schema: named.schema })
    }
    // A name that failed would be reported once more wherever it is used.
    errors.throwIfAny()
    return bindIn(ast.query, { ...scope, commonTables })
  })
}

function bindValues(ast: Extract<QueryAst, { kind: 'values' }>, scope: QueryScope): LogicalPlan {
  return gather(scope.context.source, (errors) => {
    const width = ast.rows[0]?.length ?? 0
    const rows = ast.rows.map((row) => {
      if (row.length !== width)
        errors.attempt(() => fail('E0205', `rows of VALUES have ${width} and ${row.length} values`, row[0]?.span ?? ast.span))
      return row.map((value) => errors.attempt(() => bindItem(value, NO_COLUMNS)))
    })
    errors.throwIfAny()
    const schema = Array.from({ length: width }, (_, i) => {
      const types = rows.flatMap((row) => row[i]?.type ?? [])
      const type = commonType(types)
      if (type !== undefined) return { name: `EXPR$${i}`, type }
      return fail('E0205', `column ${i + 1} of VALUES has no common type: ${types.map(printType).join(', ')}`, ast.span)
    })
    const cast = rows.map((row) =>
      row.flatMap((expr, i) => (expr === undefined ? [] : castTo(expr, (schema[i] as { type: typeof expr.type }).type))),
    )
    // The rows themselves carry no names; a calc above gives them, so that every query ends alike.
    return project(
      { kind: 'values', rows: cast, schema },
      schema.map((column) => column.name),
      schema.map((column, index) => ({ kind: 'column', index, ...column })),
    )
  })
}
