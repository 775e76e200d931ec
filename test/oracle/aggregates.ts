/** Runs the cases of functions.json over several rows: `SELECT … FROM src GROUP BY …` with changes, on aggregate programs that retract. */
import { compileKey } from '../../src/engine-lite/base/key.js'
import { MillraceError } from '../../src/engine-lite/contract/errors/index.js'
import type { Row } from '../../src/engine-lite/contract/row.js'
import type { Columns } from '../../src/engine-lite/contract/state.js'
import type { Column, LogicalType } from '../../src/engine-lite/contract/type.js'
import type { SelectAst } from '../../src/engine-lite/sql/ast/query.js'
import { compileAggregates } from '../../src/engine-lite/sql/compile/aggregate.js'
import { compileProjection } from '../../src/engine-lite/sql/compile/calc.js'
import { bindExpression } from '../../src/engine-lite/sql/expr/bind.js'
import { bindAggregate } from '../../src/engine-lite/sql/expr/bind-aggregate.js'
import type { BoundAggregate, BoundColumn } from '../../src/engine-lite/sql/expr/bound.js'
import { type Scope, tableScope } from '../../src/engine-lite/sql/expr/scope.js'
import type { EvaluationContext } from '../../src/engine-lite/sql/functions/definition.js'
import { parseStatement } from '../../src/engine-lite/sql/parser/script.js'

export interface ChangedRow {
  readonly kind: '+I' | '-U' | '+U' | '-D'
  readonly values: Row
}

export interface QueryResult {
  readonly rows: readonly Row[]
  readonly types: readonly LogicalType[]
}

/** Result of a grouped query over all changes. Throws MillraceError E0301 for queries of another form. */
export function runGrouped(
  sql: string,
  columns: readonly Column[],
  changes: readonly ChangedRow[],
  context: EvaluationContext,
): QueryResult {
  const select = groupedSelect(sql)
  const input = tableScope(columns, ['src'])
  const keys = (select.groupBy?.items ?? []).map((item) => {
    if (item.kind !== 'expression') throw notHere()
    const bound = bindExpression(item.expression, input)
    if (bound.kind !== 'column') throw notHere()
    return bound
  })
  const aggregates: BoundAggregate[] = []
  const scope = outputScope(input, keys, aggregates)
  const projections = select.items.map((item) => {
    if (item.kind === 'star') throw notHere()
    return bindExpression(item.expression, scope)
  })
  const program = compileAggregates(aggregates, context, { retract: true })
  const project = compileProjection(projections, context)
  const keyOf = compileKey(
    keys.map((key) => key.index),
    keys.map((key) => key.type),
  )
  const groups = new Map<unknown, { readonly columns: Columns; readonly key: Row }>()
  for (const { kind, values } of changes) {
    const key = keyOf(values)
    const group = groups.get(key) ?? { columns: emptySlot(program.layout), key: keys.map((column) => values[column.index]) }
    groups.set(key, group)
    if (kind === '+I' || kind === '+U') program.add(group.columns, 0, values)
    else if (program.retract === undefined) throw notHere()
    else program.retract(group.columns, 0, values)
  }
  const rows = [...groups.values()].map((group) => {
    const row = [...group.key]
    program.result(group.columns, 0, row, keys.length)
    return project(row)
  })
  return { rows, types: projections.map((projection) => projection.type) }
}

function notHere(): MillraceError {
  return new MillraceError('E0301', 'a query of another form than SELECT … FROM src GROUP BY columns')
}

function groupedSelect(sql: string): SelectAst {
  const statement = parseStatement(sql)
  if (statement.kind !== 'query' || statement.query.kind !== 'select') throw notHere()
  const select = statement.query
  if (select.from?.kind !== 'table' || select.where !== undefined || select.having !== undefined || select.distinct) throw notHere()
  return select
}

/** Keys first, then aggregates in the order they are met. */
function outputScope(input: Scope, keys: readonly BoundColumn[], aggregates: BoundAggregate[]): Scope {
  return {
    resolve: (name) => {
      const bound = input.resolve(name)
      const index = keys.findIndex((key) => bound.kind === 'column' && key.index === bound.index)
      if (index === -1) throw notHere()
      return { ...keys[index]!, index }
    },
    aggregate: (call) => {
      const aggregate = bindAggregate(call, input)
      aggregates.push(aggregate)
      return { kind: 'column', index: keys.length + aggregates.length - 1, name: call.name, type: aggregate.type }
    },
  }
}

function emptySlot(layout: readonly { readonly storage: 'f64' | 'value'; readonly initial: unknown }[]): Columns {
  return layout.map((field) => (field.storage === 'f64' ? new Float64Array(1).fill(field.initial as number) : [field.initial]))
}
