/** How much state a node keeps, as a formula over what only the data know: the number of keys. Rough on purpose. */
import type { LogicalType, Schema } from '../../contract/type.js'
import type { LogicalPlan } from '../logical/plan.js'

/** Interning a key: its entry in the map, its text, its slot. */
const KEY_BYTES = 80
/** One accumulator field of a numeric aggregate. */
const FIELD_BYTES = 8
/** A value kept as it is: MIN of a STRING, FIRST_VALUE. */
const VALUE_BYTES = 40

/** Undefined for nodes without state. */
export function stateOf(plan: LogicalPlan): string | undefined {
  switch (plan.kind) {
    case 'window-aggregate': {
      const panes = plan.window.kind === 'hop' ? Math.ceil(plan.window.sizeMs / Math.min(plan.window.slideMs, plan.window.sizeMs)) : 1
      const each =
        KEY_BYTES + (panes + 1) * accumulatorBytes(plan.schema.slice(plan.keys.length + plan.properties.length).map(({ type }) => type))
      return `≈ ${each} B per key (${panes + 1} panes), freed when the watermark passes the window's end`
    }
    case 'group-aggregate': {
      const each = KEY_BYTES + accumulatorBytes(plan.schema.slice(plan.keys.length).map(({ type }) => type)) + rowBytes(plan.schema)
      const values = plan.aggregates.some(({ distinct }) => distinct) ? ` and ${KEY_BYTES} B per distinct value` : ''
      if (plan.keys.length === 0) return `≈ ${each} B${values} in all`
      return `≈ ${each} B per key${values}, kept for ever unless 'table.exec.state.ttl' is set`
    }
    default:
      return undefined
  }
}

function accumulatorBytes(types: readonly LogicalType[]): number {
  // A count of rows comes with every accumulator.
  return types.reduce((sum, type) => sum + (isFixed(type) ? 2 * FIELD_BYTES : VALUE_BYTES), FIELD_BYTES)
}

function rowBytes(schema: Schema): number {
  return schema.reduce((sum, { type }) => sum + (isFixed(type) ? FIELD_BYTES : VALUE_BYTES), 0)
}

function isFixed(type: LogicalType): boolean {
  return !['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY', 'ARRAY', 'MAP', 'MULTISET', 'ROW'].includes(type.kind)
}
