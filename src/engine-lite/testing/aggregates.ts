/** A hand-written aggregate program for tests of operators: COUNT(*), SUM, MIN, MAX of one numeric column, with merge and retract. */
import type { AggregateProgram } from '../contract/aggregate.js'
import type { Columns } from '../contract/state.js'

const COUNT = 0
const SUM = 1
const MIN = 2
const MAX = 3

/**
 * Results are [count, sum, min, max]. `min` and `max` do not take rows back; `sumOnly` leaves them out.
 *
 * @param column position of the value; a value that is no number fails the row
 */
export function statistics(column: number, sumOnly = false): AggregateProgram {
  const names = sumOnly ? ['count', 'sum'] : ['count', 'sum', 'min', 'max']
  const initial = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const value = (row: readonly unknown[]) => {
    const found = row[column]
    if (typeof found !== 'number') throw new TypeError(`${String(found)} is not a number`)
    return found
  }
  const at = (columns: Columns, field: number) => columns[field] as Float64Array
  return {
    layout: names.map((name, i) => ({ name, storage: 'f64', initial: initial[i] })),
    arity: names.length,
    source: '',
    add(columns, slot, row) {
      const added = value(row)
      at(columns, COUNT)[slot] = (at(columns, COUNT)[slot] as number) + 1
      at(columns, SUM)[slot] = (at(columns, SUM)[slot] as number) + added
      if (sumOnly) return
      at(columns, MIN)[slot] = Math.min(at(columns, MIN)[slot] as number, added)
      at(columns, MAX)[slot] = Math.max(at(columns, MAX)[slot] as number, added)
    },
    retract(columns, slot, row) {
      const taken = value(row)
      at(columns, COUNT)[slot] = (at(columns, COUNT)[slot] as number) - 1
      at(columns, SUM)[slot] = (at(columns, SUM)[slot] as number) - taken
    },
    merge(columns, slot, from, fromSlot) {
      at(columns, COUNT)[slot] = (at(columns, COUNT)[slot] as number) + (at(from, COUNT)[fromSlot] as number)
      at(columns, SUM)[slot] = (at(columns, SUM)[slot] as number) + (at(from, SUM)[fromSlot] as number)
      if (sumOnly) return
      at(columns, MIN)[slot] = Math.min(at(columns, MIN)[slot] as number, at(from, MIN)[fromSlot] as number)
      at(columns, MAX)[slot] = Math.max(at(columns, MAX)[slot] as number, at(from, MAX)[fromSlot] as number)
    },
    result(columns, slot, into, position) {
      for (let i = 0; i < names.length; i++) into[position + i] = at(columns, i)[slot]
    },
  }
}
