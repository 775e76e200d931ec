/** Runs scalar.json: every expression as `SELECT CAST(<sql> AS STRING)` over the one row of its data set, results compared as text. */
import { MillraceError } from '../../src/engine-lite/contract/errors/index.js'
import type { Row } from '../../src/engine-lite/contract/row.js'
import { compileExpression } from '../../src/engine-lite/sql/compile/calc.js'
import { interpret } from '../../src/engine-lite/sql/compile/interpret.js'
import { bindExpression } from '../../src/engine-lite/sql/expr/bind.js'
import type { BoundExpr } from '../../src/engine-lite/sql/expr/bound.js'
import { castTo } from '../../src/engine-lite/sql/expr/cast-to.js'
import { type Scope, tableScope } from '../../src/engine-lite/sql/expr/scope.js'
import { isDeterministic } from '../../src/engine-lite/sql/expr/traverse.js'
import type { EvaluationContext } from '../../src/engine-lite/sql/functions/definition.js'
import { parseExpression } from '../../src/engine-lite/sql/parser/script.js'
import { nullable, STRING } from '../../src/engine-lite/sql/types/make.js'
import { cellsOf } from './dataset.js'
import { emptyScore, readOracle, type Score } from './oracle.js'

interface ScalarCase {
  readonly test: string
  readonly sql: string
  readonly expect?: string
  readonly error?: string
  readonly tz?: string
}

interface ScalarFile {
  readonly datasets: Readonly<Record<string, { readonly fields: Readonly<Record<string, unknown>> }>>
  readonly sets: readonly { readonly file: string; readonly dataset: string; readonly cases: readonly ScalarCase[] }[]
}

/** Scores of one set of tests. `reasons` counts why cases are not supported. */
export interface GroupScore extends Score {
  readonly name: string
  readonly reasons: Map<string, number>
}

/** Cases whose expectation is not what Flink SQL gives through this door, with the reason. */
const SET_ASIDE: readonly { readonly sql: RegExp; readonly why: string }[] = [
  { sql: /^CAST\(f5 AS BIGINT\)$/, why: 'expects an error whose text the data do not carry' },
]

export const MOMENT_MS = Date.UTC(2024, 1, 29, 10, 11, 12, 345)

export function contextOf(timeZone: string): EvaluationContext {
  return { nowMs: () => MOMENT_MS, timeZone, random: () => 0.5, watermarkMs: () => undefined }
}

/** Scores every set, or undefined where the data are absent. */
export function scoreScalar(): readonly GroupScore[] | undefined {
  const file = readOracle('scalar.json') as ScalarFile | undefined
  if (file === undefined) return undefined
  return file.sets.map((set) => {
    const cells = cellsOf(set.dataset, file.datasets[set.dataset] ?? { fields: {} })
    const scope = tableScope(cells, ['testTable'])
    const row = cells.map((cell) => cell.value)
    const known = new Set(cells.map((cell) => cell.name))
    const group: GroupScore = { ...emptyScore(), name: set.file, reasons: new Map() }
    for (const entry of set.cases) scoreCase(entry, { scope, row, known }, group)
    return group
  })
}

interface Input {
  readonly scope: Scope
  readonly row: Row
  readonly known: ReadonlySet<string>
}

function scoreCase(entry: ScalarCase, input: Input, group: GroupScore): void {
  const aside = SET_ASIDE.find(({ sql }) => sql.test(entry.sql))
  if (aside !== undefined) {
    notSupported(group, aside.why)
    return
  }
  const outcome = evaluate(entry, input)
  if (outcome.kind === 'not-supported') {
    notSupported(group, outcome.why)
    return
  }
  if (outcome.kind === 'refused' && /unknown (table or )?column/.test(outcome.why)) {
    notSupported(group, 'column of a type the encoding does not carry')
    return
  }
  if (entry.error !== undefined) {
    if (outcome.kind === 'value') group.wrong.push(`${entry.test}: ${entry.sql} gave ${outcome.text}, Flink refuses it`)
    else group.passed++
  } else if (outcome.kind === 'value' && outcome.text === entry.expect) group.passed++
  else
    group.wrong.push(
      `${entry.test}: ${entry.sql}${entry.tz === undefined ? '' : ` @${entry.tz}`} gave ${outcome.kind === 'value' ? outcome.text : `error ${outcome.why}`}, expected ${entry.expect}`,
    )
}

export function notSupported(group: GroupScore, why: string): void {
  group.notSupported++
  group.reasons.set(why, (group.reasons.get(why) ?? 0) + 1)
}

type Outcome = { readonly kind: 'value'; readonly text: string } | { readonly kind: 'refused' | 'not-supported'; readonly why: string }

function evaluate(entry: ScalarCase, { scope, row }: Input): Outcome {
  try {
    const bound = bindExpression(parseExpression(entry.sql), scope)
    const cast = castTo(bound, nullable(STRING))
    // Flink's harness reads the value without the check that a NOT NULL result column has.
    const text: BoundExpr = { ...cast, type: nullable(cast.type) }
    const context = contextOf(entry.tz ?? 'UTC')
    const value = compileExpression(text, context)(row)
    checkInterpreter(text, row, context, value)
    return { kind: 'value', text: value === null ? 'NULL' : String(value) }
  } catch (error) {
    return outcomeOf(error)
  }
}

/** Generated code and the interpreter must agree. */
export function checkInterpreter(expr: BoundExpr, row: Row, context: EvaluationContext, value: unknown): void {
  if (!isDeterministic(expr)) return
  const second = interpret(expr, row, context)
  if (typeof value === 'string' && second !== value) throw new Error(`compiled ${value}, interpreted ${String(second)}`)
}

export function outcomeOf(error: unknown): Extract<Outcome, { kind: 'refused' | 'not-supported' }> {
  if (error instanceof MillraceError)
    return { kind: error.code === 'E0301' ? 'not-supported' : 'refused', why: `${error.code} ${error.message}` }
  return { kind: 'refused', why: `crash ${error instanceof Error ? error.stack : String(error)}` }
}

/** One line per set. */
export function printGroups(title: string, groups: readonly GroupScore[]): string {
  const lines = groups.map(({ name, passed, notSupported: open, wrong }) => `| ${name} | ${passed} | ${open} | ${wrong.length} |`)
  const sum = (pick: (group: GroupScore) => number) => groups.reduce((total, group) => total + pick(group), 0)
  const total = `| **all** | ${sum((group) => group.passed)} | ${sum((group) => group.notSupported)} | ${sum((group) => group.wrong.length)} |`
  return [`| ${title} | passed | not supported | wrong |`, '|---|---|---|---|', ...lines, total].join('\n')
}
