/**
 * Errors as text for a terminal: one line says what, the excerpt says where, `help` says what to do.
 *
 * ```
 * error[E0207]: unknown column `tempp`
 *   --> pipeline.sql:3:12
 *    |
 *  3 |        AVG(tempp) AS avg_temp
 *    |            ^^^^^ not in `telemetry`
 *    = columns: line, device, temp DOUBLE
 *    = help: did you mean `temp`?
 * ```
 */
import { visibleText } from '../../base/visible-text.js'
import type { MillraceError, Span } from '../../contract/errors/index.js'

export interface RenderOptions {
  /** ANSI colours; off where the output is no terminal or NO_COLOR is set, which the caller decides. */
  readonly color?: boolean
}

const RED = '\u001b[1;31m'
const BLUE = '\u001b[1;34m'
const BOLD = '\u001b[1m'
const RESET = '\u001b[0m'
const TAB_COLUMNS = 4

/** The lines of one error, joined, without a newline at the end. */
export function renderError(error: MillraceError, options: RenderOptions = {}): string {
  const paint = (code: string, text: string) => (options.color === true && text !== '' ? code + text + RESET : text)
  const lines = [`${paint(RED, `error[${error.code}]`)}${paint(BOLD, `: ${visibleText(error.message)}`)}`]
  const span = error.place?.span
  const width = String(span?.endLine ?? '').length
  const margin = ' '.repeat(width)
  const bar = paint(BLUE, '|')
  if (span !== undefined || error.place?.file !== undefined) {
    const where = span === undefined ? '' : `${error.place?.file === undefined ? '' : ':'}${span.line}:${span.column}`
    lines.push(`${margin} ${paint(BLUE, '-->')} ${error.place?.file ?? ''}${where}`)
  }
  if (span !== undefined && error.place?.text !== undefined) {
    lines.push(`${margin}  ${bar}`)
    const { source, marks } = excerpt(error.place.text, span)
    lines.push(` ${paint(BLUE, String(span.line).padStart(width))} ${bar} ${source}`)
    lines.push(`${margin}  ${bar} ${paint(RED, `${marks}${error.label === undefined ? '' : ` ${error.label}`}`)}`)
  }
  for (const detail of error.detail) lines.push(`${margin}  ${paint(BLUE, '=')} ${visibleText(detail)}`)
  if (error.hint !== undefined) lines.push(`${margin}  ${paint(BLUE, '=')} ${paint(BOLD, 'help')}: ${error.hint}`)
  return lines.join('\n')
}

/** Several errors, an empty line between them, and their number. */
export function renderErrors(errors: readonly MillraceError[], options: RenderOptions = {}): string {
  const texts = errors.map((error) => renderError(error, options))
  return [...texts, errors.length === 1 ? '1 error' : `${errors.length} errors`].join('\n\n')
}

/** The first line of the span and the carets below it; tabs become spaces so that the carets fit. */
function excerpt(text: string, span: Span): { source: string; marks: string } {
  const line = visibleText(text.split(/\r\n|\r|\n/)[span.line - 1] ?? '')
  const end = span.endLine === span.line ? span.endColumn : line.length + 1
  const before = expandTabs(line.slice(0, span.column - 1))
  const marked = expandTabs(line.slice(span.column - 1, end - 1))
  const more = span.endLine > span.line ? '…' : ''
  return { source: expandTabs(line), marks: `${' '.repeat(before.length)}${'^'.repeat(Math.max(1, marked.length))}${more}` }
}

function expandTabs(text: string): string {
  return text.replaceAll('\t', ' '.repeat(TAB_COLUMNS))
}
