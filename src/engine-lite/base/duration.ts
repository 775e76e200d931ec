/** Durations and sizes as people write them in options and configuration. */

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  s: 1_000,
  sec: 1_000,
  secs: 1_000,
  second: 1_000,
  seconds: 1_000,
  ms: 1,
  milli: 1,
  millis: 1,
  millisecond: 1,
  milliseconds: 1,
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1_024,
  kb: 1_024,
  m: 1_048_576,
  mb: 1_048_576,
  g: 1_073_741_824,
  gb: 1_073_741_824,
}

/**
 * Milliseconds of a duration such as `10 s`, `5min`, `200ms`; a bare number is milliseconds. Undefined when it is none.
 * Labels: Flink's TimeUtils, without those below a millisecond.
 *
 * @example
 * parseDurationMs('1 d') // 86_400_000
 */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d{1,15})\s*([a-z]*)$/i.exec(text.trim())
  if (match === null) return undefined
  const unit = match[2] === '' ? 1 : UNIT_MS[match[2]!.toLowerCase()]
  return unit === undefined ? undefined : Number(match[1]) * unit
}

/**
 * Bytes of a size such as `500MB`, `16 k`; units are powers of 1,024 as in Flink's MemorySize. Undefined when it is none.
 *
 * @example
 * parseSizeBytes('500MB') // 524_288_000
 */
export function parseSizeBytes(text: string): number | undefined {
  const match = /^(\d{1,12})\s*([a-z]*)$/i.exec(text.trim())
  if (match === null) return undefined
  const unit = UNIT_BYTES[match[2]!.toLowerCase()]
  return unit === undefined ? undefined : Number(match[1]) * unit
}
