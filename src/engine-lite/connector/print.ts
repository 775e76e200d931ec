/** The sink that prints every row as a line. Flink: the Print SQL connector. */
import type { ConnectorSpec } from '../contract/connector.js'
import { ROW_KIND_NAMES, type Row } from '../contract/row.js'
import type { Column } from '../contract/type.js'

/** What print needs from outside: a place for lines, and how a row of these columns reads. */
export interface PrintDependencies {
  /** Takes one line without its end. */
  write(line: string, to: 'stdout' | 'stderr'): void
  /** The fields of a row as Flink prints them, joined by `, `; without kind and brackets. */
  rowText(columns: readonly Column[]): (row: Row) => string
}

/**
 * `'connector' = 'print'`. One line per row, `+I[a, 1]`, with the identifier before it if there is one: `id> +I[a, 1]` (Flink's form with
 * parallelism 1). Delivery: a row is printed when it is emitted; after a crash, rows since the last commit are printed again.
 *
 * @example
 * CREATE TABLE shown (a INT) WITH ('connector' = 'print', 'print-identifier' = 'alarm')
 */
export function printConnector(dependencies: PrintDependencies): ConnectorSpec {
  return {
    name: 'print',
    options: [
      { name: 'print-identifier', help: 'text before each line' },
      { name: 'standard-error', help: 'print to standard error instead of standard output', type: 'boolean', default: 'false' },
    ],
    sinkMode: 'changelog',
    createSink: (table, columns) => {
      const identifier = table.options.get('print-identifier') ?? ''
      const prefix = identifier === '' ? '' : `${identifier}> `
      const to = table.options.get('standard-error')?.toLowerCase() === 'true' ? 'stderr' : 'stdout'
      const textOf = dependencies.rowText(columns)
      return () => ({
        write: (row, kind) => dependencies.write(`${prefix}${ROW_KIND_NAMES[kind]}[${textOf(row)}]`, to),
        close: () => Promise.resolve(),
      })
    },
  }
}
