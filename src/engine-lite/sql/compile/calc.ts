/** Filters and projections as one function per operator. */
import type { Row } from '../../contract/row.js'
import type { BoundExpr } from '../expr/bound.js'
import type { EvaluationContext } from '../functions/definition.js'
import { ExpressionCode } from './expression.js'
import { CodeWriter } from './writer.js'

/** What a calc computes: rows whose condition is TRUE, projected. */
export interface CalcExpressions {
  readonly condition?: BoundExpr
  readonly projections: readonly BoundExpr[]
}

interface Compiled<F> {
  readonly run: F
  readonly source: string
}

/**
 * The projected row, or null where the condition is not TRUE. The result is a new array; the input row is not changed. Throws R0101 for a
 * row that fails.
 *
 * @example
 * const evaluate = compileCalc({ condition, projections }, context)
 * const out = evaluate(row)
 */
export function compileCalc(calc: CalcExpressions, context: EvaluationContext): (row: Row) => Row | null {
  return calcCode(calc, context).run
}

/** The projected row. */
export function compileProjection(projections: readonly BoundExpr[], context: EvaluationContext): (row: Row) => Row {
  return calcCode({ projections }, context).run as (row: Row) => Row
}

/** True where the condition is TRUE: not for FALSE, not for NULL. */
export function compileCondition(condition: BoundExpr, context: EvaluationContext): (row: Row) => boolean {
  const writer = new CodeWriter()
  const code = new ExpressionCode(writer, context, 'row')
  emitCondition(writer, code, condition, 'false')
  writer.line('return true')
  return writer.build<(row: Row) => boolean>(['row']).run
}

/** One value per row. */
export function compileExpression(expr: BoundExpr, context: EvaluationContext): (row: Row) => unknown {
  const writer = new CodeWriter()
  const code = new ExpressionCode(writer, context, 'row')
  code.loadColumns(expr)
  writer.line(`return ${code.emitResult(expr)}`)
  return writer.build<(row: Row) => unknown>(['row']).run
}

/** The generated source, for EXPLAIN CODE. Constants appear as their parameter names. */
export function explainCode(calc: CalcExpressions, context: EvaluationContext): string {
  return calcCode(calc, context).source
}

/** Leaves with `otherwise` where the condition is not TRUE. Sides of AND are tested one by one: FALSE and NULL need not be told apart. */
function emitCondition(writer: CodeWriter, code: ExpressionCode, condition: BoundExpr, otherwise: 'false' | 'null'): void {
  if (condition.kind === 'call' && condition.fn.name === 'AND') {
    for (const side of condition.args) emitCondition(writer, code, side, otherwise)
    return
  }
  code.loadColumns(condition)
  writer.line(`if (${code.emit(condition)} !== true) return ${otherwise}`)
}

function calcCode({ condition, projections }: CalcExpressions, context: EvaluationContext): Compiled<(row: Row) => Row | null> {
  const writer = new CodeWriter()
  const code = new ExpressionCode(writer, context, 'row')
  if (condition !== undefined) {
    emitCondition(writer, code, condition, 'null')
  }
  for (const projection of projections) code.loadColumns(projection)
  const atoms = projections.map((projection) => code.emitResult(projection))
  writer.line(`return [${atoms.join(', ')}]`)
  return writer.build<(row: Row) => Row | null>(['row'])
}
