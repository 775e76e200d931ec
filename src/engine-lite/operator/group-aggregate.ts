/**
 * GROUP BY without a window: every input row may change a result, told as a changelog. Source: Flink's GroupAggFunction and
 * GroupAggHelper, without state TTL.
 *
 * First row of a group: +I. Later: −U with the old result (where the consumer wants it) and +U with the new one, nothing when
 * both are equal. Count down to 0: −D with the old result, and the group is forgotten. A row taken back from a group that
 * does not exist is ignored.
 */
import { valueEquals } from '../base/value-equals.js'
import type { Operator, OperatorContext, OperatorFactory, Output } from '../contract/operator.js'
import { DELETE, INSERT, type Row, type RowKind, UPDATE_AFTER, UPDATE_BEFORE } from '../contract/row.js'
import type { KeyTable, SlotTable } from '../contract/state.js'
import type { GroupAggregateConfig } from './group-aggregate-config.js'
import { GLOBAL_KEY, type KeySelector } from './key-selector.js'
import { keyLimitLetter } from './letters.js'

/**
 * @example
 * groupAggregate({ keys: byDevice, program: countAndSum, countField: null, updateBefore: true })
 */
export function groupAggregate(config: GroupAggregateConfig): OperatorFactory {
  return (context, out) => new GroupAggregate(config, context, out)
}

class GroupAggregate implements Operator {
  readonly #config: GroupAggregateConfig
  readonly #context: OperatorContext
  readonly #out: Output
  readonly #selector: KeySelector
  readonly #keys: KeyTable
  readonly #groups: SlotTable

  constructor(config: GroupAggregateConfig, context: OperatorContext, out: Output) {
    this.#config = config
    this.#context = context
    this.#out = out
    this.#selector = config.keys ?? GLOBAL_KEY
    this.#keys = context.state.keys('keys')
    this.#groups = context.state.slots('groups', config.program.layout)
  }

  process(row: Row, kind: RowKind): void {
    const added = kind === INSERT || kind === UPDATE_AFTER
    const key = this.#selector.keyOf(row)
    const slot = this.#keys.find(key)
    if (slot >= 0) this.#change(slot, row, added)
    else if (added) this.#start(this.#keys.slotOf(key, this.#selector.valuesOf(row)), row)
  }

  advance(watermarkMs: number): void {
    this.#out.advance(watermarkMs)
  }

  #start(slot: number, row: Row): void {
    if (slot < 0) {
      this.#context.deadLetter(keyLimitLetter(this.#context.id, row, this.#context.limits.keysMax))
      return
    }
    this.#groups.add(slot)
    try {
      this.#config.program.add(this.#groups.columns, slot, row)
    } catch (error) {
      this.#forget(slot)
      throw error
    }
    this.#out.emit(this.#result(slot), INSERT)
  }

  #change(slot: number, row: Row, added: boolean): void {
    const { program, updateBefore, equal } = this.#config
    const before = this.#result(slot)
    if (added) program.add(this.#groups.columns, slot, row)
    else program.retract?.(this.#groups.columns, slot, row)
    this.#groups.touch(slot)
    if (this.#isEmpty(slot)) {
      this.#forget(slot)
      this.#out.emit(before, DELETE)
      return
    }
    const after = this.#result(slot)
    if (equal === undefined ? rowEquals(before, after, this.#selector.arity) : equal(before, after)) return
    if (updateBefore) this.#out.emit(before, UPDATE_BEFORE)
    this.#out.emit(after, UPDATE_AFTER)
  }

  #isEmpty(slot: number): boolean {
    const field = this.#config.countField
    return field !== null && this.#groups.columns[field]?.[slot] === 0
  }

  #forget(slot: number): void {
    this.#groups.remove(slot)
    this.#keys.free(slot)
  }

  #result(slot: number): Row {
    const { arity } = this.#selector
    const values = this.#keys.valuesOf(slot)
    const row: Row = new Array(arity + this.#config.program.arity)
    for (let i = 0; i < arity; i++) row[i] = values[i]
    this.#config.program.result(this.#groups.columns, slot, row, arity)
    return row
  }
}

function rowEquals(a: Row, b: Row, from: number): boolean {
  for (let i = from; i < a.length; i++) if (!valueEquals(a[i], b[i])) return false
  return true
}
