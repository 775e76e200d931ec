/** The state of one operator: its tables by name, each filled with what was recovered at the moment it is asked for. */
import { SpanByteReader } from '../base/bytes.js'
import { MillraceError } from '../contract/errors/index.js'
import type { OperatorLimits } from '../contract/operator.js'
import type { OperatorState, StateTable } from '../contract/state.js'
import { StateCell } from './cell.js'
import { ItemStateTable } from './item-table.js'
import { KeyStateTable } from './key-table.js'
import { PaneStateTable } from './pane-table.js'
import { SlotStateTable } from './slot-table.js'

/** Sections by table name, in commit order. A table that is not here starts empty. */
export type RecoveredSections = ReadonlyMap<string, readonly Uint8Array[]>

export const NO_SECTIONS: RecoveredSections = new Map()

export interface BuiltOperatorState {
  readonly state: OperatorState
  /** What the commit coordinator seals, in the order it was asked for. Grows while the operator is being built. */
  readonly tables: readonly (readonly [name: string, table: StateTable])[]
}

/**
 * @example
 * const { state, tables } = createOperatorState(NO_SECTIONS, { keysMax: 100_000, emitKeysMax: 500 })
 * const keys = state.keys('keys')
 */
export function createOperatorState(recovered: RecoveredSections, limits: OperatorLimits): BuiltOperatorState {
  const tables: [string, StateTable][] = []
  const names = new Set<string>()
  const add = <T extends StateTable>(name: string, table: T): T => {
    if (names.has(name)) throw new MillraceError('R0001', `state table \`${name}\` was asked for twice`)
    names.add(name)
    loadTable(table, recovered.get(name) ?? [])
    tables.push([name, table])
    return table
  }
  const state: OperatorState = {
    keys: (name) => add(name, new KeyStateTable(limits.keysMax)),
    slots: (name, layout) => add(name, new SlotStateTable(layout)),
    panes: (name, layout) => add(name, new PaneStateTable(layout)),
    items: <T>(name: string) => add(name, new ItemStateTable<T>()),
    cell: <T>(name: string, initial: T) => add(name, new StateCell(initial)),
  }
  return { state, tables }
}

/** Loads the sections of one table in commit order: deltas and snapshot slices alike. @throws MillraceError R0201 if they do not fit it */
export function loadTable(table: StateTable, sections: readonly Uint8Array[]): void {
  for (const section of sections) {
    try {
      table.load(new SpanByteReader(section))
    } catch (error) {
      if (error instanceof MillraceError) throw error
      // The checksum was right: the bytes are as written, by code with another layout.
      throw new MillraceError('R0201', 'saved state has another layout than the plan', { cause: error })
    }
  }
}
