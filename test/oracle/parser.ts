/** parser.json: statements that Flink's parser accepts, and statements it refuses at a marked place. */
import { MillraceError, type Span } from '../../src/engine-lite/contract/errors/index.js'
import { lineStartsOf, positionAt } from '../../src/engine-lite/sql/lexer/position.js'
import { parseStatement } from '../../src/engine-lite/sql/parser/script.js'
import { emptyScore, readOracle, type Score } from './oracle.js'

interface ParserCase {
  readonly test: string
  readonly sql: string
  readonly ok?: string
  readonly fails?: string
}

/** Cases of another parser configuration than Flink's own, by their text, with the reason. */
const OTHER_CONFIGURATION = [{ has: 'insert into "emps"', why: 'names in double quotes: Flink quotes with backticks' }]

/** Scores every case, or undefined where the data are absent. */
export function scoreParser(): Score | undefined {
  const cases = readOracle('parser.json') as readonly ParserCase[] | undefined
  if (cases === undefined) return undefined
  const score = emptyScore()
  cases.forEach((entry, index) => {
    if (OTHER_CONFIGURATION.some(({ has }) => entry.sql.includes(has))) score.notSupported++
    else if (entry.fails === undefined) accept(entry, `${index} ${entry.test}`, score)
    else refuse(entry, `${index} ${entry.test}`, score)
  })
  return score
}

function accept(entry: ParserCase, id: string, score: Score): void {
  try {
    const statement = parseStatement(entry.sql)
    if (statement.kind === 'unsupported') score.notSupported++
    else score.passed++
  } catch (error) {
    score.wrong.push(`${id}: refused: ${messageOf(error)} | ${entry.sql}`)
  }
}

function refuse(entry: ParserCase, id: string, score: Score): void {
  const { text, from, to } = withoutMarks(entry.sql)
  try {
    const statement = parseStatement(text)
    score.wrong.push(`${id}: accepted as ${statement.kind} | ${entry.sql}`)
  } catch (error) {
    const span = error instanceof MillraceError ? error.place?.span : undefined
    if (span !== undefined && overlaps(span, text, from, to)) score.passed++
    else score.wrong.push(`${id}: at ${span?.line}:${span?.column}-${span?.endColumn} ${messageOf(error)} | ${entry.sql}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof MillraceError ? `${error.code} ${error.message} (${error.label})` : String(error)
}

/** The text between two carets is where Flink puts the error. */
function withoutMarks(sql: string): { text: string; from: number; to: number } {
  const first = sql.indexOf('^')
  const second = sql.indexOf('^', first + 1)
  return { text: sql.slice(0, first) + sql.slice(first + 1, second) + sql.slice(second + 1), from: first, to: second - 1 }
}

function overlaps(span: Span, text: string, from: number, to: number): boolean {
  const lines = lineStartsOf(text)
  const start = positionAt(lines, from)
  const end = positionAt(lines, to)
  const before = (line: number, column: number, otherLine: number, otherColumn: number) =>
    line < otherLine || (line === otherLine && column < otherColumn)
  return before(span.line, span.column, end.line, end.column) && before(start.line, start.column, span.endLine, span.endColumn)
}
