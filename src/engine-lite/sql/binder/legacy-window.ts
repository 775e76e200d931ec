/**
 * The group windows of old Flink: `GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)` with `TUMBLE_START(ts, INTERVAL '1' MINUTE)` and its
 * kin in SELECT and HAVING. Source: Flink's FlinkSqlOperatorTable and LogicalWindowAggregateRuleBase.
 */
import type { WindowSpec } from '../../contract/window.js'
import type { CallAst, ExpressionAst } from '../ast/expression.js'
import { bindExpression } from '../expr/bind.js'
import type { Scope } from '../expr/scope.js'
import type { WindowProperty } from '../logical/plan.js'
import { fail, notBuilt } from './context.js'
import { intervalMs } from './interval.js'
import { requireRowtime } from './window-function.js'
import { hop, tumble } from './window-spec.js'

const WINDOWS = ['TUMBLE', 'HOP', 'SESSION'] as const
type WindowName = (typeof WINDOWS)[number]

const AUXILIARY = /^(TUMBLE|HOP|SESSION)_(START|END|ROWTIME|PROCTIME)$/
const PROPERTIES: Readonly<Record<string, WindowProperty>> = { START: 'start', END: 'end', ROWTIME: 'rowtime' }

export interface BoundLegacyWindow {
  readonly name: WindowName
  readonly window: WindowSpec
  readonly timeColumn: number
}

/** The call if it is a group window, such as `TUMBLE(ts, …)`. */
export function asGroupWindow(ast: ExpressionAst): CallAst | undefined {
  return ast.kind === 'call' && (WINDOWS as readonly string[]).includes(ast.name) ? ast : undefined
}

/** Window and property of `TUMBLE_START(…)` and its kin, or undefined for any other call. */
export function asAuxiliary(call: CallAst): { readonly window: WindowName; readonly property: WindowProperty } | undefined {
  const match = AUXILIARY.exec(call.name)
  if (match === null) return undefined
  const property = PROPERTIES[match[2] as string]
  if (property === undefined) return notBuilt(`${call.name}`, call.span)
  return { window: match[1] as WindowName, property }
}

/** Window of the arguments of a group window or of an auxiliary function. @throws MillraceError E0213, E0301 */
export function bindGroupWindow(call: CallAst, name: WindowName, scope: Scope): BoundLegacyWindow {
  const [time, first, second, offset] = call.args
  const most = name === 'HOP' ? 4 : 3
  const least = name === 'HOP' ? 3 : 2
  if (time === undefined || first === undefined || call.args.length < least || call.args.length > most) {
    return fail('E0213', `${name} takes a time column and ${name === 'HOP' ? 'slide and size' : 'a size'}`, call.span)
  }
  const alignment = name === 'HOP' ? offset : second
  if (alignment !== undefined) {
    return fail('E0302', `${name} in GROUP BY takes no offset`, alignment.span, {
      hint: `use the table function TABLE(${name}(…)), which does`,
    })
  }
  const column = bindExpression(time, scope)
  if (column.kind !== 'column') return fail('E0213', `${name} needs a time column, not an expression`, time.span)
  requireRowtime({ name: column.name, type: column.type }, time.span)
  if (name === 'SESSION') return notBuilt('SESSION in GROUP BY', call.span)
  return { name, timeColumn: column.index, window: specOf(name, first, second, call) }
}

function specOf(name: WindowName, first: ExpressionAst, second: ExpressionAst | undefined, call: CallAst): WindowSpec {
  if (name === 'TUMBLE' || second === undefined) return tumble(intervalMs(first, 'the size of TUMBLE'), 0, call.span)
  return hop(intervalMs(second, 'the size of HOP'), intervalMs(first, 'the slide of HOP'), 0, false, call.span)
}
