/** Casts of ARRAY, MULTISET, MAP and ROW, item by item. */

import { MillraceError } from '../../../contract/errors/index.js'
import type { LogicalType } from '../../../contract/type.js'
import type { EvaluationContext } from '../definition.js'
import { type Conversion, contextual, pure } from './definition.js'

type ItemConvert = (value: unknown, context: EvaluationContext | undefined) => unknown

/** The conversion of items: `conversion`, handed in by it. */
type ConversionOf = (from: LogicalType, to: LogicalType) => Conversion

/** The conversion, or undefined where the types are not of one constructed kind. */
export function constructedConversion(from: LogicalType, to: LogicalType, conversion: ConversionOf): Conversion | undefined {
  const itemConvert = (a: LogicalType, b: LogicalType) => makeItem(a, b, conversion)
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    const item = itemConvert(from.element, to.element)
    return wrap([item], (value: readonly unknown[], context) => value.map((entry) => item.convert(entry, context)))
  }
  if (from.kind === 'MULTISET' && to.kind === 'MULTISET') {
    const item = itemConvert(from.element, to.element)
    return wrap(
      [item],
      (value: ReadonlyMap<unknown, unknown>, context) => new Map([...value].map(([key, count]) => [item.convert(key, context), count])),
    )
  }
  if (from.kind === 'MAP' && to.kind === 'MAP') {
    const key = itemConvert(from.key, to.key)
    const item = itemConvert(from.value, to.value)
    return wrap(
      [key, item],
      (value: ReadonlyMap<unknown, unknown>, context) =>
        new Map([...value].map(([k, v]) => [key.convert(k, context), item.convert(v, context)])),
    )
  }
  if (from.kind === 'ROW' && to.kind === 'ROW') {
    const items = from.fields.map((field, i) => itemConvert(field.type, to.fields[i]!.type))
    return wrap(items, (value: readonly unknown[], context) => items.map((item, i) => item.convert(value[i], context)))
  }
  return undefined
}

interface Item {
  readonly needsContext: boolean
  readonly convert: ItemConvert
}

function makeItem(from: LogicalType, to: LogicalType, conversion: ConversionOf): Item {
  const { convert, needsContext } = conversion(from, to)
  const apply = convert as (value: unknown, context: EvaluationContext | undefined) => unknown
  const failsOnNull = !to.nullable && from.nullable
  return {
    needsContext,
    convert: (value, context) => {
      const result = value === null ? null : apply(value, context)
      if (result === null && failsOnNull) throw new MillraceError('R0101', 'NULL in a collection whose items are NOT NULL')
      return result
    },
  }
}

function wrap(items: readonly Item[], convert: (value: never, context: EvaluationContext | undefined) => unknown): Conversion {
  return items.some((item) => item.needsContext) ? contextual(convert) : pure((value) => convert(value, undefined))
}
