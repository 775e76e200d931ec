/**
 * The watermark assigner with one watermark per device, see device-time.ts for how windows use it.
 *
 * What travels with the rows is the minimum over all devices that are not idle (`idleTimeoutMs` without a row, here per device):
 * right for whatever mixes devices further on. It is looked for again only when the device that held it moves, in a heap whose entries
 * may lag behind their device: so a backlog of the slowest one costs no walk over all of them, row by row.
 *
 * A device is remembered as long as the pipeline lives: forgetting its watermark would open windows again that were already
 * emitted. Their number is limited like that of every key; rows of further devices become dead letters.
 */
import { Heap } from '../base/heap.js'
import type { Operator, OperatorContext, Output, StreamStatus } from '../contract/operator.js'
import { type Row, type RowKind, WATERMARK_MAX_MS, WATERMARK_MIN_MS } from '../contract/row.js'
import type { Cell, Key, KeyTable, SlotTable } from '../contract/state.js'
import type { DeviceTime } from './device-time.js'
import { FutureGuard } from './future-guard.js'
import type { KeySelector } from './key-selector.js'
import { futureLetter, keyLimitLetter, nullRowtimeLetter } from './letters.js'
import type { DeviceRows, WatermarkConfig } from './watermark-config.js'

const LAYOUT = [
  { name: 'watermark', storage: 'f64', initial: WATERMARK_MIN_MS },
  { name: 'rowtimeMax', storage: 'f64', initial: WATERMARK_MIN_MS },
  { name: 'device', storage: 'value', initial: null },
] as const
/** A device and a watermark it had. */
interface Behind {
  readonly slot: number
  readonly watermarkMs: number
}

const WATERMARK = 0
const DEVICE = 2
const TICK_MS = 1_000
const GRACE_MS = 10_000

export class DeviceWatermarkAssigner implements Operator {
  readonly #config: WatermarkConfig
  readonly #context: OperatorContext
  readonly #out: Output
  readonly #selector: KeySelector
  readonly #time: DeviceTime
  readonly #keys: KeyTable
  readonly #table: SlotTable
  readonly #guard: FutureGuard
  /** Tick at which the last row of a device was noticed, by slot; a restart counts as a row. */
  readonly #lastTick: number[] = []
  #tick = 0
  #countFromTick: number
  #connected = true
  #slowest = -1
  /** Devices that are not idle, by a watermark they had. */
  readonly #behind = new Heap<Behind>((a, b) => a.watermarkMs < b.watermarkMs)
  readonly #isBehind: boolean[] = []
  /** The watermark that was handed on. */
  readonly #minimum: Cell<number>

  constructor(config: WatermarkConfig, { keys, time }: DeviceRows, context: OperatorContext, out: Output) {
    this.#config = config
    this.#context = context
    this.#out = out
    this.#selector = keys
    this.#time = time
    this.#keys = context.state.keys('devices')
    this.#table = context.state.slots('watermarks', LAYOUT)
    this.#guard = new FutureGuard(context.clock, config.futureMaxSkewMs ?? 0)
    this.#minimum = context.state.cell('minimum', WATERMARK_MIN_MS)
    this.#countFromTick = Math.ceil((config.silentGraceMs ?? GRACE_MS) / TICK_MS)
    time.restart(this.#recovered())
    for (let slot = 0; slot < this.#keys.slotLimit; slot++) if (this.#table.has(slot)) this.#follow(slot)
    this.#findSlowest()
    if ((config.idleTimeoutMs ?? 0) > 0 || (config.whenSilentMs ?? 0) > 0) this.#arm()
  }

  process(row: Row, kind: RowKind): void {
    const rowtimeMs = row[this.#config.rowtime] as number | null
    if (rowtimeMs === null) {
      this.#context.deadLetter(nullRowtimeLetter(this.#context.id, row))
      return
    }
    if (this.#guard.refuses(rowtimeMs)) {
      this.#context.deadLetter(futureLetter(this.#context.id, row, rowtimeMs))
      return
    }
    const watermarkMs = this.#config.watermarkOf(row)
    const device = this.#selector.keyOf(row)
    const slot = this.#slotOf(device, row)
    if (slot < 0) {
      this.#context.deadLetter(keyLimitLetter(this.#context.id, row, this.#context.limits.keysMax))
      return
    }
    this.#lastTick[slot] = this.#tick
    if (this.#isBehind[slot] !== true) this.#follow(slot)
    this.#out.emit(row, kind)
    const [watermarks, rowtimes] = this.#table.columns as [Float64Array, Float64Array]
    if (rowtimeMs > (rowtimes[slot] as number)) {
      rowtimes[slot] = rowtimeMs
      this.#table.touch(slot)
    }
    if (watermarkMs !== null && watermarkMs > (watermarks[slot] as number)) this.#rise(slot, device, watermarkMs)
  }

  advance(watermarkMs: number): void {
    if (watermarkMs === WATERMARK_MAX_MS) this.#out.advance(watermarkMs)
  }

  status(status: StreamStatus): void {
    const connected = status !== 'disconnected'
    if (connected && !this.#connected) {
      this.#countFromTick = this.#tick + Math.ceil((this.#config.silentGraceMs ?? GRACE_MS) / TICK_MS)
    }
    this.#connected = connected
    if (status === 'idle') this.#out.status(status)
  }

  #slotOf(device: Key, row: Row): number {
    const known = this.#keys.find(device)
    if (known >= 0) return known
    const slot = this.#keys.slotOf(device, this.#selector.valuesOf(row))
    if (slot < 0) return slot
    this.#table.add(slot)
    ;(this.#table.columns[DEVICE] as unknown[])[slot] = device
    this.#table.touch(slot)
    return slot
  }

  #rise(slot: number, device: Key, watermarkMs: number): void {
    ;(this.#table.columns[WATERMARK] as Float64Array)[slot] = watermarkMs
    this.#table.touch(slot)
    this.#time.advance(device, watermarkMs)
    if (slot === this.#slowest || this.#slowest < 0) this.#advanceMinimum()
  }

  #advanceMinimum(): void {
    const minimumMs = this.#findSlowest()
    if (minimumMs <= this.#minimum.get()) return
    this.#minimum.set(minimumMs)
    this.#out.advance(minimumMs)
  }

  #follow(slot: number): void {
    this.#isBehind[slot] = true
    this.#behind.push({ slot, watermarkMs: (this.#table.columns[WATERMARK] as Float64Array)[slot] as number })
  }

  /** The smallest watermark of the devices that are not idle; what it was where all are. */
  #findSlowest(): number {
    const watermarks = this.#table.columns[WATERMARK] as Float64Array
    for (let top = this.#behind.peek(); top !== undefined; top = this.#behind.peek()) {
      const { slot } = top
      const watermarkMs = watermarks[slot] as number
      if (!this.#isIdle(slot) && top.watermarkMs === watermarkMs) {
        this.#slowest = slot
        return watermarkMs
      }
      this.#behind.pop()
      if (this.#isIdle(slot)) this.#isBehind[slot] = false
      else this.#behind.push({ slot, watermarkMs })
    }
    this.#slowest = -1
    return this.#minimum.get()
  }

  #isIdle(slot: number): boolean {
    const idleTicks = (this.#config.idleTimeoutMs ?? 0) / TICK_MS
    return idleTicks > 0 && this.#tick - this.#lastTickOf(slot) >= idleTicks
  }

  #lastTickOf(slot: number): number {
    return this.#lastTick[slot] ?? 0
  }

  *#recovered(): Generator<readonly [Key, number]> {
    const [watermarks, , devices] = this.#table.columns as [Float64Array, Float64Array, Key[]]
    for (let slot = 0; slot < this.#keys.slotLimit; slot++) {
      if (this.#table.has(slot)) yield [devices[slot] as Key, watermarks[slot] as number]
    }
  }

  #arm(): void {
    this.#context.wake(TICK_MS, () => {
      // A tick that comes late counts once: while the process stands still nobody is silent.
      this.#tick++
      if ((this.#config.whenSilentMs ?? 0) > 0 && this.#connected) this.#goOn()
      if ((this.#config.idleTimeoutMs ?? 0) > 0) this.#advanceMinimum()
      this.#arm()
    })
  }

  /** The watermark of a device that fell silent goes on until its last window is closed. */
  #goOn(): void {
    const silentTicks = (this.#config.whenSilentMs ?? 0) / TICK_MS
    const limitMs = this.#config.silentLimitMs ?? 0
    for (let slot = 0; slot < this.#keys.slotLimit; slot++) {
      if (!this.#table.has(slot)) continue
      const forTicks = this.#tick - Math.max(this.#lastTickOf(slot), this.#countFromTick)
      if (forTicks < silentTicks) continue
      const [watermarks, rowtimes, devices] = this.#table.columns as [Float64Array, Float64Array, Key[]]
      const watermarkMs = watermarks[slot] as number
      if (watermarkMs === WATERMARK_MIN_MS) continue
      const targetMs = Math.min((rowtimes[slot] as number) + limitMs, watermarkMs + TICK_MS)
      if (targetMs > watermarkMs) this.#rise(slot, devices[slot] as Key, targetMs)
    }
  }
}
