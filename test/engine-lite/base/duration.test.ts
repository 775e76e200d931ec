import { describe, expect, it } from 'vitest'
import { parseDurationMs, parseSizeBytes } from '../../../src/engine-lite/base/duration.js'

describe('durations', () => {
  it.each([
    ['10 s', 10_000],
    ['5min', 300_000],
    ['200ms', 200],
    ['1 d', 86_400_000],
    ['2 hours', 7_200_000],
    ['42', 42],
  ])('%s is %d ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms))

  it.each(['', 's', '-1 s', '1.5 s', '10 fortnights', '10 s 5'])('%j is none', (text) => expect(parseDurationMs(text)).toBeUndefined())
})

describe('sizes', () => {
  it.each([
    ['500MB', 524_288_000],
    ['16 k', 16_384],
    ['7', 7],
    ['1gb', 1_073_741_824],
  ])('%s is %d bytes', (text, bytes) => expect(parseSizeBytes(text)).toBe(bytes))

  it.each(['', 'MB', '1.5GB', '1 parsec'])('%j is none', (text) => expect(parseSizeBytes(text)).toBeUndefined())
})
