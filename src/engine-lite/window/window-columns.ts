/** The columns a window adds to a row. Source: Flink's TimeWindowUtil and window properties; `time` is `end − 1 ms`. */
import type { Row } from '../contract/row.js'
import type { LocalTime, WindowColumn } from './window-config.js'

/** Writes the columns into `row` from position `at` on. Bounds are wall clock of the window; `time` is an instant. */
export function writeWindowColumns(
  row: Row,
  at: number,
  columns: readonly WindowColumn[],
  startMs: number,
  endMs: number,
  local: LocalTime | undefined,
): void {
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]
    if (column === 'start') row[at + i] = startMs
    else if (column === 'end') row[at + i] = endMs
    else row[at + i] = local === undefined ? endMs - 1 : local.epochOf(endMs - 1)
  }
}
