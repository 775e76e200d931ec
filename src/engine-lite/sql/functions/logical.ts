/** AND, OR (evaluated from the left, known to code generation by name), NOT, IS NULL and its kin. */
import { BOOLEAN, withNullability } from '../types/make.js'
import { BOOLEAN_ARG, define, resolved } from './define.js'
import type { ScalarFunction } from './definition.js'

/** Three-valued AND: FALSE wins over NULL. */
export function and(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false
  return a === null || b === null ? null : true
}

/** Three-valued OR: TRUE wins over NULL. */
export function or(a: boolean | null, b: boolean | null): boolean | null {
  if (a === true || b === true) return true
  return a === null || b === null ? null : false
}

function connective(name: 'AND' | 'OR'): ScalarFunction {
  return {
    name,
    nulls: 'lazy',
    deterministic: true,
    resolve: (args) => {
      if (args.some(({ type }) => type.kind !== 'BOOLEAN' && type.kind !== 'NULL')) return `${name} takes BOOLEAN on both sides`
      const isNullable = args.some(({ type }) => type.nullable)
      const types = args.map(({ type }) => withNullability(BOOLEAN, type.nullable))
      return resolved(withNullability(BOOLEAN, isNullable), types, name === 'AND' ? and : or)
    },
  }
}

function nullTest(name: string, isNull: boolean): ScalarFunction {
  return {
    name,
    nulls: 'custom',
    deterministic: true,
    resolve: ([arg]) =>
      arg === undefined
        ? `${name} takes one operand`
        : resolved(
            BOOLEAN,
            [arg.type],
            isNull ? (value: unknown) => value === null : (value: unknown) => value !== null,
            ([value]) => `${value} ${isNull ? '===' : '!=='} null`,
          ),
  }
}

function truthTest(name: string, expected: boolean | null, negated: boolean): ScalarFunction {
  return define({
    name,
    args: [BOOLEAN_ARG],
    nulls: 'custom',
    nullability: 'never',
    type: BOOLEAN,
    apply: negated ? (value: unknown) => value !== expected : (value: unknown) => value === expected,
    inline: ([value]) => `${value} ${negated ? '!==' : '==='} ${expected}`,
  })
}

export const LOGICAL_FUNCTIONS: readonly ScalarFunction[] = [
  connective('AND'),
  connective('OR'),
  define({ name: 'NOT', args: [BOOLEAN_ARG], type: BOOLEAN, apply: (value: boolean) => !value, inline: ([value]) => `!${value}` }),
  nullTest('IS NULL', true),
  nullTest('IS NOT NULL', false),
  truthTest('IS TRUE', true, false),
  truthTest('IS NOT TRUE', true, true),
  truthTest('IS FALSE', false, false),
  truthTest('IS NOT FALSE', false, true),
  truthTest('IS UNKNOWN', null, false),
  truthTest('IS NOT UNKNOWN', null, true),
]
