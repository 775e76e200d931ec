/** The rules in their order. Each is a pure function from plan to plan; none changes a result. */
import type { LogicalPlan } from '../logical/plan.js'
import { chooseUpdateBefore } from './choose-update-before.js'
import { dropIdentityCalcs } from './drop-identity-calcs.js'
import { dropTrueFilters } from './drop-true-filters.js'
import { mergeCalcs } from './merge-calcs.js'
import { pruneColumns } from './prune-columns.js'
import { pushFilterBelowWindow } from './push-filter-below-window.js'
import type { PlanRule } from './rule.js'

export const RULES: readonly PlanRule[] = [
  dropTrueFilters,
  mergeCalcs,
  pushFilterBelowWindow,
  mergeCalcs,
  pruneColumns,
  dropIdentityCalcs,
  chooseUpdateBefore,
]

/** The plan as it is run. */
export function optimize(plan: LogicalPlan): LogicalPlan {
  return RULES.reduce((rewritten, rule) => rule(rewritten), plan)
}
