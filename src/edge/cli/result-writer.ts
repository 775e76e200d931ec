/** Results of a SELECT in the forms of `-o`, line by line, so that an unbounded one can be watched. */
import { ROW_KIND_NAMES, type Row, type RowKind } from '../../engine-lite/contract/row.js'
import type { Schema } from '../../engine-lite/contract/type.js'
import { jsonRowPrinter } from '../../engine-lite/sql/values/json-text.js'
import { valuePrinter } from '../../engine-lite/sql/values/print-value.js'
import { rowPrinter } from '../../engine-lite/sql/values/row-text.js'
import { tableau } from '../../engine-lite/sql/values/tableau.js'
import { timeZone } from '../../engine-lite/sql/values/time-zone.js'

export type OutputForm = 'tableau' | 'changelog' | 'json' | 'csv'

export interface ResultWriter {
  /** Lines before the first row. */
  readonly head: readonly string[]
  line(row: Row, kind: RowKind): string
  /** Lines after the last one. */
  foot(rows: number): readonly string[]
}

/**
 * | form | a row |
 * |---|---|
 * | `tableau` | a line of a table, as Flink's SQL client draws it |
 * | `changelog` | `+I[a, 1]`, as Flink's print connector writes it |
 * | `json` | `{"op":"+I","row":{"name":"a","n":1}}`, without loss |
 * | `csv` | `+I,a,1` (RFC 4180), NULL as nothing, the empty text as `""` |
 *
 * @param zoneId zone in which TIMESTAMP_LTZ is shown in tables and CSV
 */
export function resultWriter(form: OutputForm, schema: Schema, zoneId: string): ResultWriter {
  switch (form) {
    case 'tableau': {
      const { header, line, footer } = tableau(schema, zoneId)
      return { head: [header], line, foot: (rows) => [footer, `${rows} row${rows === 1 ? '' : 's'} in set`] }
    }
    case 'changelog':
      return { head: [], line: rowPrinter(schema), foot: () => [] }
    case 'json':
      return { head: [], line: jsonRowPrinter(schema), foot: () => [] }
    case 'csv':
      return csvWriter(schema, zoneId)
  }
}

function csvWriter(schema: Schema, zoneId: string): ResultWriter {
  const zone = timeZone(zoneId)
  const printers = schema.map(({ type }) => valuePrinter(type).print)
  return {
    head: [['op', ...schema.map(({ name }) => csvField(name))].join(',')],
    line: (row, kind) =>
      [ROW_KIND_NAMES[kind], ...printers.map((print, i) => (row[i] === null ? '' : csvField(print(row[i], zone))))].join(','),
    foot: () => [],
  }
}

function csvField(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
