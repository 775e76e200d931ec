/** Aggregate calls with Flink's result types. Called by the binder of grouped queries. */
import { MillraceError } from '../../contract/errors/index.js'
import type { CallAst } from '../ast/expression.js'
import { aggregateType } from '../functions/aggregates.js'
import { withAttribute } from '../types/make.js'
import { printType } from '../types/print.js'
import { bindCondition, bindExpression } from './bind.js'
import type { BoundAggregate } from './bound.js'
import { percentagesOf } from './percentages.js'
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
  if (args.slice(1).some((arg) => arg.kind !== 'literal')) {
    throw new MillraceError('E0301', `further arguments of ${name} that are no constants are not built yet`, place)
  }
  if (name === 'PERCENTILE' && percentagesOf(args[1]!).some((percentage) => !(percentage >= 0 && percentage <= 1))) {
    throw new MillraceError('E0204', 'percentages of PERCENTILE lie between 0 and 1', place)
  }
  const keepsNulls = name === 'ARRAY_AGG' && call.modifiers.ignoreNulls !== true
  // No aggregate of a time attribute is one, nor is its ARRAY.
  const plain = type.kind === 'ARRAY' ? { ...type, element: withAttribute(type.element, undefined) } : withAttribute(type, undefined)
  const base: BoundAggregate = { name, args, distinct, type: plain, span: call.span, ...(keepsNulls && { keepsNulls }) }
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
