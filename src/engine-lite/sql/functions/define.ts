/** A small vocabulary for defining functions: argument kinds with Flink's implicit casts, result types, nullability by argument. */
import type { LogicalType } from '../../contract/type.js'
import type { CallModifiers } from '../ast/expression.js'
import { isImplicitCast } from '../types/cast-rules.js'
import { BIGINT, BOOLEAN, BYTES, DOUBLE, INT, nullable, STRING, withNullability } from '../types/make.js'
import { isBinary, isCharacter, isInteger, isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import type { ArgumentInfo, DirectFunction, EvaluationContext, ResolvedFunction, ScalarFunction } from './definition.js'

/** What one argument may be. */
export interface ArgumentKind {
  /** In error messages: `<CHARACTER>`, `INT`. */
  readonly name: string
  /** The type the argument is brought to (nullability is kept by the caller), or undefined where it does not fit. */
  accept(type: LogicalType): LogicalType | undefined
}

/** An argument of one type, or of a type that Flink converts to it silently. */
export function explicit(type: LogicalType): ArgumentKind {
  return { name: printType(nullable(type)), accept: (given) => (isImplicitCast(given, type) ? type : undefined) }
}

/** An argument of any type of a family, kept as it is. The NULL literal becomes `whenNull`. */
export function family(name: string, test: (type: LogicalType) => boolean, whenNull: LogicalType): ArgumentKind {
  return { name, accept: (given) => (given.kind === 'NULL' ? whenNull : test(given) ? given : undefined) }
}

export const TEXT = family('<CHARACTER_STRING>', isCharacter, STRING)
export const BYTE_STRING = family('<BINARY_STRING>', isBinary, BYTES)
export const NUMERIC = family('<NUMERIC>', isNumeric, INT)
export const INTEGER_NUMERIC = family('<INTEGER_NUMERIC>', isInteger, INT)
export const ANY = family('<ANY>', () => true, INT)
export const INT_ARG = explicit(INT)
export const BIGINT_ARG = explicit(BIGINT)
export const BOOLEAN_ARG = explicit(BOOLEAN)
/** Any number, as a DOUBLE. */
export const DOUBLE_ARG: ArgumentKind = {
  name: '<NUMERIC>',
  accept: (given) => (given.kind === 'NULL' || isNumeric(given) ? DOUBLE : undefined),
}

/** What a definition sees of a call: types after the casts, literals where arguments are constant. */
export interface CallSite {
  readonly types: readonly LogicalType[]
  readonly args: readonly ArgumentInfo[]
  readonly modifiers: CallModifiers
}

type PerSite<T> = T | ((site: CallSite) => T)

export interface FunctionSpec {
  readonly name: string
  readonly args: readonly ArgumentKind[]
  /** How many of the last arguments may be left out. */
  readonly optional?: number
  /** Any number of further arguments. */
  readonly rest?: ArgumentKind
  readonly type: PerSite<LogicalType>
  /** `arguments` (default): NULL where any argument may be. `type`: as the type says. */
  readonly nullability?: 'arguments' | 'always' | 'never' | 'type'
  readonly nulls?: 'strict' | 'custom'
  readonly deterministic?: boolean
  /** The function takes the context as its first argument. */
  readonly context?: boolean
  readonly mayReturnNull?: boolean
  /** The function itself. */
  readonly apply?: DirectFunction
  /** The function for this call: patterns compiled, units chosen. */
  readonly make?: (site: CallSite) => DirectFunction
  readonly inline?: ResolvedFunction['inline']
  /** A sentence where the call does not fit although its types do. */
  readonly check?: (site: CallSite) => string | undefined
}

/** Builds a function of one signature. */
export function define(spec: FunctionSpec): ScalarFunction {
  return overloads(spec.name, [spec])
}

/** Builds a function of several signatures, tried in order. All share `nulls` and `deterministic` of the first. */
export function overloads(name: string, specs: readonly FunctionSpec[]): ScalarFunction {
  const first = specs[0]!
  return {
    name,
    nulls: first.nulls ?? 'strict',
    deterministic: first.deterministic ?? true,
    resolve: (args, modifiers = {}) => {
      let problem = ''
      for (const spec of specs) {
        const result = resolveSpec(spec, args, modifiers)
        if (typeof result !== 'string') return result
        problem ||= result
      }
      return specs.length === 1 ? problem : `${name} takes ${specs.map(describe).join(' or ')}`
    },
  }
}

function describe(spec: FunctionSpec): string {
  const required = spec.args.length - (spec.optional ?? 0)
  const names = spec.args.map((arg, i) => (i < required ? arg.name : `[${arg.name}]`))
  if (spec.rest !== undefined) names.push(`${spec.rest.name} …`)
  return `(${names.join(', ')})`
}

function resolveSpec(spec: FunctionSpec, args: readonly ArgumentInfo[], modifiers: CallModifiers): ResolvedFunction | string {
  const required = spec.args.length - (spec.optional ?? 0)
  if (args.length < required || (spec.rest === undefined && args.length > spec.args.length)) return `${spec.name} takes ${describe(spec)}`
  const types: LogicalType[] = []
  for (const [i, arg] of args.entries()) {
    const accepted = (spec.args[i] ?? spec.rest!).accept(arg.type)
    if (accepted === undefined) return `${spec.name} takes ${describe(spec)}`
    types.push(withNullability(accepted, arg.type.nullable))
  }
  const site: CallSite = { types, args, modifiers }
  const problem = spec.check?.(site)
  if (problem !== undefined) return problem
  return build(spec, site)
}

function build(spec: FunctionSpec, site: CallSite): ResolvedFunction {
  const direct = spec.apply ?? spec.make!(site)
  const base = typeof spec.type === 'function' ? spec.type(site) : spec.type
  const mode = spec.nullability ?? 'arguments'
  const isNullable = mode === 'always' || (mode === 'arguments' && site.types.some((type) => type.nullable))
  return {
    type: mode === 'type' ? base : withNullability(base, isNullable),
    argTypes: site.types,
    direct,
    evaluate: evaluator(direct, spec.context ?? false),
    ...(spec.context === undefined ? {} : { needsContext: spec.context }),
    ...(spec.mayReturnNull === undefined ? {} : { mayReturnNull: spec.mayReturnNull }),
    ...(spec.inline === undefined ? {} : { inline: spec.inline }),
  }
}

/** A positional function as one over an argument list. */
export function evaluator(direct: DirectFunction, needsContext: boolean): ResolvedFunction['evaluate'] {
  const apply = direct as (...args: unknown[]) => unknown
  return needsContext
    ? (args: readonly unknown[], context: EvaluationContext) => apply(context, ...args)
    : (args: readonly unknown[]) => apply(...args)
}

/** A resolved call made by hand. */
export function resolved(
  type: LogicalType,
  argTypes: readonly LogicalType[],
  direct: DirectFunction,
  inline?: ResolvedFunction['inline'],
): ResolvedFunction {
  const base = { type, argTypes, direct, evaluate: evaluator(direct, false) }
  return inline === undefined ? base : { ...base, inline }
}
