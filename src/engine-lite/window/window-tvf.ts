/**
 * A window table function without aggregation: every row gets the columns of its window; with HOP it is repeated for each window it
 * lies in, the latest window first. Late rows pass like all others. Source: Flink's WindowTableFunctionOperator.
 */
import type { Operator, OperatorContext, OperatorFactory, Output } from '../contract/operator.js'
import type { Row, RowKind } from '../contract/row.js'
import { nullRowtimeLetter } from '../operator/letters.js'
import { PaneGrid } from './pane-grid.js'
import { writeWindowColumns } from './window-columns.js'
import type { WindowTvfConfig } from './window-config.js'

/**
 * @example
 * windowTvf({ rowtime: 1, window: { kind: 'tumble', sizeMs: 60_000, offsetMs: 0 }, windowColumns: ['start', 'end', 'time'] })
 */
export function windowTvf(config: WindowTvfConfig): OperatorFactory {
  const grid = new PaneGrid(config.window)
  return (context, out) => new WindowTvf(config, grid, context, out)
}

class WindowTvf implements Operator {
  readonly #config: WindowTvfConfig
  readonly #grid: PaneGrid
  readonly #context: OperatorContext
  readonly #out: Output

  constructor(config: WindowTvfConfig, grid: PaneGrid, context: OperatorContext, out: Output) {
    this.#config = config
    this.#grid = grid
    this.#context = context
    this.#out = out
  }

  process(row: Row, kind: RowKind): void {
    const { rowtime, local, windowColumns } = this.#config
    const rowtimeMs = row[rowtime] as number | null
    if (rowtimeMs === null) {
      this.#context.deadLetter(nullRowtimeLetter(this.#context.id, row))
      return
    }
    const { sizeMs, slideMs } = this.#grid
    const atMs = local === undefined ? rowtimeMs : local.localOf(rowtimeMs)
    for (let startMs = this.#grid.lastStart(atMs); startMs > atMs - sizeMs; startMs -= slideMs) {
      const widened = row.slice()
      writeWindowColumns(widened, row.length, windowColumns, startMs, startMs + sizeMs, local)
      this.#out.emit(widened, kind)
    }
  }

  advance(watermarkMs: number): void {
    this.#out.advance(watermarkMs)
  }
}
