/** Rows as a table on a terminal, in the form of Flink's SQL client (`sql-client.execution.result-mode = tableau`). Widths follow the types. */
import { ROW_KIND_NAMES, type Row, type RowKind } from '../../contract/row.js'
import type { LogicalType, Schema } from '../../contract/type.js'
import { valuePrinter } from './print-value.js'
import { timeZone } from './time-zone.js'

/** Columns of unbounded types are this wide; longer values end in `...`. */
const COLUMN_WIDTH_MAX = 30
const NULL_TEXT = '<NULL>'

export interface Tableau {
  /** Rule, column names, rule: three lines. */
  readonly header: string
  /** One row as a line. */
  line(row: Row, kind: RowKind): string
  /** The closing rule. */
  readonly footer: string
}

/** @param zoneId zone in which TIMESTAMP_LTZ is shown */
export function tableau(schema: Schema, zoneId: string): Tableau {
  const zone = timeZone(zoneId)
  const printers = schema.map((column) => valuePrinter(column.type).print)
  const widths = schema.map((column) => Math.max(widthOf(column.type), NULL_TEXT.length, displayWidth(column.name)))
  const rule = `+----+${widths.map((width) => `${'-'.repeat(width + 2)}+`).join('')}`
  const cells = (texts: readonly string[], op: string) => `| ${op} |${texts.map((text, i) => ` ${padTo(text, widths[i]!)} |`).join('')}`
  return {
    header: [
      rule,
      cells(
        schema.map((column) => column.name),
        'op',
      ),
      rule,
    ].join('\n'),
    line: (row, kind) =>
      cells(
        printers.map((print, i) => (row[i] === null ? NULL_TEXT : print(row[i], zone))),
        ROW_KIND_NAMES[kind],
      ),
    footer: rule,
  }
}

function widthOf(type: LogicalType): number {
  switch (type.kind) {
    case 'BOOLEAN':
      return 7
    case 'TINYINT':
      return 4
    case 'SMALLINT':
      return 6
    case 'INTEGER':
      return 11
    case 'BIGINT':
      return 20
    case 'DECIMAL':
      return Math.min(type.precision + 2, COLUMN_WIDTH_MAX)
    case 'DATE':
      return 10
    case 'TIME':
      return type.precision === 0 ? 8 : 9 + type.precision
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision === 0 ? 19 : 20 + type.precision
    case 'CHAR':
    case 'VARCHAR':
      return Math.min(type.length, COLUMN_WIDTH_MAX)
    default:
      return COLUMN_WIDTH_MAX
  }
}

/** Right-aligned; what is too long is cut. Line ends would break the table. */
function padTo(text: string, width: number): string {
  const flat = text.replace(/[\r\n\t]/g, ' ')
  const shown = displayWidth(flat) <= width ? flat : `${cut(flat, width - 3)}...`
  return ' '.repeat(width - displayWidth(shown)) + shown
}

function cut(text: string, width: number): string {
  let result = ''
  let used = 0
  for (const char of text) {
    used += charWidth(char)
    if (used > width) break
    result += char
  }
  return result
}

/** Columns on a terminal: East Asian wide characters and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

function charWidth(char: string): number {
  return WIDE.test(char) ? 2 : 1
}
