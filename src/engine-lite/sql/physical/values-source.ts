/** Rows that stand in the query itself: `VALUES …`, or the one empty row of a SELECT without FROM. */
import type { Row } from '../../contract/row.js'
import type { SourceFactory } from '../../contract/source.js'
import { compileProjection } from '../compile/calc.js'
import type { BoundExpr } from '../expr/bound.js'
import { constantContext, type PhysicalContext } from './evaluation.js'

/** The rows as values: their expressions use no columns. @throws MillraceError R0101 where one fails */
export function evaluateRows(rows: readonly (readonly BoundExpr[])[], context: PhysicalContext): Row[] {
  return rows.map((row) => compileProjection(row, constantContext(context))([]))
}

/** Position: number of rows that were delivered, so that a restart does not bring them again. */
export function valuesSource(rows: readonly (readonly unknown[])[]): SourceFactory {
  return (context) => ({
    async start() {
      const from = typeof context.from === 'number' ? context.from : 0
      const rest = rows.slice(from).map((row) => [...row])
      if (rest.length > 0) context.deliver({ rows: rest, bytes: 0, position: rows.length })
      context.end()
    },
    pause() {},
    resume() {},
    async close() {},
  })
}
