/** Equality of internal values (contract/row.ts): nested ones are compared by content, NaN differs from NaN as in Java. */

export function valueEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Map) return b instanceof Map && mapEquals(a, b)
  return isList(a) && isList(b) && listEquals(a, b)
}

type List = Uint8Array | unknown[]

function isList(value: object): value is List {
  return Array.isArray(value) || value instanceof Uint8Array
}

function listEquals(a: List, b: List): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!valueEquals(a[i], b[i])) return false
  return true
}

function mapEquals(a: Map<unknown, unknown>, b: Map<unknown, unknown>): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a) if (!b.has(key) || !valueEquals(value, b.get(key))) return false
  return true
}
