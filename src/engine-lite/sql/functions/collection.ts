/** ARRAY, MAP and ROW: making them and reaching into them. */

import { MillraceError } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import { commonType } from '../types/common.js'
import { array, INT, map, nullable, row, STRING, withAttribute, withNullability } from '../types/make.js'
import { isCharacter, isConstructed } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { equality, nullSafe } from '../values/compare.js'
import { resolved } from './define.js'
import type { ArgumentInfo, ResolvedFunction, ScalarFunction } from './definition.js'

function custom(name: string, resolve: ScalarFunction['resolve']): ScalarFunction {
  return { name, nulls: 'custom', deterministic: true, resolve }
}

function strict(name: string, resolve: ScalarFunction['resolve']): ScalarFunction {
  return { name, nulls: 'strict', deterministic: true, resolve }
}

/** Items of several types meet in their common type. CHAR items of one length stay CHAR. */
const makeArray = custom('ARRAY', (args) => {
  if (args.length === 0) return 'an empty ARRAY has no type; write CAST(ARRAY[] AS …)'
  const element = commonType(args.map(({ type }) => type))
  if (element === undefined || element.kind === 'NULL')
    return `items of an ARRAY have one common type, not ${args.map(({ type }) => printType(type)).join(', ')}`
  return resolved(
    array(withAttribute(element, undefined)),
    args.map((arg) => withNullability(element, arg.type.nullable)),
    (...items: unknown[]) => items,
    (items) => `[${items.join(', ')}]`,
  )
})

const makeMap = custom('MAP', (args) => {
  if (args.length === 0 || args.length % 2 !== 0) return 'MAP takes pairs of key and value'
  const keys = commonType(args.filter((_, i) => i % 2 === 0).map(({ type }) => type))
  const values = commonType(args.filter((_, i) => i % 2 === 1).map(({ type }) => type))
  if (keys === undefined || values === undefined || keys.kind === 'NULL' || values.kind === 'NULL')
    return 'keys and values of a MAP have a common type each'
  const argTypes = args.map((arg, i) => withNullability(i % 2 === 0 ? keys : values, arg.type.nullable))
  return resolved(map(withAttribute(keys, undefined), withAttribute(values, undefined)), argTypes, (...items: unknown[]) => {
    const result = new Map<unknown, unknown>()
    for (let i = 0; i < items.length; i += 2) result.set(items[i], items[i + 1])
    return result
  })
})

const makeRow = custom('ROW', (args) => {
  const fields = args.map((arg, i) => ({ name: `EXPR$${i}`, type: withAttribute(arg.type, undefined) }))
  return resolved(
    row(fields),
    args.map(({ type }) => type),
    (...items: unknown[]) => items,
    (items) => `[${items.join(', ')}]`,
  )
})

function resolveItem([container, index]: readonly ArgumentInfo[]): ResolvedFunction | string {
  if (container === undefined || index === undefined) return '[] takes a collection and an index'
  if (container.type.kind === 'ARRAY') return resolveArrayItem(container.type, index)
  if (container.type.kind === 'MAP') return resolveMapItem(container.type, index)
  if (container.type.kind === 'ROW') return resolveRowItem(container.type, index)
  return `${printType(container.type)} has no items`
}

function resolveArrayItem(type: LogicalType & { readonly element: LogicalType }, index: ArgumentInfo): ResolvedFunction | string {
  if (index.type.kind !== 'INTEGER') return `an ARRAY is indexed by an INT, not ${printType(index.type)}`
  const constant = index.literal?.value
  if (typeof constant === 'number' && constant < 1) return `ARRAY indexes start at 1, not ${constant}`
  const missing = missingItem(type.element)
  return resolved(nullable(type.element), [type, withNullability(INT, index.type.nullable)], (items: readonly unknown[], at: number) => {
    if (at < 1) throw new MillraceError('R0101', `ARRAY indexes start at 1, not ${at}`)
    return at > items.length ? missing(at) : items[at - 1]
  })
}

/** What is not there is NULL; where items are NOT NULL Flink puts −1 or '' in its place, depending on what reads it, and the row fails here. */
function missingItem(type: LogicalType): (key: unknown) => null {
  if (type.nullable) return () => null
  return (key) => {
    throw new MillraceError('R0101', `there is no item ${String(key)}, and ${printType(type)} has no NULL`, {
      hint: 'test CARDINALITY or MAP_KEYS before, or make an item nullable: NULLIF(x, x), CAST(NULL AS …)',
    })
  }
}

function resolveMapItem(
  type: LogicalType & { readonly key: LogicalType; readonly value: LogicalType },
  index: ArgumentInfo,
): ResolvedFunction | string {
  const meeting = commonType([type.key, index.type])
  if (meeting === undefined || (meeting.kind !== type.key.kind && !(isCharacter(meeting) && isCharacter(type.key))))
    return `a key of ${printType(type)} is no ${printType(index.type)}`
  const key = withNullability(isCharacter(type.key) ? STRING : type.key, index.type.nullable)
  const result = nullable(type.value)
  const missing = missingItem(type.value)
  if (!isConstructed(type.key)) {
    return resolved(result, [type, key], (entries: ReadonlyMap<unknown, unknown>, k: unknown) => {
      const value = entries.get(k)
      return value === undefined ? missing(k) : value
    })
  }
  const equal = nullSafe(equality(type.key))
  return resolved(result, [type, key], (entries: ReadonlyMap<unknown, unknown>, k: unknown) => {
    for (const [candidate, value] of entries) if (equal(candidate, k)) return value
    return missing('of that key')
  })
}

function resolveRowItem(type: Extract<LogicalType, { kind: 'ROW' }>, index: ArgumentInfo): ResolvedFunction | string {
  const constant = index.literal?.value
  const at = typeof constant === 'number' ? constant - 1 : type.fields.findIndex((field) => field.name === constant)
  const field = type.fields[at]
  if (field === undefined) return `a ROW has no such field: ${String(constant)}`
  return resolved(
    withNullability(field.type, field.type.nullable || type.nullable),
    [type, index.type],
    (values: readonly unknown[]) => values[at],
  )
}

const cardinality = strict('CARDINALITY', ([arg]) => {
  const type = arg?.type
  if (type?.kind === 'ARRAY') return resolved(withNullability(INT, type.nullable), [type], (items: readonly unknown[]) => items.length)
  if (type?.kind === 'MAP' || type?.kind === 'MULTISET')
    return resolved(withNullability(INT, type.nullable), [type], (entries: ReadonlyMap<unknown, unknown>) => entries.size)
  return 'CARDINALITY takes a collection'
})

const element = strict('ELEMENT', ([arg]) => {
  const type = arg?.type
  if (type?.kind !== 'ARRAY') return 'ELEMENT takes an ARRAY'
  return resolved(nullable(type.element), [type], (items: readonly unknown[]) => {
    if (items.length > 1) throw new MillraceError('R0101', 'ELEMENT of an ARRAY with more than one item')
    return items[0] ?? null
  })
})

export const COLLECTION_FUNCTIONS: readonly ScalarFunction[] = [
  makeArray,
  makeMap,
  makeRow,
  strict('ITEM', resolveItem),
  cardinality,
  element,
]
