/**
 * A sum of integers of any size in two fields: a double that is exact while it is a safe integer, and a bigint (or NULL) that takes what
 * the double cannot hold. Sums of sensor readings never leave the double.
 */
import type { Integral } from '../../../contract/row.js'
import { fromBigInt, wrapLong } from '../../values/integral.js'
import { type AccumulatorHost, other, own } from './accumulator.js'

const SAFE_MAX = Number.MAX_SAFE_INTEGER

/** The total of both fields. */
export function total(sum: number, spill: bigint | null): Integral {
  return spill === null ? sum + 0 : fromBigInt(spill + BigInt(sum))
}

/** The total cut to 64 bits. */
export function totalLong(sum: number, spill: bigint | null): Integral {
  return spill === null ? sum + 0 : wrapLong(spill + BigInt(sum))
}

/** What the spill becomes when the sum leaves the safe range by adding the value; the sum restarts at 0. */
function spilled(spill: bigint | null, sum: number, value: Integral): bigint {
  return (spill ?? 0n) + BigInt(sum) + BigInt(value)
}

export interface ExactSum {
  add(value: string, sign?: '+' | '-'): string
  merge(): string
  /** Calls {@link total} or {@link totalLong}. */
  total(kind: 'total' | 'totalLong'): string
}

/** Fields and code of an exact sum. `wide`: values may be bigints. */
export function exactSum(host: AccumulatorHost, name: string, wide: boolean): ExactSum {
  const sum = host.field(name, 'f64', 0)
  const spill = host.field(`${name}Spill`, 'value', null)
  const spillOver = host.bind(spilled)
  const add = (value: string, sign: '+' | '-' = '+') => {
    const next = `${own(sum)} ${sign} ${value}`
    const fits = `s <= ${SAFE_MAX} && s >= -${SAFE_MAX}`
    const slow = `{ ${own(spill)} = ${spillOver}(${own(spill)}, ${own(sum)}, ${sign === '+' ? value : `-${value}`}); ${own(sum)} = 0 }`
    if (!wide) return `{ const s = ${next}; if (${fits}) ${own(sum)} = s; else ${slow} }`
    return `{ const s = typeof ${value} === 'number' ? ${next} : Infinity; if (${fits}) ${own(sum)} = s; else ${slow} }`
  }
  return {
    add,
    merge: () =>
      `{ const s = ${own(sum)} + ${other(sum)}; if (${other(spill)} === null && s <= ${SAFE_MAX} && s >= -${SAFE_MAX}) ${own(sum)} = s; ` +
      `else { ${own(spill)} = ${spillOver}(${own(spill)}, ${own(sum)}, ${other(sum)}) + (${other(spill)} === null ? 0n : ${other(spill)}); ${own(sum)} = 0 } }`,
    total: (kind) => `${host.bind(kind === 'total' ? total : totalLong)}(${own(sum)}, ${own(spill)})`,
  }
}
