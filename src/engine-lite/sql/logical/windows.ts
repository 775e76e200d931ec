/** Which columns of a node are the bounds of a window. Flink: FlinkRelMdWindowProperties. */
import type { LogicalPlan, WindowProperty, WindowTvfPlan } from './plan.js'

export interface WindowProperties {
  /** The function that assigned the window, or undefined where the window was aggregated already (a cascade). */
  readonly tvf: WindowTvfPlan | undefined
  readonly columns: ReadonlyMap<number, WindowProperty>
}

/** Undefined where no column of the node is a bound of a window. Legacy group windows leave plain timestamps. */
export function windowPropertiesOf(plan: LogicalPlan): WindowProperties | undefined {
  switch (plan.kind) {
    case 'window-tvf': {
      const first = plan.input.schema.length
      return {
        tvf: plan,
        columns: new Map([
          [first, 'start'],
          [first + 1, 'end'],
          [first + 2, 'rowtime'],
        ]),
      }
    }
    case 'window-aggregate':
      if (plan.legacy) return undefined
      return { tvf: undefined, columns: new Map(plan.properties.map((property, i) => [plan.keys.length + i, property])) }
    case 'calc': {
      const below = windowPropertiesOf(plan.input)
      if (below === undefined) return undefined
      const columns = new Map<number, WindowProperty>()
      plan.projections.forEach((expr, i) => {
        const column = expr.kind === 'column' ? below.columns.get(expr.index) : undefined
        if (column !== undefined) columns.set(i, column)
      })
      return columns.size === 0 ? undefined : { tvf: below.tvf, columns }
    }
    default:
      return undefined
  }
}
