/** TYPEOF, UUID and random numbers. */
import { char, nullable, STRING } from '../types/make.js'
import { printType } from '../types/print.js'
import { define, resolved } from './define.js'
import type { EvaluationContext, ScalarFunction } from './definition.js'
import { RANDOM_FUNCTIONS } from './random.js'

/** The printed type of the argument, which is not evaluated. */
const typeOf: ScalarFunction = {
  name: 'TYPEOF',
  nulls: 'custom',
  deterministic: true,
  resolve: (args) => {
    const [arg] = args
    if (arg === undefined || args.length > 1) return 'TYPEOF takes one argument'
    const text = printType(arg.type)
    return resolved(nullable(STRING), [arg.type], () => text)
  },
}

/** A random UUID (version 4) from the injected source of randomness. */
function uuid(context: EvaluationContext): string {
  let digits = ''
  for (let i = 0; i < 32; i++) {
    const digit = Math.floor(context.random() * 16)
    digits += (i === 12 ? 4 : i === 16 ? (digit & 3) | 8 : digit).toString(16)
  }
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-')
}

export const MISC_FUNCTIONS: readonly ScalarFunction[] = [
  typeOf,
  define({ name: 'UUID', args: [], type: char(36), context: true, deterministic: false, apply: uuid }),
  ...RANDOM_FUNCTIONS,
]
