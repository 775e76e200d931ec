/** How a keyed operator finds the key of a row. The planner compiles both functions. */
import type { Key } from '../contract/state.js'

/**
 * `keyOf` runs once per row and gives one comparable value: the column itself where there is a single simple one, else the
 * encoded text of all (NULL keys are equal to each other, as in GROUP BY). `valuesOf` runs once per new key and gives the
 * key's columns, kept with the key and put in front of every result.
 *
 * @example
 * const byDevice: KeySelector = { arity: 1, keyOf: (row) => row[0] as string, valuesOf: (row) => [row[0]] }
 */
export interface KeySelector {
  /** Number of key columns, the length of what `valuesOf` returns. */
  readonly arity: number
  keyOf(row: readonly unknown[]): Key
  valuesOf(row: readonly unknown[]): unknown[]
}

/** The one group of a query without GROUP BY columns. */
export const GLOBAL_KEY: KeySelector = { arity: 0, keyOf: () => null, valuesOf: () => [] }
