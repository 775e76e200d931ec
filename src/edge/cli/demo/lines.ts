/** Texts and figures that both demos share. */
import { plantOf } from '../../simulator/device.js'

/** Readings per second and device. */
export const RATE = 10
export const WINDOW_MS = 5_000
export const DEVICE_COUNT = plantOf(0).length

/** `  ✔ broker     mqtt://127.0.0.1:1883` */
export function titleLines(facts: readonly (readonly [label: string, text: string])[]): string[] {
  return facts.map(([label, text]) => `  ✔ ${label.padEnd(10)} ${text}`)
}

/** `07:12:41` of the local day. */
export function clockText(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString('en-GB', { hour12: false })
}
