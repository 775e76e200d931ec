import type { EvaluationContext } from '../../../src/engine-lite/sql/functions/definition.js'

/** A clock that stands still, UTC, no watermark. */
export const TEST_CONTEXT: EvaluationContext = {
  nowMs: () => Date.UTC(2024, 1, 29, 10, 11, 12, 345),
  timeZone: 'UTC',
  random: () => 0.5,
  watermarkMs: () => undefined,
}
