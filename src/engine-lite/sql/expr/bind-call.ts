/** Function calls: hooks of the query first, then rewrites (IF, NULLIF), then the registry. */
import { MillraceError } from '../../contract/errors/index.js'
import type { CallAst } from '../ast/expression.js'
import { isAggregate } from '../functions/aggregates.js'
import { BOOLEAN } from '../types/make.js'
import { printType } from '../types/print.js'
import { bindJsonCall } from './bind-json.js'
import type { BoundExpr } from './bound.js'
import { caseBranch } from './case-branch.js'
import { castTo } from './cast-to.js'
import { makeCall } from './make-call.js'
import { makeCase, nullLiteral } from './make-case.js'
import type { Bind, Scope } from './scope.js'

/** Only in MATCH_RECOGNIZE, OVER or a grouped query; refused elsewhere as not built. */
const OVER_ONLY: ReadonlySet<string> = new Set('ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST NTILE LAG LEAD NTH_VALUE'.split(' '))

export function bindCall(call: CallAst, scope: Scope, bind: Bind): BoundExpr {
  const special = scope.special?.(call)
  if (special !== undefined) return special
  const name = call.name.toUpperCase()
  const place = { place: { span: call.span } }
  if (call.modifiers.over !== undefined) {
    if (scope.over !== undefined) return scope.over(call)
    throw new MillraceError('E0301', 'OVER here is not built yet', place)
  }
  if (isAggregate(name)) {
    if (scope.aggregate !== undefined) return scope.aggregate(call)
    throw new MillraceError('E0212', `aggregate ${name} cannot stand here`, place)
  }
  if (name === 'MINUS_DATE') {
    throw new MillraceError('E0301', '(a - b) with a unit is not built yet', {
      ...place,
      hint: 'TIMESTAMPDIFF counts units between two times',
    })
  }
  if (OVER_ONLY.has(name)) throw new MillraceError('E0301', `${name} without OVER is not built yet`, place)
  refuseAggregateModifiers(call, name)
  if (call.modifiers.argNames !== undefined) throw new MillraceError('E0301', `named arguments of ${name} are not built yet`, place)
  const json = bindJsonCall(call, name, scope, bind)
  if (json !== undefined) return json
  const args = call.args.map((arg) => bind(arg, scope))
  switch (name) {
    case 'IF':
      return bindIf(call, args)
    case 'NULLIF':
      return bindNullIf(call, args)
    default:
      return makeCall(name, args, call.span, call.modifiers)
  }
}

function refuseAggregateModifiers(call: CallAst, name: string): void {
  const { star, distinct, filter } = call.modifiers
  if (star !== true && distinct !== true && filter === undefined) return
  throw new MillraceError('E0203', `${name} is not an aggregate function`, { place: { span: call.span } })
}

function bindIf(call: CallAst, args: readonly BoundExpr[]): BoundExpr {
  const [condition, then, otherwise] = args
  if (condition === undefined || then === undefined || otherwise === undefined || args.length > 3) {
    throw new MillraceError('E0203', 'IF takes a condition and two values', { place: { span: call.span } })
  }
  if (condition.type.kind !== 'BOOLEAN') {
    throw new MillraceError('E0204', `the condition of IF is BOOLEAN, not ${printType(condition.type)}`, { place: { span: call.span } })
  }
  return makeCase([caseBranch(castTo(condition, BOOLEAN), then)], otherwise, call.span)
}

/** `NULLIF(a, b)` is `CASE WHEN a = b THEN NULL ELSE a END`. */
function bindNullIf(call: CallAst, args: readonly BoundExpr[]): BoundExpr {
  const [value, other] = args
  if (value === undefined || other === undefined || args.length > 2) {
    throw new MillraceError('E0203', 'NULLIF takes two values', { place: { span: call.span } })
  }
  return makeCase([caseBranch(makeCall('=', [value, other], call.span), nullLiteral(value.type))], value, call.span)
}
