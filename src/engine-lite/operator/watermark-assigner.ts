/**
 * Event time begins here: reads the rowtime of every row and lets the watermark rise. Source: Flink's WatermarkAssignerOperator,
 * with on-event emission.
 *
 * - The watermark is the value of the expression; a null value is ignored; it never goes back.
 * - A row is handed on *before* the watermark it causes.
 * - A row whose rowtime is NULL, or too far in the future, becomes a dead letter and moves nothing.
 * - Watermarks from before are ignored, except the end of bounded input.
 */
import type { Operator, OperatorContext, OperatorFactory, Output, StreamStatus } from '../contract/operator.js'
import { type Row, type RowKind, WATERMARK_MAX_MS, WATERMARK_MIN_MS } from '../contract/row.js'
import type { SlotTable } from '../contract/state.js'
import { DeviceWatermarkAssigner } from './device-watermarks.js'
import { FutureGuard } from './future-guard.js'
import { futureLetter, nullRowtimeLetter } from './letters.js'
import { Silence } from './silence.js'
import type { WatermarkConfig } from './watermark-config.js'

export function watermarkAssigner(config: WatermarkConfig): OperatorFactory {
  const { device } = config
  return device === undefined
    ? (context, out) => new WatermarkAssigner(config, context, out)
    : (context, out) => new DeviceWatermarkAssigner(config, device, context, out)
}

const LAYOUT = [
  { name: 'watermark', storage: 'f64', initial: WATERMARK_MIN_MS },
  { name: 'rowtimeMax', storage: 'f64', initial: WATERMARK_MIN_MS },
] as const

class WatermarkAssigner implements Operator {
  readonly #config: WatermarkConfig
  readonly #context: OperatorContext
  readonly #out: Output
  readonly #rowtime: number
  readonly #guard: FutureGuard
  readonly #silence: Silence
  readonly #table: SlotTable
  #watermarkMs: number
  #rowtimeMaxMs: number
  /** The watermark that rows gave, where silence starts from. */
  #watermarkOfRowsMs: number

  constructor(config: WatermarkConfig, context: OperatorContext, out: Output) {
    this.#config = config
    this.#context = context
    this.#out = out
    this.#rowtime = config.rowtime
    this.#table = context.state.slots('watermark', LAYOUT)
    if (!this.#table.has(0)) this.#table.add(0)
    this.#watermarkMs = this.#read(0)
    this.#rowtimeMaxMs = this.#read(1)
    this.#watermarkOfRowsMs = this.#watermarkMs
    this.#guard = new FutureGuard(context.clock, config.futureMaxSkewMs ?? 0)
    this.#silence = new Silence(context, config, {
      idle: () => this.#out.status('idle'),
      silent: (forMs) => this.#goOn(forMs),
    })
  }

  process(row: Row, kind: RowKind): void {
    const rowtimeMs = row[this.#rowtime] as number | null
    if (rowtimeMs === null) {
      this.#context.deadLetter(nullRowtimeLetter(this.#context.id, row))
      return
    }
    if (this.#guard.refuses(rowtimeMs)) {
      this.#context.deadLetter(futureLetter(this.#context.id, row, rowtimeMs))
      return
    }
    const watermarkMs = this.#config.watermarkOf(row)
    this.#silence.rowSeen = true
    if (this.#silence.isIdle) this.#wakeUp()
    this.#out.emit(row, kind)
    if (rowtimeMs > this.#rowtimeMaxMs) this.#rowtimeMaxMs = rowtimeMs
    if (watermarkMs !== null && watermarkMs > this.#watermarkOfRowsMs) this.#rise(watermarkMs)
  }

  advance(watermarkMs: number): void {
    if (watermarkMs === WATERMARK_MAX_MS) this.#advanceTo(watermarkMs)
  }

  status(status: StreamStatus): void {
    this.#silence.status(status)
    if (status === 'idle') this.#out.status(status)
  }

  beforeSeal(): void {
    this.#write(0, this.#watermarkMs)
    this.#write(1, this.#rowtimeMaxMs)
  }

  #rise(watermarkMs: number): void {
    this.#watermarkOfRowsMs = watermarkMs
    if (watermarkMs > this.#watermarkMs) this.#advanceTo(watermarkMs)
  }

  #goOn(forMs: number): void {
    if (this.#rowtimeMaxMs === WATERMARK_MIN_MS || this.#watermarkMs === WATERMARK_MAX_MS) return
    const limitMs = this.#rowtimeMaxMs + (this.#config.silentLimitMs ?? 0)
    const watermarkMs = Math.floor(Math.min(limitMs, this.#watermarkOfRowsMs + forMs))
    if (watermarkMs > this.#watermarkMs) this.#advanceTo(watermarkMs)
  }

  #advanceTo(watermarkMs: number): void {
    this.#watermarkMs = watermarkMs
    this.#out.advance(watermarkMs)
  }

  #wakeUp(): void {
    this.#silence.isIdle = false
    this.#out.status('active')
  }

  #read(field: number): number {
    return (this.#table.columns[field] as Float64Array)[0] as number
  }

  #write(field: number, value: number): void {
    if (this.#read(field) === value) return
    ;(this.#table.columns[field] as Float64Array)[0] = value
    this.#table.touch(0)
  }
}
