/** COALESCE and IFNULL; IF, NULLIF and CASE are rewritten by the binder. GREATEST and LEAST. */
import { commonType } from '../types/common.js'
import { nullable, withNullability } from '../types/make.js'
import { printType } from '../types/print.js'
import { comparator } from '../values/compare.js'
import { resolved } from './define.js'
import type { ArgumentInfo, ResolvedFunction, ScalarFunction } from './definition.js'

function resolveCoalesce(name: string, args: readonly ArgumentInfo[]): ResolvedFunction | string {
  if (args.length === 0 || (name === 'IFNULL' && args.length !== 2))
    return `${name} takes ${name === 'IFNULL' ? 'two arguments' : 'at least one argument'}`
  const common = commonType(args.map(({ type }) => type))
  if (common === undefined) return `${name} takes arguments of one common type, not ${args.map(({ type }) => printType(type)).join(', ')}`
  const type = withNullability(
    common,
    args.every((arg) => arg.type.nullable),
  )
  const argTypes = args.map((arg) => withNullability(common, arg.type.nullable))
  return { type, argTypes, evaluate: (values) => values.find((value) => value !== null) ?? null }
}

/** Known to code generation by name: later arguments are evaluated only where the earlier ones are NULL. */
function coalesce(name: string): ScalarFunction {
  return { name, nulls: 'lazy', deterministic: true, resolve: (args) => resolveCoalesce(name, args) }
}

/** GREATEST and LEAST: NULL where any argument is; NaN is the greatest. */
function extreme(name: 'GREATEST' | 'LEAST', sign: 1 | -1): ScalarFunction {
  return {
    name,
    nulls: 'strict',
    deterministic: true,
    resolve: (args) => {
      const common = commonType(args.map(({ type }) => type))
      const compare = common === undefined ? undefined : (comparator(common) as ((a: unknown, b: unknown) => number) | undefined)
      if (common === undefined || compare === undefined) return `${name} takes arguments of one common type with an order`
      const argTypes = args.map((arg) => withNullability(common, arg.type.nullable))
      const pick = (...values: unknown[]) => {
        let best = values[0]
        for (let i = 1; i < values.length; i++) {
          const value = values[i]
          const order = Number.isNaN(value) ? 1 : Number.isNaN(best) ? -1 : compare(value, best)
          if (order * sign > 0) best = value
        }
        return best
      }
      return resolved(args.some((arg) => arg.type.nullable) ? nullable(common) : common, argTypes, pick)
    },
  }
}

export const CONDITIONAL_FUNCTIONS: readonly ScalarFunction[] = [
  coalesce('COALESCE'),
  coalesce('IFNULL'),
  extreme('GREATEST', 1),
  extreme('LEAST', -1),
]
