import { inputsOf, type LogicalPlan } from '../logical/plan.js'

/** Size of the largest window in the plans, 0 without one: how far event time must go on for the last open window to close. */
export function largestWindowMs(plans: readonly LogicalPlan[]): number {
  let largestMs = 0
  for (const plan of plans) {
    if ('window' in plan) largestMs = Math.max(largestMs, plan.window.sizeMs)
    largestMs = Math.max(largestMs, largestWindowMs(inputsOf(plan)))
  }
  return largestMs
}
