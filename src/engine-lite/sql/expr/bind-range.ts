/** BETWEEN and IN over a list. */
import { MillraceError } from '../../contract/errors/index.js'
import type { ExpressionAst } from '../ast/expression.js'
import { comparedTypes } from '../functions/comparison.js'
import { resolved } from '../functions/define.js'
import type { ScalarFunction } from '../functions/definition.js'
import { BOOLEAN, withNullability } from '../types/make.js'
import { isCharacter, isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import type { BoundExpr } from './bound.js'
import { castTo } from './cast-to.js'
import { valueKey } from './expression-key.js'
import { makeCall } from './make-call.js'
import { negateIf } from './make-case.js'
import type { Bind, Scope } from './scope.js'

/** `x BETWEEN a AND b` is `x >= a AND x <= b`. */
export function bindBetween(ast: Extract<ExpressionAst, { kind: 'between' }>, scope: Scope, bind: Bind): BoundExpr {
  const operand = bind(ast.operand, scope)
  const low = bind(ast.low, scope)
  const high = bind(ast.high, scope)
  const range = (from: BoundExpr, to: BoundExpr) =>
    makeCall('AND', [makeCall('>=', [operand, from], ast.span), makeCall('<=', [operand, to], ast.span)], ast.span)
  const inside = ast.symmetric ? makeCall('OR', [range(low, high), range(high, low)], ast.span) : range(low, high)
  return negateIf(ast.negated, inside, ast.span)
}

/** Lists of at least this many constants are looked up in a set. */
const SET_SIZE_MIN = 4

/** `x IN (a, b)` is `x = a OR x = b`. */
export function bindInList(ast: Extract<ExpressionAst, { kind: 'in-list' }>, scope: Scope, bind: Bind): BoundExpr {
  const operand = bind(ast.operand, scope)
  const items = ast.items.map((item) => bind(item, scope))
  for (const item of items) checkItem(operand, item)
  const inside =
    membership(operand, items) ??
    items.map((item) => makeCall('=', [operand, item], ast.span)).reduce((a, b) => makeCall('OR', [a, b], ast.span))
  return negateIf(ast.negated, inside, ast.span)
}

function checkItem(operand: BoundExpr, item: BoundExpr): void {
  const types = [operand.type, item.type]
  if (!types.some(isCharacter) || !types.some((type) => isNumeric(type) || type.kind === 'BOOLEAN')) return
  throw new MillraceError('E0301', `IN with ${types.map(printType).join(' and ')} is not built yet`, {
    ...(item.span === undefined ? {} : { place: { span: item.span } }),
    hint: 'write a CAST on one side',
  })
}

/** A set lookup where all items are constants whose values compare with `===` in the operand's own type. */
function membership(operand: BoundExpr, items: readonly BoundExpr[]): BoundExpr | undefined {
  if (items.length < SET_SIZE_MIN || !isPlainType(operand.type.kind)) return undefined
  const values = new Set<unknown>()
  let target: BoundExpr['type'] | undefined
  for (const item of items) {
    const types = item.type.kind === 'NULL' ? undefined : comparedTypes(operand.type, item.type)
    if (types === undefined) return undefined
    target ??= types[0]
    if (types[0].kind !== target.kind || item.kind !== 'literal') return undefined
    const value = castTo(item, types[0].kind === 'DECIMAL' ? types[0] : types[1])
    if (value.kind !== 'literal' || value.value === null || (types[0].kind === 'DECIMAL') !== (types[1].kind === 'DECIMAL'))
      return undefined
    if (types[0].kind === 'DECIMAL' && types[1].kind === 'DECIMAL' && types[1].scale > types[0].scale) return undefined
    values.add(value.value)
  }
  if (target === undefined) return undefined
  const arg = castTo(operand, target)
  const type = withNullability(BOOLEAN, operand.type.nullable)
  const has = (value: unknown) => values.has(value)
  const call = resolved(type, [arg.type], has, ([value], bind) => `${bind(values)}.has(${value})`)
  return {
    kind: 'call',
    fn: IN_SET,
    resolved: call,
    variant: [...values].map(valueKey).join(),
    args: [arg],
    type,
    ...(operand.span === undefined ? {} : { span: operand.span }),
  }
}

const IN_SET: ScalarFunction = { name: 'IN', nulls: 'strict', deterministic: true, resolve: () => 'IN takes a list' }

const PLAIN_KINDS: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'DECIMAL', 'CHAR', 'VARCHAR', 'DATE'])

function isPlainType(kind: string): boolean {
  return PLAIN_KINDS.has(kind)
}
