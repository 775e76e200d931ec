/** The accumulator of an aggregate by its name. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { LogicalType } from '../../../contract/type.js'
import type { BoundAggregate } from '../../expr/bound.js'
import { percentagesOf } from '../../expr/percentages.js'
import { BIGINT } from '../../types/make.js'
import { isBinary, isConstructed } from '../../types/predicate.js'
import { printType } from '../../types/print.js'
import type { Accumulator, AccumulatorFactory, AccumulatorHost } from './accumulator.js'
import { maximum, minimum } from './extreme.js'
import { percentile } from './percentile.js'
import { arrayAgg, firstValue, lastValue, listAgg } from './position.js'
import { average, count, sum } from './sum.js'
import { variance } from './variance.js'

const FACTORIES: ReadonlyMap<string, AccumulatorFactory> = new Map([
  ['COUNT', count],
  ['SUM', sum],
  ['AVG', average],
  ['MIN', minimum],
  ['MAX', maximum],
  ['FIRST_VALUE', firstValue],
  ['LAST_VALUE', lastValue],
  ['ARRAY_AGG', arrayAgg],
  ['VAR_POP', variance({ sample: false, root: false })],
  ['VAR_SAMP', variance({ sample: true, root: false })],
  ['VARIANCE', variance({ sample: true, root: false })],
  ['STDDEV_POP', variance({ sample: false, root: true })],
  ['STDDEV_SAMP', variance({ sample: true, root: true })],
  ['STDDEV', variance({ sample: true, root: true })],
])

/** Throws E0301 where the aggregate is not built for the argument. */
export function accumulatorOf(aggregate: BoundAggregate, host: AccumulatorHost): Accumulator {
  const { name, args, distinct, type } = aggregate
  const arg = args[0]?.type ?? BIGINT
  const factory = factoryOf(aggregate)
  if (factory === undefined) throw notBuilt(aggregate, name)
  if (isVariance(name) && arg.kind === 'DECIMAL') throw notBuilt(aggregate, `${name} of ${printType(arg)}`)
  if (distinct && aggregate.keepsNulls) throw notBuilt(aggregate, `${name} DISTINCT without IGNORE NULLS`)
  if ((distinct || (host.retracts && (name === 'MIN' || name === 'MAX'))) && !isPlainKey(arg)) {
    throw notBuilt(aggregate, `${name}${distinct ? ' DISTINCT' : ' over changing rows'} of ${printType(arg)}`)
  }
  return factory(host, arg, type)
}

function factoryOf(aggregate: BoundAggregate): AccumulatorFactory | undefined {
  if (aggregate.name === 'LISTAGG') return listAgg(separatorOf(aggregate))
  const percentages = aggregate.args[1]
  if (aggregate.name === 'PERCENTILE' && percentages !== undefined)
    return percentile(percentagesOf(percentages), percentages.type.kind === 'ARRAY')
  return FACTORIES.get(aggregate.name)
}

function isVariance(name: string): boolean {
  return name.startsWith('VAR') || name.startsWith('STDDEV')
}

/** Values that are their own key in a Map. */
function isPlainKey(type: LogicalType): boolean {
  return !isBinary(type) && !isConstructed(type)
}

function separatorOf({ args }: BoundAggregate): string {
  const separator = args[1]
  return separator?.kind === 'literal' && typeof separator.value === 'string' ? separator.value : ','
}

function notBuilt({ span }: BoundAggregate, what: string): MillraceError {
  return new MillraceError('E0301', `${what} is not built yet`, span === undefined ? {} : { place: { span } })
}
