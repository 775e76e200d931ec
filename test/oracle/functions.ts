/** Runs functions.json: cases of `SELECT <sql> FROM src` over one row, values and types compared. Cases over several rows belong to the runner of queries. */
import { MillraceError } from '../../src/engine-lite/contract/errors/index.js'
import type { Integral, Row } from '../../src/engine-lite/contract/row.js'
import type { Column, LogicalType } from '../../src/engine-lite/contract/type.js'
import type { ExpressionAst } from '../../src/engine-lite/sql/ast/expression.js'
import { compileExpression } from '../../src/engine-lite/sql/compile/calc.js'
import { bindExpression } from '../../src/engine-lite/sql/expr/bind.js'
import { tableScope } from '../../src/engine-lite/sql/expr/scope.js'
import { textToInstant } from '../../src/engine-lite/sql/functions/cast/from-text.js'
import { parseStatement, parseType } from '../../src/engine-lite/sql/parser/script.js'
import { BIGINT, BOOLEAN, DOUBLE, INT, nullable, STRING } from '../../src/engine-lite/sql/types/make.js'
import { printType } from '../../src/engine-lite/sql/types/print.js'
import { equality } from '../../src/engine-lite/sql/values/compare.js'
import { parseDecimal } from '../../src/engine-lite/sql/values/decimal.js'
import { parseTime } from '../../src/engine-lite/sql/values/temporal-parse.js'
import { type ChangedRow, type QueryResult, runGrouped } from './aggregates.js'
import { Inexpressible, internalValue } from './neutral.js'
import { emptyScore, readOracle } from './oracle.js'
import { contextOf, type GroupScore, notSupported, outcomeOf } from './scalar.js'

interface FunctionCase {
  readonly sql: string
  readonly expect?: readonly unknown[]
  readonly expect_types?: readonly string[]
  readonly expect_rows?: readonly { readonly row: readonly unknown[] }[]
  readonly expect_type?: string
  readonly error?: string
  readonly phase?: 'validate' | 'runtime'
}

interface FunctionGroup {
  readonly file: string
  readonly fn: string | null
  readonly desc: string | null
  readonly data?: readonly unknown[]
  readonly types?: readonly string[]
  readonly rows?: readonly { readonly kind: ChangedRow['kind']; readonly row: readonly unknown[] }[]
  readonly row_type?: string
  readonly config?: { readonly map: readonly (readonly [string, string])[] }
  readonly cases: readonly FunctionCase[]
}

/** Cases where Flink 2.4, which the data are from, and the target differ, or that need more than an expression. */
const SET_ASIDE: readonly { readonly file: RegExp; readonly sql: RegExp; readonly type?: string; readonly why: string }[] = [
  { file: /JsonFunctions/, sql: /^JSON_VALUE\(f0, '\$\.longBalance'\)$/, why: 'a fraction in JSON is a double in 1.20, exact in 2.4' },
  { file: /JsonFunctions/, sql: /^f0 IS JSON/, type: 'BOOLEAN', why: 'NOT NULL and FALSE for NULL in 1.20, nullable in 2.4' },
  { file: /MiscFunctions/, sql: /^DECODE\(x'/, why: 'nullable in 1.20, NOT NULL in 2.4' },
  { file: /RegexpFunctions/, sql: /^REGEXP_REPLACE\(f0, f1, 'X'\)$/, why: 'NOT NULL in 1.20, nullable in 2.4' },
  { file: /Legacy/, sql: /./, why: 'the legacy behaviour of CAST' },
  {
    file: /CastFunctionMisc/,
    sql: /^TRY_CAST\(f0 AS STRING\)$/,
    why: 'bytes that are no UTF-8 become text with replacement characters in 1.20, NULL in 2.4',
  },
  { file: /CastFunctionMisc/, sql: /ROW<r ROW<s STRING NOT NULL/, why: 'the expected type is written in another form' },
]

/** Scores every test class, or undefined where the data are absent. */
export function scoreFunctions(): readonly GroupScore[] | undefined {
  const file = readOracle('functions.json') as readonly FunctionGroup[] | undefined
  if (file === undefined) return undefined
  const scores = new Map<string, GroupScore>()
  for (const group of file) {
    let score = scores.get(group.file)
    if (score === undefined) {
      score = { ...emptyScore(), name: group.file, reasons: new Map() }
      scores.set(group.file, score)
    }
    scoreGroup(group, score)
  }
  return [...scores.values()]
}

interface Input {
  readonly columns: readonly Column[]
  readonly row: Row
}

function scoreGroup(group: FunctionGroup, score: GroupScore): void {
  const input = group.rows === undefined ? inputOf(group) : undefined
  for (const entry of group.cases) {
    const types = entry.expect_types?.join(', ')
    const aside = SET_ASIDE.find(({ file, sql, type }) => file.test(group.file) && sql.test(entry.sql) && (type ?? types) === types)
    if (aside !== undefined) notSupported(score, aside.why)
    else if (input === undefined) scoreGrouped(entry, group, score)
    else scoreCase(entry, group, input, score)
  }
}

/** Columns whose values cannot be expressed are left out; cases that use them are not supported. */
function inputOf(group: FunctionGroup): Input {
  const columns: Column[] = []
  const row: Row = []
  for (const [i, value] of (group.data ?? []).entries()) {
    try {
      const type = columnType(group.types?.[i], value)
      row.push(decoded(value, type, zoneOf(group)))
      columns.push({ name: `f${i}`, type })
    } catch (error) {
      if (!(error instanceof Inexpressible || error instanceof MillraceError)) throw error
    }
  }
  return { columns, row }
}

/** Adds to the shared encoding: intervals, doubles given for a DECIMAL, integers that JSON does not hold. */
function decoded(value: unknown, type: LogicalType, zoneId: string): unknown {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Inexpressible(String(value))
  if (value !== null && typeof value === 'object') {
    const [tag, content] = Object.entries(value)[0] ?? ['', undefined]
    if (tag === 'double' && type.kind === 'DECIMAL') return parseDecimal(String(content), type.precision, type.scale) ?? null
    if (tag === 'Duration' && type.kind === 'INTERVAL_DAY_TIME') return durationMs(String(content))
    if (tag === 'Period' && type.kind === 'INTERVAL_YEAR_MONTH') return periodMonths(String(content))
    if (tag === 'LocalTime') return parseTime(String(content).slice(0, 12)) ?? null
  }
  if (type.kind === 'CHAR' && typeof value === 'string') return value.padEnd(type.length)
  if (type.kind === 'SMALLINT' && typeof value === 'number') return (value << 16) >> 16
  const internal = internalValue(value, type)
  const isLocal = value !== null && typeof value === 'object' && 'LocalDateTime' in value && type.kind === 'TIMESTAMP_LTZ'
  return isLocal ? textToInstant(internal as Integral, type.precision, zoneId) : internal
}

function zoneOf(group: FunctionGroup): string {
  return new Map(group.config?.map ?? []).get('table.local-time-zone') ?? 'UTC'
}

function durationMs(text: string): number {
  const match = /^PT(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?$/.exec(text)
  if (match === null) throw new Inexpressible(text)
  return Number(match[1] ?? 0) * 3_600_000 + Number(match[2] ?? 0) * 60_000 + Math.round(Number(match[3] ?? 0) * 1000)
}

function periodMonths(text: string): number {
  const match = /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:-?\d+D)?$/.exec(text)
  if (match === null) throw new Inexpressible(text)
  return Number(match[1] ?? 0) * 12 + Number(match[2] ?? 0)
}

/** Flink prints the fraction of an interval where SQL text has the leading precision. */
function printedType(type: LogicalType): LogicalType {
  return type.kind === 'INTERVAL_DAY_TIME' && type.unit === 'SECOND' ? { ...type, precision: 2, fraction: 3 } : type
}

function columnType(text: string | undefined, value: unknown): LogicalType {
  if (text !== undefined) {
    return printedType(parseType(text.replace(/^\[(.*)\]$/, '$1')).type)
  }
  switch (typeof value) {
    case 'boolean':
      return BOOLEAN
    case 'string':
      return STRING
    case 'number':
      return Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31 ? INT : BIGINT
    default:
      if (value !== null && typeof value === 'object' && 'double' in value) return DOUBLE
      throw new Inexpressible(JSON.stringify(value))
  }
}

function scoreCase(entry: FunctionCase, group: FunctionGroup, input: Input, score: GroupScore): void {
  const id = `${group.fn ?? group.desc ?? ''}: ${entry.sql}`
  const outcome = evaluate(entry.sql, group, input)
  if (outcome.kind === 'refused' && /unknown (table or )?column/.test(outcome.why)) {
    notSupported(score, 'column of a value the encoding does not carry')
    return
  }
  if (outcome.kind === 'not-supported') {
    notSupported(score, outcome.why)
    return
  }
  if (entry.expect === undefined) {
    if (outcome.kind === 'refused' && !outcome.why.startsWith('crash')) score.passed++
    else
      score.wrong.push(
        `${id} gave ${outcome.kind !== 'values' ? outcome.why : JSON.stringify(outcome.values, jsonSafe)}, Flink refuses it: ${entry.error ?? ''}`,
      )
    return
  }
  if (outcome.kind !== 'values') {
    score.wrong.push(`${id} refused: ${outcome.why}`)
    return
  }
  const problem = compare(entry, outcome)
  if (problem === undefined) score.passed++
  else if (problem === '') notSupported(score, 'expectation the encoding does not carry')
  else score.wrong.push(`${id}: ${problem}`)
}

function scoreGrouped(entry: FunctionCase, group: FunctionGroup, score: GroupScore): void {
  const id = `${group.desc ?? group.fn ?? ''}: ${entry.sql}`
  let result: QueryResult
  try {
    result = runRows(entry.sql, group)
  } catch (error) {
    if (error instanceof Inexpressible) {
      notSupported(score, 'rows of a value the encoding does not carry')
      return
    }
    const outcome = outcomeOf(error)
    if (outcome.kind === 'not-supported') notSupported(score, outcome.why)
    else if (entry.expect_rows === undefined && !outcome.why.startsWith('crash')) score.passed++
    else score.wrong.push(`${id} refused: ${outcome.why}`)
    return
  }
  const problem = entry.expect_rows === undefined ? `Flink refuses it: ${entry.error ?? ''}` : compareRows(entry, result)
  if (problem === undefined) score.passed++
  else score.wrong.push(`${id}: ${problem}`)
}

function runRows(sql: string, group: FunctionGroup): QueryResult {
  const { type } = parseType(group.row_type ?? 'ROW<>')
  if (type.kind !== 'ROW') throw new Inexpressible('row type')
  const zone = zoneOf(group)
  const columns = type.fields.map((field) => ({ ...field, type: printedType(field.type) }))
  const changes = (group.rows ?? []).map(({ kind, row }) => ({
    kind,
    values: row.map((value, i) => decoded(value, columns[i]!.type, zone)),
  }))
  return runGrouped(sql, columns, changes, contextOf(zone))
}

/** As multisets of printed rows; DOUBLE to 12 digits. */
function compareRows(entry: FunctionCase, { rows, types }: QueryResult): string | undefined {
  const wanted = (entry.expect_rows ?? []).map(({ row }) => row.map((value, i) => decoded(value, types[i]!, 'UTC')))
  const text = (all: readonly Row[]) =>
    all
      .map((row) =>
        JSON.stringify(
          row.map((value, i) => comparable(value, types[i]!)),
          jsonSafe,
        ),
      )
      .sort()
  if (entry.expect_type !== undefined) {
    const printed = `ROW<${types.map((type, i) => `\`f${i}\` ${printType(nullable(type))}`).join(', ')}>`
    if (printed !== entry.expect_type) return `type ${printed}, expected ${entry.expect_type}`
  }
  const [ours, theirs] = [text(rows), text(wanted)]
  return JSON.stringify(ours) === JSON.stringify(theirs) ? undefined : `gave ${ours.join(' ')}, expected ${theirs.join(' ')}`
}

function comparable(value: unknown, type: LogicalType): unknown {
  return typeof value === 'number' && (type.kind === 'DOUBLE' || type.kind === 'FLOAT') ? value.toPrecision(12) : value
}

function jsonSafe(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value] : value
}

interface Values {
  readonly kind: 'values'
  readonly values: readonly unknown[]
  readonly types: readonly LogicalType[]
}

function evaluate(sql: string, group: FunctionGroup, { columns, row }: Input): Values | ReturnType<typeof outcomeOf> {
  try {
    const scope = tableScope(columns, ['src'])
    const bound = expressionsOf(sql).map((ast) => bindExpression(ast, scope))
    const context = contextOf(zoneOf(group))
    return { kind: 'values', values: bound.map((expr) => compileExpression(expr, context)(row)), types: bound.map((expr) => expr.type) }
  } catch (error) {
    return outcomeOf(error)
  }
}

/** The items of `SELECT sql`. */
function expressionsOf(sql: string): readonly ExpressionAst[] {
  const statement = parseStatement(`SELECT ${sql}`)
  if (statement.kind !== 'query' || statement.query.kind !== 'select')
    throw new MillraceError('E0301', `not a list of expressions: ${statement.kind}`)
  return statement.query.items.map((item) => {
    if (item.kind === 'star') throw new MillraceError('E0301', 'star')
    return item.expression
  })
}

/** What differs; '' where the expectation cannot be expressed; undefined where all is equal. */
function compare(entry: FunctionCase, { values, types }: Values): string | undefined {
  for (const [i, expected] of (entry.expect ?? []).entries()) {
    const type = types[i]!
    const wanted = entry.expect_types?.[i]
    if (wanted !== undefined && printType(type) !== wanted) return `item ${i} has type ${printType(type)}, expected ${wanted}`
    let value: unknown
    try {
      value = decoded(expected, type, 'UTC')
    } catch (error) {
      if (error instanceof Inexpressible) return ''
      throw error
    }
    if (!sameValue(values[i], value, type))
      return `item ${i} gave ${JSON.stringify(values[i], jsonSafe)}, expected ${JSON.stringify(value, jsonSafe)}`
  }
  return undefined
}

function sameValue(value: unknown, expected: unknown, type: LogicalType): boolean {
  if (value === null || expected === null) return value === expected
  if (typeof value === 'number' && Number.isNaN(value)) return Number.isNaN(expected)
  return (equality(nullable(type)) as (a: unknown, b: unknown) => boolean)(value, expected)
}
