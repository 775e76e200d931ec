/** Built-in functions by name. */
import { ARITHMETIC_FUNCTIONS } from './arithmetic.js'
import { COMPARISON_FUNCTIONS } from './comparison.js'
import { CONDITIONAL_FUNCTIONS } from './conditional.js'
import type { ScalarFunction } from './definition.js'
import { LOGICAL_FUNCTIONS } from './logical.js'

const FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map(
  [...COMPARISON_FUNCTIONS, ...LOGICAL_FUNCTIONS, ...ARITHMETIC_FUNCTIONS, ...CONDITIONAL_FUNCTIONS].map((fn) => [fn.name, fn]),
)

/** The built-in function or operator of that name (upper case), or undefined. */
export function findFunction(name: string): ScalarFunction | undefined {
  return FUNCTIONS.get(name)
}

/** The names that can be called, for "did you mean" and the compatibility page. */
export function functionNames(): readonly string[] {
  return [...FUNCTIONS.keys()].filter((name) => /^[A-Z]\w*$/.test(name)).sort()
}
