/** JSON functions whose arguments are more than expressions: defaults of JSON_VALUE, and constructors that take each other's JSON as it is. */
import { MillraceError } from '../../contract/errors/index.js'
import type { CallAst, ExpressionAst } from '../ast/expression.js'
import { JSON_FUNCTION, jsonConstructor } from '../functions/json/construct.js'
import type { BoundExpr } from './bound.js'
import { callOf, makeCall } from './make-call.js'
import type { Bind, Scope } from './scope.js'

const RAW_SOURCES: ReadonlySet<string> = new Set(['JSON', 'JSON_OBJECT', 'JSON_ARRAY'])

/** The bound call where the name is one of these functions, else undefined. */
export function bindJsonCall(call: CallAst, name: string, scope: Scope, bind: Bind): BoundExpr | undefined {
  switch (name) {
    case 'JSON_VALUE':
      return makeCall(
        name,
        [...call.args, ...defaults(call)].map((arg) => bind(arg, scope)),
        call.span,
        call.modifiers,
      )
    case 'JSON_OBJECT':
      return construct(call, 'object', call.modifiers.json?.onNull ?? 'NULL', scope, bind)
    case 'JSON_ARRAY':
      return construct(call, 'array', call.modifiers.json?.onNull ?? 'ABSENT', scope, bind)
    case 'JSON_STRING':
      if (call.args.some(isConstructor)) {
        throw new MillraceError(
          'E0301',
          'JSON_STRING of a JSON constructor, which means different things in Flink 1.20 and 2.x, is not built',
          { place: { span: call.span } },
        )
      }
      return undefined
    case 'JSON':
      if (call.args.length !== 1) throw new MillraceError('E0203', 'JSON takes one argument', { place: { span: call.span } })
      throw new MillraceError('E0204', 'JSON stands inside JSON_ARRAY or as a value of JSON_OBJECT', { place: { span: call.span } })
    default:
      return undefined
  }
}

function isConstructor(arg: ExpressionAst): boolean {
  return arg.kind === 'call' && RAW_SOURCES.has(arg.name.toUpperCase())
}

/** Values of DEFAULT … ON EMPTY and DEFAULT … ON ERROR, in this order. */
function defaults({ modifiers: { json } }: CallAst): readonly ExpressionAst[] {
  return [json?.onEmpty, json?.onError].flatMap((behavior) => (behavior?.kind === 'DEFAULT' ? [behavior.value] : []))
}

function construct(call: CallAst, kind: 'object' | 'array', onNull: 'NULL' | 'ABSENT', scope: Scope, bind: Bind): BoundExpr {
  const raw = call.args.map((arg, i) => (kind === 'array' || i % 2 === 1) && isConstructor(arg))
  const args = call.args.map((arg, i) => (raw[i] ? bindRaw(arg as CallAst, scope, bind) : bind(arg, scope)))
  return callOf(jsonConstructor({ kind, onNull, raw }), args, call.span, call.modifiers)
}

function bindRaw(call: CallAst, scope: Scope, bind: Bind): BoundExpr {
  if (call.name.toUpperCase() !== 'JSON') return bind(call, scope)
  return callOf(
    JSON_FUNCTION,
    call.args.map((arg) => bind(arg, scope)),
    call.span,
    call.modifiers,
  )
}
