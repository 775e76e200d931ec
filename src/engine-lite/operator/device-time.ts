/**
 * Event time per device (`'watermark.per' = 'device'`): a device that was offline sends its backlog without being late, and a
 * device with a fast clock closes nobody else's windows.
 *
 * How it works. The watermark assigner keeps one watermark per device in its state and announces every rise here, after it has
 * handed on the row that caused it. A window operator that groups by the device subscribes: it closes a device's windows, and
 * calls a row late, by the device's watermark alone. The ordinary watermark that travels with the rows is then the minimum over
 * the devices that are not idle; such a window ignores it, except for the end of bounded input, which closes everything.
 *
 * The planner makes one object per source and gives it to the assigner and to its windows; nothing but those two uses it. It is no
 * state: whenever the pipeline is built, the assigner (built first) starts it anew from its own tables.
 */
import { WATERMARK_MIN_MS } from '../contract/row.js'
import type { Key } from '../contract/state.js'

export type DeviceTimeListener = (device: Key, watermarkMs: number, beforeMs: number) => void

export class DeviceTime {
  readonly #watermarks = new Map<Key, number>()
  readonly #listeners: DeviceTimeListener[] = []

  /** Watermark of the device in epoch ms; the smallest there is before its first row. */
  watermarkOf(device: Key): number {
    return this.#watermarks.get(device) ?? WATERMARK_MIN_MS
  }

  /** Called by windows when they are built. */
  subscribe(listener: DeviceTimeListener): void {
    this.#listeners.push(listener)
  }

  /** Called by the assigner when it is built, with nothing told to anyone. */
  restart(recovered: Iterable<readonly [Key, number]>): void {
    this.#watermarks.clear()
    this.#listeners.length = 0
    for (const [device, watermarkMs] of recovered) this.#watermarks.set(device, watermarkMs)
  }

  /** Called by the assigner; never goes back. */
  advance(device: Key, watermarkMs: number): void {
    const beforeMs = this.watermarkOf(device)
    this.#watermarks.set(device, watermarkMs)
    for (let i = 0; i < this.#listeners.length; i++) (this.#listeners[i] as DeviceTimeListener)(device, watermarkMs, beforeMs)
  }
}
