/** The clock in SQL: NOW, CURRENT_*, LOCAL*, PROCTIME, CURRENT_WATERMARK. In streaming each row reads the clock anew, as in Flink. */

import type { LogicalType } from '../../../contract/type.js'
import { BIGINT, DATE, nullable, time, timestamp, timestampLtz } from '../../types/make.js'
import { isTimestamp } from '../../types/predicate.js'
import { DAY_MS, floorMod } from '../../values/calendar.js'
import { joinTimestamp } from '../../values/temporal-text.js'
import { localOfInstant, timeZone } from '../../values/time-zone.js'
import { define, family } from '../define.js'
import type { EvaluationContext, ScalarFunction } from '../definition.js'

function clock(name: string, type: LogicalType, read: (context: EvaluationContext) => unknown): ScalarFunction {
  return define({ name, args: [], type, context: true, deterministic: false, apply: read })
}

function localMs(context: EvaluationContext): number {
  return localOfInstant(context.nowMs(), timeZone(context.timeZone))
}

function localSecondOfDay(context: EvaluationContext): number {
  const ms = floorMod(localMs(context), DAY_MS)
  return ms - (ms % 1000)
}

const now = (context: EvaluationContext): number => context.nowMs()

const PROCTIME_TYPE: LogicalType = { kind: 'TIMESTAMP_LTZ', precision: 3, nullable: false, attribute: 'proctime' }

const ROWTIME = family('<ROWTIME>', isTimestamp, timestamp(3))

const currentWatermark = define({
  name: 'CURRENT_WATERMARK',
  args: [ROWTIME],
  nulls: 'custom',
  deterministic: false,
  context: true,
  nullability: 'always',
  type: ({ types }) => {
    const type = types[0]!
    if (!('precision' in type)) return type
    return nullable(type.kind === 'TIMESTAMP' ? timestamp(type.precision) : timestampLtz(type.precision))
  },
  check: ({ args }) => {
    const type = args[0]!.type
    return isTimestamp(type) && 'attribute' in type && type.attribute === 'rowtime' ? undefined : 'CURRENT_WATERMARK takes a rowtime column'
  },
  make: ({ types }) => {
    const type = types[0]!
    const precision = 'precision' in type ? type.precision : 3
    return (context: EvaluationContext) => {
      const watermark = context.watermarkMs()
      return watermark === undefined ? null : joinTimestamp(watermark, 0, precision)
    }
  },
})

export const CURRENT_FUNCTIONS: readonly ScalarFunction[] = [
  clock('NOW', timestampLtz(3), now),
  clock('CURRENT_TIMESTAMP', timestampLtz(3), now),
  clock('CURRENT_ROW_TIMESTAMP', timestampLtz(3), now),
  clock('PROCTIME', PROCTIME_TYPE, now),
  clock('LOCALTIMESTAMP', timestamp(3), localMs),
  clock('CURRENT_DATE', DATE, (context) => Math.floor(localMs(context) / DAY_MS)),
  clock('CURRENT_TIME', time(0), localSecondOfDay),
  clock('LOCALTIME', time(0), localSecondOfDay),
  currentWatermark,
]

/** UNIX_TIMESTAMP() without arguments: seconds. */
export const UNIX_NOW = { type: BIGINT, read: (context: EvaluationContext): number => Math.floor(context.nowMs() / 1000) }
