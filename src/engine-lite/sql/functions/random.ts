/**
 * RAND and RAND_INTEGER. With a seed the numbers are those of java.util.Random: a constant seed begins one sequence per call in the query,
 * any other seed begins anew in every row. Without a seed they come from the injected source.
 */
import { DOUBLE, INT } from '../types/make.js'
import { type CallSite, INT_ARG, overloads } from './define.js'
import type { DirectFunction, EvaluationContext, ScalarFunction } from './definition.js'

const MULTIPLIER = 0x5deece66dn
const MASK = (1n << 48n) - 1n

/** java.util.Random, published algorithm: a linear congruential generator of 48 bits. */
class JavaRandom {
  private state: bigint

  constructor(seed: number) {
    this.state = (BigInt(seed) ^ MULTIPLIER) & MASK
  }

  private next(bits: number): number {
    this.state = (this.state * MULTIPLIER + 0xbn) & MASK
    return Number(BigInt.asIntN(32, this.state >> BigInt(48 - bits)))
  }

  nextDouble(): number {
    const high = this.next(26)
    return (high * 2 ** 27 + this.next(27)) * 2 ** -53
  }

  nextInt(bound: number): number {
    let bits = this.next(31)
    if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(bits)) >> 31n)
    let value = bits % bound
    while (bits - value + (bound - 1) > 0x7fffffff) {
      bits = this.next(31)
      value = bits % bound
    }
    return value
  }
}

/** The generator for a row: one for all where the seed is constant. */
function generator({ args }: CallSite): (seed: number) => JavaRandom {
  const seed = args[0]?.literal?.value
  if (typeof seed !== 'number') return (value) => new JavaRandom(value)
  const shared = new JavaRandom(seed)
  return () => shared
}

const seeded = { deterministic: false } as const

export const RANDOM_FUNCTIONS: readonly ScalarFunction[] = [
  overloads('RAND', [
    { ...seeded, name: 'RAND', args: [], type: DOUBLE, context: true, apply: (context: EvaluationContext) => context.random() },
    {
      ...seeded,
      name: 'RAND',
      args: [INT_ARG],
      type: DOUBLE,
      make: (site): DirectFunction => {
        const of = generator(site)
        return (seed: number) => of(seed).nextDouble()
      },
    },
  ]),
  overloads('RAND_INTEGER', [
    {
      ...seeded,
      name: 'RAND_INTEGER',
      args: [INT_ARG],
      type: INT,
      context: true,
      apply: (context: EvaluationContext, bound: number) => Math.floor(context.random() * bound),
    },
    {
      ...seeded,
      name: 'RAND_INTEGER',
      args: [INT_ARG, INT_ARG],
      type: INT,
      make: (site): DirectFunction => {
        const of = generator(site)
        return (seed: number, bound: number) => of(seed).nextInt(bound)
      },
    },
  ]),
]
