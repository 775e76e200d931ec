/** Functions on ARRAY. NULL items equal NULL; an array that is NULL makes the result NULL. */
import { MillraceError } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import { isImplicitCast } from '../types/cast-rules.js'
import { commonType } from '../types/common.js'
import { array, BOOLEAN, INT, nullable, STRING, withNullability } from '../types/make.js'
import { isCharacter, isConstructed, isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { comparator, equality, nullSafe } from '../values/compare.js'
import { define, family, INT_ARG, resolved, TEXT } from './define.js'
import type { ArgumentInfo, DirectFunction, ResolvedFunction, ScalarFunction } from './definition.js'

type ArrayType = LogicalType & { readonly element: LogicalType }
type Items = readonly unknown[]
type Same = (a: unknown, b: unknown) => boolean

function isArray(type: LogicalType | undefined): type is ArrayType {
  return type?.kind === 'ARRAY'
}

/** The item type that array and value share, or undefined. */
function sharedElement(element: LogicalType, value: LogicalType): LogicalType | undefined {
  if (value.kind === 'NULL') return element
  const common = commonType([element, value])
  if (common === undefined) return undefined
  const kept = isConstructed(element) || common.kind === element.kind || isCharacter(common)
  return kept && isImplicitCast(value, element) ? element : common.kind === element.kind || isNumeric(common) ? common : undefined
}

type WithValue = (items: Items, value: unknown, same: Same) => unknown

/** A function of an array and a value that may be NULL: `custom` nulls, NULL array gives NULL. */
function withValue(
  name: string,
  result: (type: LogicalType, element: LogicalType, value: LogicalType) => LogicalType,
  apply: WithValue,
): ScalarFunction {
  return {
    name,
    nulls: 'custom',
    deterministic: true,
    resolve: ([list, value]): ResolvedFunction | string => {
      if (!isArray(list?.type) || value === undefined) return `${name} takes an ARRAY and a value`
      const element = sharedElement(list.type.element, value.type)
      if (element === undefined) return `an ${printType(list.type)} holds no ${printType(value.type)}`
      const same = nullSafe(equality(element))
      const type = array(withNullability(element, list.type.element.nullable), list.type.nullable)
      const argTypes = [type, withNullability(element, value.type.nullable)]
      return resolved(result(type, element, value.type), argTypes, (items: Items | null, item: unknown) =>
        items === null ? null : apply(items, item, same),
      )
    },
  }
}

/** Item becomes nullable with the value. */
function grown(type: LogicalType, _: LogicalType, value: LogicalType): LogicalType {
  return isArray(type) ? array(withNullability(type.element, type.element.nullable || value.nullable), type.nullable) : type
}

function position(): ScalarFunction {
  const nullableByArgs = (type: LogicalType, _: LogicalType, value: LogicalType) => withNullability(INT, type.nullable || value.nullable)
  return withValue('ARRAY_POSITION', nullableByArgs, (items, value, same) =>
    value === null ? null : items.findIndex((item) => same(item, value)) + 1,
  )
}

type Combine = (first: unknown[], second: Items, same: Same) => unknown[]

/** Arrays of one common type. `element`: nullability of the result's items from the first array alone. */
function combination(name: string, atLeast: number, ofFirst: boolean, combine: Combine): ScalarFunction {
  return {
    name,
    nulls: 'strict',
    deterministic: true,
    resolve: (args) => {
      if (args.length < atLeast || args.some(({ type }) => !isArray(type))) return `${name} takes ARRAYs`
      const common = commonArray(args)
      if (common === undefined) return `${name} takes ARRAYs of one type, not ${args.map(({ type }) => printType(type)).join(', ')}`
      const first = args[0]!.type
      const element = ofFirst && isArray(first) ? withNullability(common.element, first.element.nullable) : common.element
      const same = nullSafe(equality(common.element))
      const argTypes = args.map((arg) => withNullability(common, arg.type.nullable))
      const type = array(
        element,
        args.some((arg) => arg.type.nullable),
      )
      return resolved(type, argTypes, (...lists: Items[]) =>
        lists.slice(1).reduce<unknown[]>((result, list) => combine(result, list, same), combine([], lists[0]!, same)),
      )
    },
  }
}

function commonArray(args: readonly ArgumentInfo[]): ArrayType | undefined {
  const elements = args.flatMap(({ type }) => (isArray(type) ? [type.element] : []))
  const families = new Set(
    elements.filter((type) => type.kind !== 'NULL').map((type) => (isNumeric(type) ? 'number' : isCharacter(type) ? 'text' : type.kind)),
  )
  const common = families.size > 1 ? undefined : commonType(elements)
  return common === undefined ? undefined : (array(common) as ArrayType)
}

const distinctItems = (items: Items, same: Same): unknown[] => {
  const result: unknown[] = []
  for (const item of items) if (!result.some((known) => same(known, item))) result.push(item)
  return result
}

/** EXCEPT and INTERSECT look at the first array's items and keep each once. */
function filtered(name: string, keepsFound: boolean): ScalarFunction {
  const pair = combination(name, 2, true, (first) => first)
  return {
    ...pair,
    resolve: (args, modifiers) => {
      if (args.length !== 2) return `${name} takes two ARRAYs`
      const base = pair.resolve(args, modifiers)
      if (typeof base === 'string') return base
      const type = base.argTypes[0]!
      const same = nullSafe(equality(isArray(type) ? type.element : type))
      return resolved(base.type, base.argTypes, (a: Items, b: Items) =>
        distinctItems(a, same).filter((item) => b.some((other) => same(other, item)) === keepsFound),
      )
    },
  }
}

const ARRAY_ARG = family('<ARRAY>', isArray, array(INT))

/** Positions from 1, negative ones from the end, both ends included; 0 is 1. Without an end up to the last item. */
function slice(items: Items, from: number, to = items.length): unknown[] {
  const start = from > 0 ? from : from === 0 ? 1 : Math.max(items.length + from + 1, 1)
  const end = to > 0 ? to : to === 0 ? 1 : items.length + to + 1
  return end < start ? [] : items.slice(start - 1, end)
}

function sorter(element: LogicalType): DirectFunction {
  const compare = comparator(element) as (a: unknown, b: unknown) => number
  return (items: Items, ascending = true, nullsFirst = ascending) => {
    const values = items.filter((item) => item !== null)
    const nulls = items.filter((item) => item === null)
    values.sort((a, b) => (ascending ? compare(a, b) : compare(b, a)))
    return nullsFirst ? [...nulls, ...values] : [...values, ...nulls]
  }
}

const BOOLEAN_ONLY = family('BOOLEAN', (type) => type.kind === 'BOOLEAN', BOOLEAN)

const sort = define({
  name: 'ARRAY_SORT',
  args: [ARRAY_ARG, BOOLEAN_ONLY, BOOLEAN_ONLY],
  optional: 2,
  type: ({ types }) => types[0]!,
  check: ({ types }) =>
    isArray(types[0]) && comparator(types[0].element) === undefined ? `${printType(types[0].element)} has no order` : undefined,
  make: ({ types }) => sorter(isArray(types[0]) ? types[0].element : INT),
})

function join(items: Items, separator: string, missing?: string): string {
  const texts = missing === undefined ? items.filter((item) => item !== null) : items.map((item) => item ?? missing)
  return texts.join(separator)
}

function extreme(name: string, sign: 1 | -1): ScalarFunction {
  return define({
    name,
    args: [ARRAY_ARG],
    type: ({ types }) => (isArray(types[0]) ? types[0].element : INT),
    nullability: 'always',
    check: ({ types }) =>
      isArray(types[0]) && comparator(types[0].element) === undefined ? `${printType(types[0].element)} has no order` : undefined,
    make: ({ types }) => {
      const compare = comparator(isArray(types[0]) ? types[0].element : INT) as (a: unknown, b: unknown) => number
      return (items: Items) =>
        items.reduce((best, item) => (item !== null && (best === null || compare(item, best) * sign > 0) ? item : best), null)
    },
  })
}

function split(text: string, separator: string): string[] {
  return separator === '' ? Array.from(text) : text.split(separator)
}

const contains = withValue(
  'ARRAY_CONTAINS',
  (type) => withNullability(BOOLEAN, type.nullable),
  (items, value, same) => items.some((item) => same(item, value)),
)

const arrayJoin = define({
  name: 'ARRAY_JOIN',
  args: [ARRAY_ARG, TEXT, TEXT],
  optional: 1,
  type: STRING,
  check: ({ types }) => {
    if (!isArray(types[0]) || isCharacter(types[0].element)) return undefined
    throw new MillraceError('E0301', `ARRAY_JOIN of ${printType(types[0])} is not built yet`)
  },
  apply: join,
})

export const ARRAY_FUNCTIONS: readonly ScalarFunction[] = [
  contains,
  withValue('ARRAY_APPEND', grown, (items, value) => [...items, value]),
  withValue('ARRAY_PREPEND', grown, (items, value) => [value, ...items]),
  withValue(
    'ARRAY_REMOVE',
    (type) => type,
    (items, value, same) => items.filter((item) => !same(item, value)),
  ),
  position(),
  combination('ARRAY_CONCAT', 1, false, (first, second) => [...first, ...second]),
  combination('ARRAY_UNION', 2, false, (first, second, same) => distinctItems([...first, ...second], same)),
  filtered('ARRAY_EXCEPT', false),
  filtered('ARRAY_INTERSECT', true),
  define({
    name: 'ARRAY_DISTINCT',
    args: [ARRAY_ARG],
    type: ({ types }) => types[0]!,
    make: ({ types }) => {
      const same = nullSafe(equality(isArray(types[0]) ? types[0].element : INT))
      return (items: Items) => distinctItems(items, same)
    },
  }),
  define({ name: 'ARRAY_REVERSE', args: [ARRAY_ARG], type: ({ types }) => types[0]!, apply: (items: Items) => [...items].reverse() }),
  define({
    name: 'ARRAY_SLICE',
    args: [ARRAY_ARG, INT_ARG, INT_ARG],
    optional: 1,
    type: ({ types }) => types[0]!,
    check: untypedNull,
    apply: slice,
  }),
  sort,
  arrayJoin,
  extreme('ARRAY_MAX', 1),
  extreme('ARRAY_MIN', -1),
  define({ name: 'SPLIT', args: [TEXT, TEXT], type: array(nullable(STRING)), apply: split }),
]

/** An array must have a type. */
function untypedNull({ args }: { readonly args: readonly ArgumentInfo[] }): string | undefined {
  return args[0]?.type.kind === 'NULL' ? 'NULL has no type here' : undefined
}
