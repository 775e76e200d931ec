/** Functions on MAP. */
import { MillraceError } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import { commonType } from '../types/common.js'
import { array, INT, map, row, withNullability } from '../types/make.js'
import { isConstructed, sameShape } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { define, family, resolved } from './define.js'
import type { ScalarFunction } from './definition.js'

type MapType = Extract<LogicalType, { kind: 'MAP' }>
type Entries = ReadonlyMap<unknown, unknown>

function isMap(type: LogicalType | undefined): type is MapType {
  return type?.kind === 'MAP'
}

const MAP_ARG = family('<MAP>', isMap, map(INT, INT))
const ARRAY_ARG = family('<ARRAY>', (type) => type.kind === 'ARRAY', array(INT))

function parts(type: LogicalType | undefined): readonly [LogicalType, LogicalType] {
  return isMap(type) ? [type.key, type.value] : [INT, INT]
}

/** Later maps win. Keys must be values that are their own key. */
const union: ScalarFunction = {
  name: 'MAP_UNION',
  nulls: 'strict',
  deterministic: true,
  resolve: (args) => {
    const first = args[0]?.type
    if (args.length === 0 || args.some(({ type }) => !isMap(type))) return 'MAP_UNION takes MAPs'
    const common = commonType(args.map(({ type }) => type))
    const related = args.every(
      ({ type }) => isMap(type) && isMap(first) && parts(type).every((part, i) => areRelated(part, parts(first)[i]!)),
    )
    if (!isMap(common) || !related) return `MAP_UNION takes MAPs of one type, not ${args.map(({ type }) => printType(type)).join(', ')}`
    if (isConstructed(common.key)) throw new MillraceError('E0301', `MAP_UNION with keys of ${printType(common.key)} is not built yet`)
    const isNullable = args.some((arg) => arg.type.nullable)
    const argTypes = args.map((arg) => withNullability(common, arg.type.nullable))
    return resolved(withNullability(common, isNullable), argTypes, (...maps: Entries[]) => new Map(maps.flatMap((entries) => [...entries])))
  },
}

/** Equal kinds, or shapes that differ in lengths and nullability only. */
function areRelated(a: LogicalType, b: LogicalType): boolean {
  return (
    sameShape(a, b) ||
    (a.kind === b.kind && !isConstructed(a)) ||
    (a.kind.endsWith('CHAR') && b.kind.endsWith('CHAR')) ||
    (a.kind === b.kind && isConstructed(a) && commonType([a, b]) !== undefined)
  )
}

export const MAP_FUNCTIONS: readonly ScalarFunction[] = [
  define({
    name: 'MAP_KEYS',
    args: [MAP_ARG],
    type: ({ types }) => array(parts(types[0])[0]),
    apply: (entries: Entries) => [...entries.keys()],
  }),
  define({
    name: 'MAP_VALUES',
    args: [MAP_ARG],
    type: ({ types }) => array(parts(types[0])[1]),
    apply: (entries: Entries) => [...entries.values()],
  }),
  define({
    name: 'MAP_ENTRIES',
    args: [MAP_ARG],
    type: ({ types }) => {
      const [key, value] = parts(types[0])
      return array(
        row(
          [
            { name: 'key', type: key },
            { name: 'value', type: value },
          ],
          true,
        ),
      )
    },
    apply: (entries: Entries) => [...entries].map(([key, value]) => [key, value]),
  }),
  define({
    name: 'MAP_FROM_ARRAYS',
    args: [ARRAY_ARG, ARRAY_ARG],
    type: ({ types: [keys, values] }) =>
      keys?.kind === 'ARRAY' && values?.kind === 'ARRAY' ? map(keys.element, values.element) : map(INT, INT),
    apply: (keys: readonly unknown[], values: readonly unknown[]) => {
      if (keys.length !== values.length) throw new MillraceError('R0101', `${keys.length} keys but ${values.length} values`)
      return new Map(keys.map((key, i) => [key, values[i]]))
    },
  }),
  union,
]
