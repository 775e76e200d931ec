/** Simulated devices: kinds with their own payloads, a daily cycle in compressed time, and noise. Everything comes from the seed. */
import { seededRandom } from '../../engine-lite/base/prng.js'
import type { Random } from '../../engine-lite/contract/clock.js'

export type DeviceKind = 'pump' | 'meter' | 'climate'

export interface Reading {
  /** Counts a device's readings from 1: with the device, the identity of a reading. */
  readonly seq: number
  /** Epoch ms of the measurement. */
  readonly tsMs: number
  readonly values: Readonly<Record<string, number>>
}

/** One simulated day passes in this time. */
export const DAY_MS = 60_000

export class Device {
  readonly name: string
  readonly kind: DeviceKind
  readonly line: string
  readonly random: Random
  readonly #bias: number
  #seq = 0

  constructor(kind: DeviceKind, number: number, line: string, seed: number) {
    this.name = `${kind}-${number}`
    this.kind = kind
    this.line = line
    this.random = seededRandom(seed)
    this.#bias = this.random() - 0.5
  }

  get topic(): string {
    return `plant/${this.line}/${this.name}/telemetry`
  }

  measure(tsMs: number): Reading {
    return { seq: ++this.#seq, tsMs, values: this.#values(tsMs) }
  }

  #values(tsMs: number): Record<string, number> {
    // Coldest and quietest at the start of the day, −1 … 1.
    const day = -Math.cos((2 * Math.PI * (tsMs % DAY_MS)) / DAY_MS)
    const noise = (size: number): number => size * gaussian(this.random)
    switch (this.kind) {
      case 'pump':
        return { temp: round(58 + 9 * day + 4 * this.#bias + noise(0.6), 2), vib: round(Math.abs(2.6 + 0.5 * day + noise(0.25)), 3) }
      case 'meter':
        return { power: round(Math.max(0, 4_200 + 2_800 * day + 500 * this.#bias + noise(120)), 1) }
      case 'climate':
        return { temp: round(21 + 4 * day + 2 * this.#bias + noise(0.2), 2), humidity: round(48 - 12 * day + noise(1.5), 1) }
    }
  }
}

/** Two devices of each kind on two lines. */
export function plantOf(seed: number): Device[] {
  const kinds: DeviceKind[] = ['pump', 'meter', 'climate']
  return kinds.flatMap((kind, k) => ['A', 'B'].map((line, l) => new Device(kind, k * 2 + l + 1, line, seed * 1_000 + k * 2 + l)))
}

/** Normal with deviation 1, by the sum of twelve uniforms: close enough, and never infinite. */
export function gaussian(random: Random): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += random()
  return sum
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
