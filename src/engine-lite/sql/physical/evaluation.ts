/** What planning a script needs from outside, and what its expressions may ask at run time. */
import type { Clock, Random } from '../../contract/clock.js'
import type { ConnectorEnvironment } from '../../contract/connector.js'
import type { OperatorContext } from '../../contract/operator.js'
import { WATERMARK_MIN_MS } from '../../contract/row.js'
import type { DeviceTime } from '../../operator/device-time.js'
import type { EvaluationContext } from '../functions/definition.js'
import type { Connectors, Formats } from './table-binding.js'

export interface PhysicalContext {
  readonly connectors: Connectors
  readonly formats: Formats
  readonly environment: Omit<ConnectorEnvironment, 'pipeline'>
  readonly clock: Clock
  readonly random: Random
  /** `table.exec.source.idle-timeout`; 0: off. */
  readonly idleTimeoutMs: number
  /** `table.exec.sink.not-null-enforcer` = drop: rows with a NULL in a NOT NULL column vanish instead of failing. */
  readonly dropNulls: boolean
  /** Size of the largest window of the script: how far a silent source lets time go on. */
  readonly largestWindowMs: number
  /** Time per device of the sources that keep it, by table; filled while the graph is built. */
  readonly deviceTimes: Map<string, DeviceTime>
}

/** For the expressions of an operator: its clock and its watermark. */
export function evaluationContext(operator: OperatorContext, context: PhysicalContext): EvaluationContext {
  return {
    nowMs: () => operator.clock.nowMs(),
    timeZone: context.environment.timeZone,
    random: context.random,
    watermarkMs: () => (operator.timers.watermarkMs === WATERMARK_MIN_MS ? undefined : operator.timers.watermarkMs),
  }
}

/** For expressions that are evaluated while planning. */
export function constantContext(context: PhysicalContext): EvaluationContext {
  return {
    nowMs: () => context.clock.nowMs(),
    timeZone: context.environment.timeZone,
    random: context.random,
    watermarkMs: () => undefined,
  }
}
