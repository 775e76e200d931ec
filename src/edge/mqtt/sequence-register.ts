/**
 * Repeats by the device's own sequence numbers: within a horizon behind the highest number seen of a device, a number counts once,
 * across sessions, reconnects and restarts of the gateway. A repeat has the same payload; the same number with another one is a device that
 * began anew, and so is a number from before the horizon: its readings must not be swallowed. Numbers that were skipped are counted.
 *
 * Two windows per device: what was *taken* decides what is a repeat, what was *applied* is state; see the redelivery register for why.
 *
 * Section: u8 71, then groups of { u8 1, value device, value highest, varint n, n × { varint highest − number, f64 hash } }, then u8 0.
 */
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { ByteReader, ByteWriter, StateTable } from '../../engine-lite/contract/state.js'

const SECTION = 71
const WINDOW_BYTES = 300
/** Bytes of heap per remembered number, roughly. */
const NUMBER_BYTES = 40

type Device = string | number | bigint | boolean

/** Numbers seen with the hash of their payload, all within the horizon behind the highest. */
class SequenceWindow {
  highest = Number.NEGATIVE_INFINITY
  readonly seen = new Map<number, number>()

  /** How many numbers were skipped. */
  add(number: number, hash: number, horizon: number): number {
    const known = this.seen.get(number)
    if (number <= this.highest - horizon || (known !== undefined && known !== hash)) {
      this.seen.clear()
      this.highest = number
      this.seen.set(number, hash)
      return 0
    }
    this.seen.set(number, hash)
    if (number <= this.highest) return 0
    const skipped = this.highest === Number.NEGATIVE_INFINITY ? 0 : number - this.highest - 1
    this.highest = number
    if (this.seen.size > horizon || skipped > 0) {
      for (const old of this.seen.keys()) if (old <= number - horizon) this.seen.delete(old)
    }
    return skipped
  }
}

interface DeviceWindows {
  readonly device: Device
  readonly slot: number
  readonly taken: SequenceWindow
  readonly applied: SequenceWindow
}

export interface SequenceEntry {
  readonly windows: DeviceWindows
  readonly number: number
  readonly hash: number
}

export class SequenceRegister implements StateTable {
  readonly #horizon: number
  readonly #bytesMax: number
  readonly #devices = new Map<Device, DeviceWindows>()
  readonly #slots: (DeviceWindows | undefined)[] = []
  readonly #freeSlots: number[] = []
  readonly #touched = new Set<DeviceWindows>()
  /** Numbers that never came, as far as is known. */
  gaps = 0
  evicted = 0

  constructor(horizon: number, bytesMax: number) {
    this.#horizon = horizon
    this.#bytesMax = bytesMax
  }

  /** Undefined for a repeat; else hand the entry to {@link applied} once its row went through the operators. */
  take(device: Device, number: number, hash: number): SequenceEntry | undefined {
    const windows = this.#windows(device)
    if (windows.taken.seen.get(number) === hash) return undefined
    this.gaps += windows.taken.add(number, hash, this.#horizon)
    return { windows, number, hash }
  }

  applied(entry: SequenceEntry): void {
    entry.windows.applied.add(entry.number, entry.hash, this.#horizon)
    this.#touched.add(entry.windows)
  }

  #windows(device: Device): DeviceWindows {
    let windows = this.#devices.get(device)
    if (windows === undefined) {
      while (this.bytes > this.#bytesMax && this.#devices.size > 0) this.#evict()
      const slot = this.#freeSlots.pop() ?? this.#slots.length
      windows = { device, slot, taken: new SequenceWindow(), applied: new SequenceWindow() }
      this.#slots[slot] = windows
    } else this.#devices.delete(device)
    this.#devices.set(device, windows)
    return windows
  }

  #evict(): void {
    for (const windows of this.#devices.values()) {
      this.#devices.delete(windows.device)
      this.#slots[windows.slot] = undefined
      this.#freeSlots.push(windows.slot)
      this.evicted++
      return
    }
  }

  /** Windows are counted full: an upper bound that costs no walk. */
  get bytes(): number {
    return this.#devices.size * (WINDOW_BYTES + 2 * Math.min(this.#horizon, 64) * NUMBER_BYTES)
  }

  seal(out: ByteWriter): boolean {
    if (this.#touched.size === 0) return false
    out.u8(SECTION)
    for (const windows of this.#touched) write(out, windows)
    out.u8(0)
    this.#touched.clear()
    return true
  }

  snapshot(out: ByteWriter, cursor: number, bytesMax: number): number {
    out.u8(SECTION)
    const from = out.length
    let slot = cursor
    for (; slot < this.#slots.length && out.length - from < bytesMax; slot++) {
      const windows = this.#slots[slot]
      if (windows !== undefined && windows.applied.seen.size > 0) write(out, windows)
    }
    out.u8(0)
    return slot < this.#slots.length ? slot : -1
  }

  /** @throws MillraceError R0201 when the section is of another table */
  load(section: ByteReader): void {
    if (section.u8() !== SECTION) throw new MillraceError('R0201', 'saved state is no sequence register')
    while (section.u8() === 1) {
      const windows = this.#windows(section.value() as Device)
      const highest = section.value() as number
      const { taken, applied } = windows
      taken.seen.clear()
      applied.seen.clear()
      taken.highest = highest
      applied.highest = highest
      for (let left = section.varint(); left > 0; left--) {
        const number = highest - section.varint()
        const hash = section.f64()
        taken.seen.set(number, hash)
        applied.seen.set(number, hash)
      }
    }
  }
}

function write(out: ByteWriter, windows: DeviceWindows): void {
  const { highest, seen } = windows.applied
  out.u8(1)
  out.value(windows.device)
  out.value(highest)
  out.varint(seen.size)
  for (const [number, hash] of seen) {
    out.varint(highest - number)
    out.f64(hash)
  }
}
