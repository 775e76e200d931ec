/** How often each value occurs in a group: the state of DISTINCT and of MIN and MAX under retraction. A field of kind `value`, NULL while empty. */

/** The map with one more of the value, made where there is none. */
export function raiseCount(counts: Map<unknown, number> | null, value: unknown): Map<unknown, number> {
  const map = counts ?? new Map<unknown, number>()
  const count = (map.get(value) ?? 0) + 1
  if (count === 0) map.delete(value)
  else map.set(value, count)
  return map
}

/** Takes one of the value away; true where it was the last one. */
export function lowerCount(counts: Map<unknown, number> | null, value: unknown): boolean {
  const count = counts?.get(value)
  if (counts === null || count === undefined) return false
  if (count > 1) {
    counts.set(value, count - 1)
    return false
  }
  counts.delete(value)
  return true
}

/** Both together, in a map that belongs to nobody else. */
export function mergeCounts(counts: Map<unknown, number> | null, from: ReadonlyMap<unknown, number> | null): Map<unknown, number> {
  const map = counts ?? new Map<unknown, number>()
  if (from !== null) for (const [value, count] of from) map.set(value, (map.get(value) ?? 0) + count)
  return map
}
