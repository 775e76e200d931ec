/** Equality and order of internal values by type. */
import type { Integral } from '../../contract/row.js'
import type { LogicalType } from '../../contract/type.js'

/** Order of the UTF-8 bytes, which is the order of code points: differs from JavaScript's only around surrogates. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return weight(left) - weight(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** Unsigned, byte by byte; the shorter of equal starts is less. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!
  }
  return a.length - b.length
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0
}

/** −1, 0 or 1 for numbers, bigints and booleans. */
export function comparePlain(a: Integral | boolean, b: Integral | boolean): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export type Compare = (a: never, b: never) => number
export type Equal = (a: never, b: never) => boolean

/** Order of two non-NULL values of one type; undefined for types without an order. */
export function comparator(type: LogicalType): Compare | undefined {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return compareText
    case 'BINARY':
    case 'VARBINARY':
      return compareBytes
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW':
    case 'NULL':
      return undefined
    default:
      return comparePlain
  }
}

/** Equality of two non-NULL values of one type. Inside collections NULL equals NULL. */
export function equality(type: LogicalType): Equal {
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
      return equalBytes
    case 'ARRAY': {
      const item = nullSafe(equality(type.element))
      return (a: readonly unknown[], b: readonly unknown[]) => a.length === b.length && a.every((value, i) => item(value, b[i]))
    }
    case 'ROW': {
      const items = type.fields.map((field) => nullSafe(equality(field.type)))
      return (a: readonly unknown[], b: readonly unknown[]) => items.every((item, i) => item(a[i], b[i]))
    }
    case 'MAP':
      return mapEquality(equality(type.key), nullSafe(equality(type.value)))
    case 'MULTISET':
      return mapEquality(equality(type.element), (a, b) => a === b)
    default:
      return (a: unknown, b: unknown) => a === b
  }
}

/** NULL equals NULL. */
export function nullSafe(equal: Equal): (a: unknown, b: unknown) => boolean {
  const apply = equal as (a: unknown, b: unknown) => boolean
  return (a, b) => (a === null || b === null ? a === b : apply(a, b))
}

function mapEquality(key: Equal, value: (a: unknown, b: unknown) => boolean): Equal {
  const sameKey = nullSafe(key)
  return (a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>) => {
    if (a.size !== b.size) return false
    for (const [k, v] of a) {
      const other = b.has(k) ? b.get(k) : [...b].find(([candidate]) => sameKey(k, candidate))?.[1]
      if (other === undefined || !value(v, other)) return false
    }
    return true
  }
}
