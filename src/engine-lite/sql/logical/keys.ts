/** Keys by which the changes of a node can be told apart. Flink: FlinkRelMdUpsertKeys. */
import type { BoundExpr } from '../expr/bound.js'
import { isImplicitCast } from '../types/cast-rules.js'
import { isInteger } from '../types/predicate.js'
import type { LogicalPlan } from './plan.js'

/** Each a set of positions that identifies a row of the node's changelog; empty where there is none. */
export function upsertKeysOf(plan: LogicalPlan): readonly (readonly number[])[] {
  switch (plan.kind) {
    case 'scan':
      return plan.table.primaryKey.length === 0
        ? []
        : [plan.table.primaryKey.map((name) => plan.schema.findIndex((column) => column.name === name))]
    case 'watermark':
      return upsertKeysOf(plan.input)
    case 'calc':
      return upsertKeysOf(plan.input).flatMap((key) => throughCalc(key, plan.projections))
    case 'window-aggregate':
      return windowKey(plan.keys.length, plan.properties.length)
    case 'group-aggregate':
      return [plan.keys.map((_, i) => i)]
    default:
      return []
  }
}

/** Keys and one column of the window: start, end and rowtime each tell windows apart. */
function windowKey(keys: number, properties: number): number[][] {
  const own = Array.from({ length: keys }, (_, i) => i)
  return Array.from({ length: properties }, (_, i) => [...own, keys + i])
}

/** A key survives where each of its columns is projected as it is, or widened. */
function throughCalc(key: readonly number[], projections: readonly BoundExpr[]): number[][] {
  const positions = key.map((column) => projections.findIndex((expr) => keptColumn(expr) === column))
  return positions.includes(-1) ? [] : [positions]
}

/** The column whose different values stay different values. */
function keptColumn(expr: BoundExpr): number | undefined {
  if (expr.kind === 'column') return expr.index
  if (expr.kind !== 'cast' || expr.operand.kind !== 'column') return undefined
  const from = expr.operand.type
  const widens = (isInteger(from) && isInteger(expr.type)) || (from.kind === 'VARCHAR' && expr.type.kind === 'VARCHAR')
  return widens && isImplicitCast(from, expr.type) ? expr.operand.index : undefined
}
