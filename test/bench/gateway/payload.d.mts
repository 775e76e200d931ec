/** Types of payload.mjs, for the benches in TypeScript. */
export interface Reading {
  readonly deviceId: string
  readonly ts: number
  readonly temperature: number
}
export const PAYLOAD_P: string
export const START_MS: number
export function reading(n: number, round: number): Reading
export function payloadText(reading: Reading): string
export function measureJ(): number
export function median(values: readonly number[]): number
