/** The built-in aggregate functions: their names and result types. How they are computed is in compile/aggregate. */
import { MillraceError } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import { array, BIGINT, DOUBLE, nullable } from '../types/make.js'
import { averageType, sumType } from '../types/numeric.js'
import { isCharacter, isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { comparator } from '../values/compare.js'

/** Result type of an aggregate over an argument, or a sentence why not. */
type AggregateType = (args: readonly LogicalType[]) => LogicalType | string

function onNumber(name: string, result: (type: LogicalType) => LogicalType): AggregateType {
  return ([type]) => (type !== undefined && isNumeric(type) ? nullable(result(type)) : `${name} takes a number`)
}

function onOrdered(name: string): AggregateType {
  return ([type]) => (type !== undefined && comparator(type) !== undefined ? nullable(type) : `${name} takes a value with an order`)
}

function onAny(name: string): AggregateType {
  return ([type]) => (type === undefined ? `${name} takes one argument` : nullable(type))
}

const variance = (type: LogicalType): LogicalType => averageType(type)

const AGGREGATES: ReadonlyMap<string, AggregateType> = new Map<string, AggregateType>([
  ['COUNT', () => BIGINT],
  ['SUM', onNumber('SUM', sumType)],
  ['AVG', onNumber('AVG', averageType)],
  ['MIN', onOrdered('MIN')],
  ['MAX', onOrdered('MAX')],
  ['FIRST_VALUE', onAny('FIRST_VALUE')],
  ['LAST_VALUE', onAny('LAST_VALUE')],
  ...['STDDEV_POP', 'STDDEV_SAMP', 'STDDEV', 'VAR_POP', 'VAR_SAMP', 'VARIANCE'].map((name) => [name, onNumber(name, variance)] as const),
  ['LISTAGG', listAggType],
  ['PERCENTILE', percentileType],
  ['ARRAY_AGG', ([type]) => (type === undefined ? 'ARRAY_AGG takes one argument' : array(nullable(type), true))],
])

/** Arguments each aggregate takes: least and most. */
const ARITY: Readonly<Record<string, readonly [number, number]>> = { COUNT: [0, 1], LISTAGG: [1, 2], PERCENTILE: [2, 3] }

/** Aggregates of Flink, built or not. */
const AGGREGATE_NAMES: ReadonlySet<string> = new Set([
  ...AGGREGATES.keys(),
  ...'APPROX_COUNT_DISTINCT ARRAY_AGG BITMAP_BUILD_AGG BITMAP_AND_AGG BITMAP_OR_AGG BITMAP_XOR_AGG COLLECT JSON_ARRAYAGG JSON_OBJECTAGG PERCENTILE SINGLE_VALUE'.split(
    ' ',
  ),
])

/** True for the name (upper case) of an aggregate function. */
export function isAggregate(name: string): boolean {
  return AGGREGATE_NAMES.has(name)
}

function listAggType([type, separator]: readonly LogicalType[]): LogicalType | string {
  if (type === undefined || !isCharacter(type)) return 'LISTAGG takes text'
  if (separator !== undefined && !isCharacter(separator)) return 'the separator of LISTAGG is text'
  return { kind: 'VARCHAR', length: 2_147_483_647, nullable: true }
}

function percentileType([type, percentage, frequency]: readonly LogicalType[]): LogicalType | string {
  if (frequency !== undefined) throw new MillraceError('E0301', 'PERCENTILE with a frequency is not built yet')
  const of = percentage?.kind === 'ARRAY' ? percentage.element : percentage
  if (type === undefined || !isNumeric(type) || of === undefined || !isNumeric(of)) return 'PERCENTILE takes a number and percentages'
  return percentage?.kind === 'ARRAY' ? array(nullable(DOUBLE), true) : nullable(DOUBLE)
}

/** Result type, a sentence why these arguments do not fit, or undefined for an aggregate that is not built yet. */
export function aggregateType(name: string, args: readonly LogicalType[]): LogicalType | string | undefined {
  const resolve = AGGREGATES.get(name)
  if (resolve === undefined) return undefined
  const [least, most] = ARITY[name] ?? [1, 1]
  if (args.length < least || args.length > most)
    return `${name} takes ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}`
  const untyped = args.find((type) => type.kind === 'NULL')
  if (untyped !== undefined) return `${name} takes a value with a type, not ${printType(untyped)}`
  return resolve(args)
}
