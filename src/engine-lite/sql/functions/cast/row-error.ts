/** Failures of one row. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { LogicalType } from '../../../contract/type.js'
import { withNullability } from '../../types/make.js'
import { printType } from '../../types/print.js'

/** R0101: the value has no counterpart in the type. */
export function castFailed(value: unknown, type: LogicalType, reason?: string): MillraceError {
  const shown = typeof value === 'string' ? `'${value.length > 100 ? `${value.slice(0, 100)}…` : value}'` : String(value)
  return new MillraceError(
    'R0101',
    `cannot cast ${shown} to ${printType(withNullability(type, true))}${reason === undefined ? '' : `: ${reason}`}`,
    {
      hint: 'TRY_CAST gives NULL instead of failing the row',
    },
  )
}
