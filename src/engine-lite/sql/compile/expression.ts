/**
 * JavaScript for a bound expression. Each node becomes a variable or an atom; static nullability decides where NULL is tested; branches of
 * CASE, AND, OR and COALESCE are evaluated only where SQL evaluates them.
 */
import type { BoundCall, BoundColumn, BoundExpr } from '../expr/bound.js'
import { childrenOf } from '../expr/traverse.js'
import { conversion, tryConversion } from '../functions/cast/conversion.js'
import type { EvaluationContext } from '../functions/definition.js'
import { missingColumn, missingValue } from './missing-value.js'
import { mayBeNull } from './nullability.js'
import type { CodeWriter } from './writer.js'

/** Writes expressions over one input row into one function. */
export class ExpressionCode {
  private readonly columns = new Map<number, string>()
  private readonly checked = new Set<number>()

  constructor(
    private readonly writer: CodeWriter,
    private readonly context: EvaluationContext,
    private readonly row: string,
  ) {}

  /**
   * Reads the columns an expression uses into variables, at the current place, so that branches share them. A NOT NULL column that holds
   * NULL (a source may deliver one) fails the row with R0101 as soon as something is computed from it; a bare column passes.
   */
  loadColumns(expr: BoundExpr): void {
    if (expr.kind === 'column') this.load(expr)
    else this.loadChecked(expr)
  }

  /** As {@link loadColumns}, where a bare column is computed with, too. */
  loadChecked(expr: BoundExpr): void {
    if (expr.kind === 'column') {
      const name = this.load(expr)
      if (expr.type.nullable || this.checked.has(expr.index)) return
      this.checked.add(expr.index)
      this.writer.line(`if (${name} === null) ${this.writer.bind(missingColumn(expr))}()`)
      return
    }
    for (const child of childrenOf(expr)) this.loadChecked(child)
  }

  private load(column: BoundColumn): string {
    const known = this.columns.get(column.index)
    if (known !== undefined) return known
    const name = `r${column.index}`
    this.columns.set(column.index, name)
    this.writer.line(`const ${name} = ${this.row}[${column.index}]`)
    return name
  }

  /** As {@link emit}, for a value that leaves: NULL in a NOT NULL column fails the row with R0101. */
  emitResult(expr: BoundExpr): string {
    const atom = this.emit(expr)
    if (!expr.type.nullable && mayBeNull(expr)) this.writer.line(`if (${atom} === null) ${this.writer.bind(missingValue(expr))}()`)
    return atom
  }

  /** Writes the statements that compute the expression and returns the atom that holds it. Columns must be loaded. */
  emit(expr: BoundExpr): string {
    switch (expr.kind) {
      case 'column':
        return this.columns.get(expr.index) ?? `${this.row}[${expr.index}]`
      case 'literal':
        return this.literal(expr.value)
      case 'cast':
        return this.cast(expr)
      case 'case':
        return this.branches(expr)
      case 'call':
        return this.call(expr)
    }
  }

  private literal(value: unknown): string {
    if (value === null || typeof value === 'boolean') return String(value)
    if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return value < 0 ? `(${value})` : String(value)
    return this.writer.bind(value)
  }

  private define(text: string): string {
    const name = this.writer.fresh()
    this.writer.line(`const ${name} = ${text}`)
    return name
  }

  private cast(expr: Extract<BoundExpr, { kind: 'cast' }>): string {
    const operand = this.emit(expr.operand)
    const { convert, inline, needsContext } = (expr.safe ? tryConversion : conversion)(expr.operand.type, expr.type)
    const bind = (value: unknown) => this.writer.bind(value)
    const text = inline?.(operand, bind) ?? `${bind(convert)}(${operand}${needsContext ? `, ${bind(this.context)}` : ''})`
    const guarded = mayBeNull(expr.operand) ? `${operand} === null ? null : ${text}` : text
    return this.define(guarded)
  }

  private branches(expr: Extract<BoundExpr, { kind: 'case' }>): string {
    const result = this.writer.fresh()
    this.writer.line(`let ${result}`)
    const next = (i: number): void => {
      const branch = expr.whens[i]
      if (branch === undefined) {
        this.writer.line(`${result} = ${this.emit(expr.otherwise)}`)
        return
      }
      const when = this.emit(branch.when)
      this.writer.block(`if (${when} === true)`, () => this.writer.line(`${result} = ${this.emit(branch.then)}`))
      this.writer.block('else', () => next(i + 1))
    }
    next(0)
    return result
  }

  private call(expr: BoundCall): string {
    if (expr.fn.nulls === 'lazy') return this.lazy(expr)
    const atoms = expr.args.map((arg) => this.emit(arg))
    const text = this.invocation(expr, atoms)
    const tests = expr.fn.nulls === 'strict' ? atoms.filter((_, i) => mayBeNull(expr.args[i]!)).map((atom) => `${atom} === null`) : []
    return this.define(tests.length === 0 ? text : `${tests.join(' || ')} ? null : ${text}`)
  }

  private invocation(expr: BoundCall, atoms: readonly string[]): string {
    const { resolved } = expr
    const bind = (value: unknown) => this.writer.bind(value)
    if (resolved.inline !== undefined) return resolved.inline(atoms, bind)
    if (resolved.direct === undefined) return `${bind(resolved.evaluate)}([${atoms.join(', ')}], ${bind(this.context)})`
    const args = resolved.needsContext === true ? [bind(this.context), ...atoms] : atoms
    return `${bind(resolved.direct)}(${args.join(', ')})`
  }

  private lazy(expr: BoundCall): string {
    const { name } = expr.fn
    if (name === 'AND' || name === 'OR') return this.connective(expr, name === 'AND' ? 'false' : 'true')
    const result = this.writer.fresh()
    this.writer.line(`let ${result} = ${this.emit(expr.args[0]!)}`)
    const next = (i: number): void => {
      const arg = expr.args[i]
      if (arg === undefined || !mayBeNull(expr.args[i - 1]!)) return
      this.writer.block(`if (${result} === null)`, () => {
        this.writer.line(`${result} = ${this.emit(arg)}`)
        next(i + 1)
      })
    }
    next(1)
    return result
  }

  /** `decisive` is the value that decides without the other side: false for AND, true for OR. */
  private connective(expr: BoundCall, decisive: 'true' | 'false'): string {
    const [left, right] = [expr.args[0]!, expr.args[1]!]
    const a = this.emit(left)
    const result = this.writer.fresh()
    this.writer.line(`let ${result} = ${decisive}`)
    this.writer.block(`if (${a} !== ${decisive})`, () => {
      const b = this.emit(right)
      if (!mayBeNull(left)) this.writer.line(`${result} = ${b}`)
      else this.writer.line(`if (${b} !== ${decisive}) ${result} = ${a} === null ? null : ${b}`)
    })
    return result
  }
}
