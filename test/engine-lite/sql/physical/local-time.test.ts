import { describe, expect, it } from 'vitest'
import { localTime } from '../../../../src/engine-lite/sql/physical/local-time.js'

const berlin = localTime('Europe/Berlin')!
const at = (text: string) => Date.parse(`${text}Z`)

describe('local time of windows', () => {
  it('needs no shift for UTC', () => {
    expect(localTime('UTC')).toBeUndefined()
  })

  it('is the wall clock of the zone, and back', () => {
    expect(berlin.localOf(at('2024-01-01T00:00:00'))).toBe(at('2024-01-01T01:00:00'))
    expect(berlin.epochOf(at('2024-01-01T01:00:00'))).toBe(at('2024-01-01T00:00:00'))
  })

  // In spring 02:00–03:00 does not exist; in autumn it comes twice.
  it.each([
    ['an ordinary hour', '2024-06-01T12:00:00', '2024-06-01T10:00:00'],
    ['a wall clock in the gap passes where the gap does', '2024-03-31T02:30:00', '2024-03-31T01:00:00'],
    ['the end of the gap', '2024-03-31T03:00:00', '2024-03-31T01:00:00'],
    ['a wall clock that comes twice passes at its second time', '2024-10-27T02:30:00', '2024-10-27T01:30:00'],
    ['before the overlap', '2024-10-27T01:59:59', '2024-10-26T23:59:59'],
  ])('%s', (_, local, instant) => {
    expect(new Date(berlin.timerOf(at(local))).toISOString().slice(0, 19)).toBe(instant)
  })
})
