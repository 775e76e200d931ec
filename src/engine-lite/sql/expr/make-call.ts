/** Builds a typed call: resolves the function for its argument types, casts the arguments, folds constants. */
import { closestName } from '../../base/closest-name.js'
import { MillraceError, type Span } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import type { CallModifiers } from '../ast/expression.js'
import { readsText } from '../functions/comparison.js'
import { resolved } from '../functions/define.js'
import type { ArgumentInfo, EvaluationContext, ResolvedFunction, ScalarFunction } from '../functions/definition.js'
import { FLINK_FUNCTION_NAMES } from '../functions/flink-names.js'
import { findFunction, functionNames } from '../functions/registry.js'
import { BOOLEAN, withAttribute, withNullability } from '../types/make.js'
import { isApproximate, isCharacter, isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import type { BoundExpr } from './bound.js'
import { castTo, writtenCast } from './cast-to.js'
import { isSame } from './traverse.js'

/**
 * A call of a built-in function or operator by name. Throws E0203 for an unknown name, E0301 for one of Flink's that is not there,
 * E0204 where the arguments do not fit.
 *
 * @example
 * makeCall('=', [column, literal])
 */
export function makeCall(name: string, args: readonly BoundExpr[], span?: Span, modifiers?: CallModifiers): BoundExpr {
  const fn = findFunction(name)
  if (fn === undefined) throw unknownFunction(name, span)
  return callOf(fn, args, span, modifiers)
}

/** A call of a given function. Throws E0204 where the arguments do not fit. */
export function callOf(fn: ScalarFunction, args: readonly BoundExpr[], span?: Span, modifiers?: CallModifiers): BoundExpr {
  const chosen = withItself(fn.name, args) ?? fn.resolve(args.map(argumentInfo), modifiers)
  if (typeof chosen === 'string') throw misfit(fn.name, chosen, args, span)
  const cast = args.map((arg, i) => castArgument(fn, arg, chosen.argTypes[i]!))
  const type = fn.name === 'PROCTIME' ? chosen.type : withAttribute(chosen.type, undefined)
  const base = span === undefined ? {} : { span }
  const folded = fold(fn, chosen, cast)
  if (folded !== undefined && fn.name === '/' && !Number.isFinite(folded.value) && chosen.type.kind === 'DOUBLE' && folded.value !== null)
    throw constantDivision(span)
  if (folded !== undefined && !fits(folded.value, type)) throw cutConstant(type, span)
  if (folded !== undefined) return { kind: 'literal', value: folded.value, type, folded: true, ...base }
  return { kind: 'call', fn, resolved: chosen, variant: variantOf(modifiers), args: cast, type, ...base }
}

/** Keyword forms as text, wherever they were written. */
function variantOf(modifiers: CallModifiers | undefined): string {
  if (modifiers === undefined) return ''
  const text = JSON.stringify(modifiers, (key, value: unknown) => (key === 'span' || key === 'nameSpan' ? undefined : value))
  return text === '{}' ? '' : text
}

function argumentInfo(arg: BoundExpr): ArgumentInfo {
  return arg.kind === 'literal'
    ? { type: arg.type, literal: { value: arg.value, ...(arg.folded && { folded: arg.folded }) } }
    : { type: arg.type }
}

const OF_EQUALS: ReadonlyMap<string, boolean> = new Map([
  ['=', true],
  ['<=', true],
  ['>=', true],
  ['<>', false],
])

/** `x = x` is TRUE where x is not NULL, for NaN too: Flink simplifies it while planning. */
function withItself(name: string, [a, b]: readonly BoundExpr[]): ResolvedFunction | undefined {
  const answer = OF_EQUALS.get(name)
  if (answer === undefined || a === undefined || b === undefined || !isApproximate(a.type) || !isSame(a, b)) return undefined
  return resolved(withNullability(BOOLEAN, a.type.nullable), [a.type, b.type], () => answer)
}

/** Text beside a time in a comparison is read leniently: what is no time gives NULL. */
function castArgument(fn: ScalarFunction, arg: BoundExpr, type: ResolvedFunction['type']): BoundExpr {
  if ((fn.name === '=' || fn.name === '<>' || fn.name.endsWith('DISTINCT FROM')) && readsText(arg.type, type) && arg.span !== undefined) {
    return writtenCast(arg, type, true, arg.span)
  }
  return castTo(arg, type)
}

const NO_CONTEXT: EvaluationContext = { nowMs: () => 0, timeZone: 'UTC', random: () => 0, watermarkMs: () => undefined }

/** The value of a call over constants; undefined where it fails (the row will tell) or depends on the context. */
function fold(fn: ScalarFunction, resolved: ResolvedFunction, args: readonly BoundExpr[]): { value: unknown } | undefined {
  if (!fn.deterministic || resolved.needsContext === true || args.length === 0) return undefined
  const values: unknown[] = []
  for (const arg of args) {
    if (arg.kind !== 'literal') return undefined
    values.push(arg.value)
  }
  try {
    const value = fn.nulls === 'strict' && values.includes(null) ? null : resolved.evaluate(values, NO_CONTEXT)
    return value === null && !resolved.type.nullable ? undefined : { value }
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'R0101') throw error
    if (DIVISIONS.has(fn.name)) throw constantDivision(args[1]?.span)
    return undefined
  }
}

/** Whether a computed constant has room in its type: `UPPER('straße')` has not, nor has TIMESTAMP(0) half a second more. */
function fits(value: unknown, type: LogicalType): boolean {
  if (typeof value === 'string' && 'length' in type) return value.length <= type.length
  const isTime = type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ'
  return !(isTime && type.precision < 3 && typeof value === 'number') || value % 10 ** (3 - type.precision) === 0
}

/** Flink cuts such a constant while planning, and computes the same on columns without cutting. */
function cutConstant(type: LogicalType, span: Span | undefined): MillraceError {
  return new MillraceError('E0301', `a constant of ${printType(type)} that has no room for its value is not built`, {
    hint: 'CAST an argument to a longer type',
    ...(span === undefined ? {} : { place: { span } }),
  })
}

const DIVISIONS: ReadonlySet<string> = new Set(['/', '%', 'MOD'])

/** Flink computes constants while it plans, and refuses a division by zero there. */
function constantDivision(span: Span | undefined): MillraceError {
  return new MillraceError('E0204', 'division by zero', span === undefined ? {} : { place: { span } })
}

/** Comparisons that Flink makes possible by casting text, and millrace does not: valid, not built. */
const TEXT_COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>='])

function misfit(name: string, reason: string, args: readonly BoundExpr[], span: Span | undefined): MillraceError {
  const place = span === undefined ? {} : { place: { span } }
  const types = args.map((arg) => arg.type)
  const mixes = types.some(isCharacter) && types.some((type) => isNumeric(type) || type.kind === 'BOOLEAN')
  if ((TEXT_COMPARISONS.has(name) && mixes) || (name === '=' && mixes && types.some((type) => type.kind === 'BOOLEAN'))) {
    return new MillraceError('E0301', `${name} between ${types.map(printType).join(' and ')} is not built yet`, {
      ...place,
      hint: 'write a CAST on one side',
    })
  }
  return new MillraceError('E0204', reason, { ...place, detail: [`given: ${types.map(printType).join(', ') || 'nothing'}`] })
}

/** E0301 for a name of Flink's, else E0203. */
export function unknownFunction(name: string, span: Span | undefined): MillraceError {
  const place = span === undefined ? {} : { place: { span } }
  if (FLINK_FUNCTION_NAMES.has(name)) return new MillraceError('E0301', `function ${name} is not built yet`, place)
  const close = closestName(name, functionNames())
  return new MillraceError('E0203', `unknown function ${name}`, {
    ...place,
    ...(close === undefined ? {} : { hint: `did you mean ${close}?` }),
  })
}
