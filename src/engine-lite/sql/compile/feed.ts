/** What a group of aggregates is fed with: one argument, one filter, DISTINCT or not. */
import type { BoundAggregate, BoundExpr } from '../expr/bound.js'
import type { Accumulator } from './accumulator/accumulator.js'
import { other, own } from './accumulator/accumulator.js'
import { lowerCount, raiseCount } from './accumulator/value-counts.js'
import type { ExpressionCode } from './expression.js'
import { mayBeNull } from './nullability.js'
import type { CodeWriter } from './writer.js'

const identities = new WeakMap<BoundExpr, number>()
let identityCount = 0

/** Equal text for expressions that are surely the same: the same column, or the same object. */
function expressionKey(expr: BoundExpr | undefined): string {
  if (expr === undefined) return '-'
  if (expr.kind === 'column') return `column ${expr.index}`
  let identity = identities.get(expr)
  if (identity === undefined) {
    identity = identityCount++
    identities.set(expr, identity)
  }
  return `node ${identity}`
}

/** The atom that holds the value and the condition under which it counts. */
interface FeedValue {
  readonly value: string
  /** Empty: always. */
  readonly active: string
}

export class Feed {
  private readonly accumulators = new Map<string, Accumulator>()
  private readonly argument: BoundExpr | undefined
  private readonly filter: BoundExpr | undefined
  private readonly keepsNulls: boolean

  constructor(
    aggregate: BoundAggregate,
    /** Field that counts the values. */
    readonly count: number,
    /** Field of the values seen, where DISTINCT. */
    private readonly distinct: number | undefined,
  ) {
    this.argument = aggregate.args[0]
    this.filter = aggregate.filter
    this.keepsNulls = aggregate.keepsNulls === true
  }

  /** Aggregates with the same key share a feed. Every value that is never NULL is counted like the row itself. */
  static keyOf(aggregate: BoundAggregate): string {
    const [argument] = aggregate.args
    const countsRows = aggregate.name === 'COUNT' && !aggregate.distinct && argument !== undefined && !mayBeNull(argument)
    const key = countsRows ? '-' : expressionKey(argument)
    return `${key} ${expressionKey(aggregate.filter)} ${aggregate.distinct} ${aggregate.keepsNulls === true}`
  }

  /** The accumulator under the key, made where it is new. */
  accumulator(key: string, make: () => Accumulator): Accumulator {
    let accumulator = this.accumulators.get(key)
    if (accumulator === undefined) {
      accumulator = make()
      this.accumulators.set(key, accumulator)
    }
    return accumulator
  }

  loadColumns(code: ExpressionCode): void {
    if (this.filter !== undefined) code.loadChecked(this.filter)
    if (this.argument !== undefined) code.loadChecked(this.argument)
  }

  /** Evaluates filter and argument; the argument only where the filter is TRUE. */
  emitValue(writer: CodeWriter, code: ExpressionCode): FeedValue {
    const { argument, filter } = this
    if (filter === undefined) {
      if (argument === undefined) return { value: 'null', active: '' }
      const value = code.emit(argument)
      return { value, active: mayBeNull(argument) && !this.keepsNulls ? `${value} !== null` : '' }
    }
    const test = code.emit(filter)
    if (argument !== undefined && this.keepsNulls) return this.emitKept(writer, code, argument, test)
    if (argument === undefined) return { value: 'null', active: `${test} === true` }
    const value = writer.fresh()
    writer.line(`let ${value} = null`)
    writer.block(`if (${test} === true)`, () => writer.line(`${value} = ${code.emit(argument)}`))
    return { value, active: `${value} !== null` }
  }

  private emitKept(writer: CodeWriter, code: ExpressionCode, argument: BoundExpr, test: string): FeedValue {
    const value = writer.fresh()
    writer.line(`let ${value} = null`)
    writer.block(`if (${test} === true)`, () => writer.line(`${value} = ${code.emit(argument)}`))
    return { value, active: `${test} === true` }
  }

  /** Adds the value to the accumulators, or takes it back. */
  emitChange(writer: CodeWriter, { value, active }: FeedValue, mode: 'add' | 'retract', bind: (value: unknown) => string): void {
    const change = () => {
      for (const accumulator of this.accumulators.values()) {
        const text = mode === 'add' ? accumulator.add(value) : accumulator.retract!(value)
        if (text !== '') writer.line(text)
      }
      writer.line(`${own(this.count)} ${mode === 'add' ? '+= 1' : '-= 1'}`)
    }
    const guarded = this.distinct === undefined ? change : () => this.emitDistinct(writer, value, mode, bind, change)
    if (active === '') guarded()
    else writer.block(`if (${active})`, guarded)
  }

  private emitDistinct(
    writer: CodeWriter,
    value: string,
    mode: 'add' | 'retract',
    bind: (value: unknown) => string,
    change: () => void,
  ): void {
    const seen = own(this.distinct!)
    if (mode === 'retract') {
      writer.block(`if (${bind(lowerCount)}(${seen}, ${value}))`, change)
      return
    }
    writer.line(`${seen} = ${bind(raiseCount)}(${seen}, ${value})`)
    writer.block(`if (${seen}.get(${value}) === 1)`, change)
  }

  /** Folds another slot in. DISTINCT adds the values that are new here. */
  emitMerge(writer: CodeWriter): void {
    if (this.distinct === undefined) {
      writer.block(`if (${other(this.count)} !== 0)`, () => {
        for (const accumulator of this.accumulators.values()) {
          const text = accumulator.merge!()
          if (text !== '') writer.line(text)
        }
        writer.line(`${own(this.count)} += ${other(this.count)}`)
      })
      return
    }
    const seen = own(this.distinct)
    writer.block(`if (${other(this.distinct)} !== null)`, () => {
      writer.line(`if (${seen} === null) ${seen} = new Map()`)
      writer.block(`for (const [value, count] of ${other(this.distinct!)})`, () => {
        writer.line(`const had = ${seen}.get(value)`)
        writer.line(`${seen}.set(value, (had === undefined ? 0 : had) + count)`)
        writer.line('if (had !== undefined) continue')
        for (const accumulator of this.accumulators.values()) writer.line(accumulator.add('value'))
        writer.line(`${own(this.count)} += 1`)
      })
    })
  }
}
