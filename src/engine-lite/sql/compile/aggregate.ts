/**
 * The aggregates of one operator, fused into one program over state columns. Aggregates over the same argument, filter and DISTINCT share
 * their feed: the argument is evaluated once and counted once. All arguments are evaluated before the first field changes.
 */

import type { AggregateProgram } from '../../contract/aggregate.js'
import { MillraceError } from '../../contract/errors/index.js'
import type { Field } from '../../contract/state.js'
import type { BoundAggregate } from '../expr/bound.js'
import type { EvaluationContext } from '../functions/definition.js'
import { printType } from '../types/print.js'
import type { Accumulator } from './accumulator/accumulator.js'
import { accumulatorOf } from './accumulator/choose.js'
import { ExpressionCode } from './expression.js'
import { Feed } from './feed.js'
import { CodeWriter } from './writer.js'

export interface AggregateOptions {
  /** Rows may be taken back. Field 0 then counts the rows of the group, and every function keeps what taking back needs. */
  readonly retract?: boolean
}

/**
 * Compiles the aggregates; results come out in their order. Throws E0301 for an aggregate or argument type that is not built.
 *
 * @example
 * const program = compileAggregates([{ name: 'AVG', args: [temp], distinct: false, type: DOUBLE }], context)
 */
export function compileAggregates(
  aggregates: readonly BoundAggregate[],
  context: EvaluationContext,
  options: AggregateOptions = {},
): AggregateProgram {
  return new ProgramBuilder(aggregates, context, options.retract === true).build()
}

class ProgramBuilder {
  private readonly layout: Field[] = []
  private readonly feeds = new Map<string, Feed>()
  private readonly results: { feed: Feed; accumulator: Accumulator }[] = []
  private readonly bound = new Map<unknown, string>()
  private readonly sources: string[] = []

  constructor(
    private readonly aggregates: readonly BoundAggregate[],
    private readonly context: EvaluationContext,
    private readonly retracts: boolean,
  ) {}

  build(): AggregateProgram {
    if (this.retracts) this.feed({ name: 'COUNT', args: [], distinct: false, type: { kind: 'BIGINT', nullable: false } })
    for (const aggregate of this.aggregates) this.addAggregate(aggregate)
    const accumulators = this.results.map(({ accumulator }) => accumulator)
    const canRetract = this.retracts && accumulators.every((accumulator) => accumulator.retract !== undefined)
    const canMerge = accumulators.every((accumulator) => accumulator.merge !== undefined)
    const add = this.rowFunction<AggregateProgram['add']>('add')
    const retract = canRetract ? this.rowFunction<NonNullable<AggregateProgram['retract']>>('retract') : undefined
    const merge = canMerge ? this.mergeFunction() : undefined
    const result = this.resultFunction()
    return {
      layout: this.layout,
      arity: this.results.length,
      add,
      ...(retract === undefined ? {} : { retract }),
      ...(merge === undefined ? {} : { merge }),
      result,
      source: this.sources.join('\n\n'),
    }
  }

  private addAggregate(aggregate: BoundAggregate): void {
    const feed = this.feed(aggregate)
    const accumulator = feed.accumulator(accumulatorKey(aggregate), () =>
      accumulatorOf(aggregate, {
        count: feed.count,
        retracts: this.retracts,
        bind: (value) => this.bind(value),
        field: (name, storage, initial) => this.field(name, storage, initial),
      }),
    )
    this.results.push({ feed, accumulator })
  }

  private feed(aggregate: BoundAggregate): Feed {
    if (aggregate.args.slice(1).some((arg) => arg.kind !== 'literal'))
      throw new MillraceError('E0301', `${aggregate.name} of several arguments is not built yet`)
    const key = Feed.keyOf(aggregate)
    const known = this.feeds.get(key)
    if (known !== undefined) return known
    const count = this.field('count', 'f64', 0)
    const feed = new Feed(aggregate, count, aggregate.distinct ? this.field('distinct', 'value', null) : undefined)
    this.feeds.set(key, feed)
    return feed
  }

  private field(name: string, storage: Field['storage'], initial: unknown): number {
    this.layout.push({ name: `${name}${this.layout.length}`, storage, initial })
    return this.layout.length - 1
  }

  /** Helpers get names once for all functions of the program. */
  private bind(value: unknown): string {
    const known = this.bound.get(value)
    if (known !== undefined) return known
    const name = `h${this.bound.size}`
    this.bound.set(value, name)
    return name
  }

  private rowFunction<F>(mode: 'add' | 'retract'): F {
    const writer = new CodeWriter()
    const code = new ExpressionCode(writer, this.context, 'row')
    const feeds = [...this.feeds.values()]
    for (const feed of feeds) feed.loadColumns(code)
    const atoms = feeds.map((feed) => feed.emitValue(writer, code))
    this.declareFields(writer, 'f', 'columns')
    for (const [i, feed] of feeds.entries()) feed.emitChange(writer, atoms[i]!, mode, (value) => this.bind(value))
    return this.finish<F>(writer, mode, ['columns', 'slot', 'row'])
  }

  private mergeFunction(): NonNullable<AggregateProgram['merge']> {
    const writer = new CodeWriter()
    this.declareFields(writer, 'f', 'columns')
    this.declareFields(writer, 'g', 'fromColumns')
    for (const feed of this.feeds.values()) feed.emitMerge(writer)
    return this.finish(writer, 'merge', ['columns', 'slot', 'fromColumns', 'from'])
  }

  private resultFunction(): AggregateProgram['result'] {
    const writer = new CodeWriter()
    this.declareFields(writer, 'f', 'columns')
    for (const [i, { accumulator }] of this.results.entries()) writer.line(`into[at + ${i}] = ${accumulator.result()}`)
    return this.finish(writer, 'result', ['columns', 'slot', 'into', 'at'])
  }

  private declareFields(writer: CodeWriter, prefix: string, columns: string): void {
    for (const i of this.layout.keys()) writer.line(`const ${prefix}${i} = ${columns}[${i}]`)
  }

  private finish<F>(writer: CodeWriter, name: string, parameters: readonly string[]): F {
    const { run, source } = writer.build<F>(parameters, this.bound)
    this.sources.push(`${name} = ${source}`)
    return run
  }
}

function jsonSafe(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

/** Accumulators of one feed that would hold the same are one. */
function accumulatorKey(aggregate: BoundAggregate): string {
  const constant = aggregate.args[1]
  return `${aggregate.name} ${constant?.kind === 'literal' ? `${printType(constant.type)} ${JSON.stringify(constant.value, jsonSafe)}` : ''}`
}
