/** A plan together with the names its columns can be called by. */
import type { Schema } from '../../contract/type.js'
import type { BoundExpr } from '../expr/bound.js'
import type { ScopeInput } from '../expr/scope.js'
import { columnExpr } from '../logical/expression.js'
import type { CalcPlan, LogicalPlan } from '../logical/plan.js'

export interface Relation {
  readonly plan: LogicalPlan
  /** Their columns lie side by side in the plan's row. */
  readonly inputs: readonly ScopeInput[]
}

/** A relation of one named input over the whole row. */
export function relationOf(plan: LogicalPlan, name: readonly string[]): Relation {
  return { plan, inputs: [{ name, columns: plan.schema, offset: 0 }] }
}

/** All columns of a row as expressions. */
export function allColumns(schema: Schema): BoundExpr[] {
  return schema.map((_, index) => columnExpr(schema, index))
}

/** Names and expressions as a calc; its column types are those of the expressions. */
export function project(input: LogicalPlan, names: readonly string[], projections: readonly BoundExpr[], condition?: BoundExpr): CalcPlan {
  const schema = projections.map((expr, i) => ({ name: names[i] as string, type: expr.type }))
  return { kind: 'calc', input, projections, schema, ...(condition === undefined ? {} : { condition }) }
}

/** The rows for which the condition is TRUE. */
export function filter(input: LogicalPlan, condition: BoundExpr): CalcPlan {
  return project(
    input,
    input.schema.map((column) => column.name),
    allColumns(input.schema),
    condition,
  )
}

/** The same rows under other column names; the same plan where no name changes. */
export function rename(input: LogicalPlan, names: readonly string[]): LogicalPlan {
  if (input.schema.every((column, i) => column.name === names[i])) return input
  return project(input, names, allColumns(input.schema))
}

/** The same rows under names that differ: `a, a` becomes `a, a0`, as in a result of Flink. */
export function withUniqueNames(input: LogicalPlan): LogicalPlan {
  const taken = new Set<string>()
  const names = input.schema.map(({ name }) => {
    let unique = name
    for (let i = 0; taken.has(unique); i++) unique = `${name}${i}`
    taken.add(unique)
    return unique
  })
  return rename(input, names)
}
