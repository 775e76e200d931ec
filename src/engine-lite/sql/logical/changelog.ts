/** Which change kinds flow out of a node. Flink: FlinkChangelogModeInferenceProgram. */
import { inputsOf, type LogicalPlan } from './plan.js'

export interface Changelog {
  /** `append`: only +I, ever. */
  readonly mode: 'append' | 'updating'
  /** Rows are replaced: +U, and −U where the consumer asks for it. */
  readonly updates: boolean
  /** Rows are taken back: −D. */
  readonly deletes: boolean
}

const APPEND: Changelog = { mode: 'append', updates: false, deletes: false }

function changelog(updates: boolean, deletes: boolean): Changelog {
  return updates || deletes ? { mode: 'updating', updates, deletes } : APPEND
}

/** A group that only ever grows is never deleted; one over changes may become empty. Windows emit each result once. */
export function changelogOf(plan: LogicalPlan): Changelog {
  switch (plan.kind) {
    case 'scan':
      return plan.changes === 'append' ? APPEND : changelog(true, true)
    case 'values':
    case 'window-aggregate':
      return APPEND
    case 'group-aggregate': {
      const deletes = !isAppend(plan.input)
      // Without aggregates (DISTINCT) a group's row never changes, it only comes and goes.
      return changelog(plan.aggregates.length > 0, deletes)
    }
    default: {
      const inputs = inputsOf(plan).map(changelogOf)
      return changelog(
        inputs.some(({ updates }) => updates),
        inputs.some(({ deletes }) => deletes),
      )
    }
  }
}

/** True where the node only ever emits +I. */
export function isAppend(plan: LogicalPlan): boolean {
  return changelogOf(plan).mode === 'append'
}

/** The short form of EXPLAIN: `I`, `I,UA,D`, `I,UB,UA,D`. */
export function printChangelog(plan: LogicalPlan, updateBefore: boolean): string {
  const { updates, deletes } = changelogOf(plan)
  const updateKinds = updateBefore ? ['UB', 'UA'] : ['UA']
  return ['I', ...(updates ? updateKinds : []), ...(deletes ? ['D'] : [])].join(',')
}
