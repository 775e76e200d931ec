/**
 * Windows by device time: a device's windows close when its own watermark passes their end, whatever the others do. See
 * operator/device-time.ts for where those watermarks come from.
 *
 * A device may stand behind several keys (GROUP BY device, sensor). Which keys are a device's is state (`devices`, the device by
 * key slot); the index from a device to its keys, and the time its next window is over, are computed again from it.
 */
import type { OperatorContext, Output } from '../contract/operator.js'
import { INSERT, type Row } from '../contract/row.js'
import type { Key, SlotTable } from '../contract/state.js'
import type { DeviceTime } from '../operator/device-time.js'
import type { KeySelector } from '../operator/key-selector.js'
import type { DeviceRows } from '../operator/watermark-config.js'
import type { WindowState } from './window-state.js'

interface OpenDevice {
  readonly slots: Set<number>
  /** Watermark at which its next window is over. */
  nextFireMs: number
}

export class DeviceWindows {
  readonly #selector: KeySelector
  readonly #time: DeviceTime
  readonly #state: WindowState
  readonly #out: Output
  readonly #deviceOf: SlotTable
  readonly #open = new Map<Key, OpenDevice>()

  constructor({ keys, time }: DeviceRows, state: WindowState, context: OperatorContext, out: Output) {
    this.#selector = keys
    this.#time = time
    this.#state = state
    this.#out = out
    this.#deviceOf = context.state.slots('devices', [{ name: 'device', storage: 'value', initial: null }])
    for (let slot = 0; slot < state.keys.slotLimit; slot++) if (this.#deviceOf.has(slot)) this.#index(slot)
    state.onFree = (slot) => this.#forget(slot)
    time.subscribe((device, watermarkMs, beforeMs) => this.#advance(device, watermarkMs, beforeMs))
  }

  /** Every window that holds the pane is over for the row's device. */
  isLate(row: Row, paneStartMs: number): boolean {
    return this.#state.isLate(paneStartMs, this.#time.watermarkOf(this.#selector.keyOf(row)))
  }

  /** The window was over for the key's device before now. */
  isFired(slot: number, endMs: number): boolean {
    return this.#state.fireAt(endMs) <= this.#time.watermarkOf(this.#deviceAt(slot))
  }

  /** The key got its first row in a pane. */
  added(slot: number, row: Row, paneStartMs: number): void {
    const device = this.#selector.keyOf(row)
    if (!this.#deviceOf.has(slot)) {
      this.#deviceOf.add(slot)
      ;(this.#deviceOf.columns[0] as unknown[])[slot] = device
      this.#deviceOf.touch(slot)
    }
    const open = this.#entry(device)
    open.slots.add(slot)
    this.#expect(open, device, paneStartMs)
  }

  #advance(device: Key, watermarkMs: number, beforeMs: number): void {
    const open = this.#open.get(device)
    if (open === undefined || watermarkMs < open.nextFireMs) return
    let endMs = this.#firstEnd(open, beforeMs)
    while (endMs !== undefined && this.#state.fireAt(endMs) <= watermarkMs) {
      for (const slot of [...open.slots].sort((a, b) => a - b)) this.#emit(endMs, slot)
      endMs = this.#state.endAfter(endMs, watermarkMs)
    }
    this.#dropEmptyPanes()
    this.#state.sweep()
    open.nextFireMs = Number.POSITIVE_INFINITY
    for (const slot of open.slots) this.#expectAll(open, device, slot)
  }

  #emit(endMs: number, slot: number): void {
    if (!this.#state.isHeldIn(endMs, slot)) return
    const row = this.#state.result(endMs, slot)
    if (row !== null) this.#out.emit(row, INSERT)
    this.#state.remove(endMs, slot)
    this.#state.emitted(endMs, slot)
  }

  #firstEnd(open: OpenDevice, beforeMs: number): number | undefined {
    let firstMs: number | undefined
    for (const pane of this.#state.table.panes) {
      const endMs = this.#state.nextEnd(pane.startMs, beforeMs)
      if (endMs === undefined || (firstMs !== undefined && endMs >= firstMs)) continue
      for (const slot of open.slots) {
        if (pane.has(slot)) firstMs = endMs
      }
    }
    return firstMs
  }

  #dropEmptyPanes(): void {
    const { table } = this.#state
    for (const { startMs, count } of [...table.panes]) if (count === 0) this.#state.drop(startMs)
  }

  #forget(slot: number): void {
    if (!this.#deviceOf.has(slot)) return
    const device = this.#deviceAt(slot)
    this.#deviceOf.remove(slot)
    const open = this.#open.get(device)
    open?.slots.delete(slot)
    if (open?.slots.size === 0) this.#open.delete(device)
  }

  #index(slot: number): void {
    const device = this.#deviceAt(slot)
    const open = this.#entry(device)
    open.slots.add(slot)
    this.#expectAll(open, device, slot)
  }

  #expectAll(open: OpenDevice, device: Key, slot: number): void {
    for (const pane of this.#state.table.panes) if (pane.has(slot)) this.#expect(open, device, pane.startMs)
  }

  #expect(open: OpenDevice, device: Key, paneStartMs: number): void {
    const endMs = this.#state.nextEnd(paneStartMs, this.#time.watermarkOf(device))
    if (endMs !== undefined) open.nextFireMs = Math.min(open.nextFireMs, this.#state.fireAt(endMs))
  }

  #entry(device: Key): OpenDevice {
    let open = this.#open.get(device)
    if (open === undefined) {
      open = { slots: new Set(), nextFireMs: Number.POSITIVE_INFINITY }
      this.#open.set(device, open)
    }
    return open
  }

  #deviceAt(slot: number): Key {
    return (this.#deviceOf.columns[0] as Key[])[slot] as Key
  }
}
