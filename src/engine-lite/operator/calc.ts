/** Filter and projection in one: the compiled SELECT list and WHERE clause of a query. Source: Flink's StreamExecCalc. */
import type { OperatorFactory, Output } from '../contract/operator.js'
import type { Row, RowKind } from '../contract/row.js'

/** The new row, or null where the row is filtered out. Throws where the row fails: it becomes a dead letter. */
export type RowFunction = (row: Row) => Row | null

/**
 * Keeps the change kind of every row. A filter over a changelog may therefore let a lone +U or −U through, as in Flink.
 *
 * @example
 * calc((row) => ((row[2] as number) > 50 ? [row[0], row[2]] : null))
 */
export function calc(evaluate: RowFunction): OperatorFactory {
  return (_context, out) => ({
    process: compileProcess(evaluate, out),
    advance: (watermarkMs) => out.advance(watermarkMs),
  })
}

type Process = (row: Row, kind: RowKind) => void

let serial = 0

/**
 * A chain often holds several of these. Each gets code of its own: V8 keeps call-site feedback per function text, and a shared
 * one would see every expression and every next operator of the process (three times the cost per hop).
 */
function compileProcess(evaluate: RowFunction, out: Output): Process {
  serial++
  const build = new Function(
    'evaluate',
    'out',
    `'use strict'; return function calc_${serial}(row, kind) {
      const result = evaluate(row)
      if (result !== null) out.emit(result, kind)
    }`,
  ) as (evaluate: RowFunction, out: Output) => Process
  return build(evaluate, out)
}
