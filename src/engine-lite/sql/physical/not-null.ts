/** Keeps NULL out of the NOT NULL columns of a sink. Source: Flink's ConstraintEnforcer with `table.exec.sink.not-null-enforcer`. */
import { MillraceError } from '../../contract/errors/index.js'
import type { OperatorFactory } from '../../contract/operator.js'
import { calc } from '../../operator/calc.js'

export interface CheckedColumn {
  readonly index: number
  readonly name: string
}

/**
 * Rows with a NULL in one of the columns fail (R0107): a dead letter, or the end of the pipeline, as any other failing row.
 * @param drop such rows vanish instead, as the setting asks for
 */
export function notNullEnforcer(columns: readonly CheckedColumn[], drop: boolean): OperatorFactory {
  return calc((row) => {
    for (let i = 0; i < columns.length; i++) {
      const { index, name } = columns[i]!
      if (row[index] !== null) continue
      if (drop) return null
      throw new MillraceError('R0107', `column \`${name}\` is NOT NULL and the row has no value for it`)
    }
    return row
  })
}
