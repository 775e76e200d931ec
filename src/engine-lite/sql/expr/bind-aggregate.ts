/** Aggregate calls with Flink's result types. Called by the binder of grouped queries. */
import { MillraceError } from '../../contract/errors/index.js'
import type { CallAst } from '../ast/expression.js'
import { aggregateType } from '../functions/aggregates.js'
import { printType } from '../types/print.js'
import { bindCondition, bindExpression } from './bind.js'
import type { BoundAggregate } from './bound.js'
import type { Scope } from './scope.js'

/**
 * The call over rows of `scope`, the input of the aggregation (a scope without an `aggregate` hook refuses nesting with E0212).
 * AVG(INT) is INT, SUM keeps the type, DECIMAL sums to 38 digits, COUNT is BIGINT NOT NULL, all others are nullable.
 */
export function bindAggregate(call: CallAst, scope: Scope): BoundAggregate {
  const { star, distinct, filter, orderBy, withinGroup } = modifiersOf(call)
  const name = call.name.toUpperCase()
  const place = { place: { span: call.span } }
  if (star && name !== 'COUNT') throw new MillraceError('E0203', `${name}(*) does not exist; only COUNT(*) does`, place)
  if (withinGroup || orderBy) throw new MillraceError('E0301', `ORDER BY inside ${name} is not built yet`, place)
  if (!star && name === 'COUNT' && call.args.length === 0) throw new MillraceError('E0203', 'COUNT takes * or one argument', place)
  const args = call.args.map((arg) => bindExpression(arg, scope))
  const type = aggregateType(
    name,
    args.map((arg) => arg.type),
  )
  if (type === undefined) throw new MillraceError('E0301', `aggregate ${name} is not built yet`, place)
  if (typeof type === 'string') {
    throw new MillraceError('E0204', type, {
      ...place,
      detail: [`given: ${args.map((arg) => printType(arg.type)).join(', ') || 'nothing'}`],
    })
  }
  if (name === 'LISTAGG' && args[1] !== undefined && args[1].kind !== 'literal') {
    throw new MillraceError('E0301', 'a separator of LISTAGG that is no constant is not built yet', place)
  }
  const base = { name, args, distinct, type, span: call.span }
  return filter === undefined ? base : { ...base, filter: bindCondition(filter, scope) }
}

function modifiersOf(call: CallAst) {
  const { modifiers } = call
  return {
    star: modifiers.star === true,
    distinct: modifiers.distinct === true,
    filter: modifiers.filter,
    withinGroup: modifiers.withinGroup !== undefined,
    orderBy: modifiers.orderBy !== undefined,
  }
}
