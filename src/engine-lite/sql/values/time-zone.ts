/**
 * Offsets of time zones by instant, from the runtime's own zone data (Intl). Offsets are cached per zone and hour, since a formatter costs
 * microseconds. Rules of local times that do not exist or exist twice follow java.time.
 */
import { MillraceError } from '../../contract/errors/index.js'
import { DAY_MS, dayOfCivil, HOUR_MS, MINUTE_MS } from './calendar.js'

export interface TimeZone {
  readonly id: string
  /** Local wall clock minus UTC at an instant, in ms. */
  offsetAt(epochMs: number): number
}

const OFFSET_TEXT = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/
const UTC: TimeZone = { id: 'UTC', offsetAt: () => 0 }
const zones = new Map<string, TimeZone>()
/** Zone names come from SQL text and rows; the cache holds no more than this. */
const ZONES_MAX = 500

/** The zone of an IANA name, `UTC`, or an offset as `+02:00`, `GMT+8`. Throws C0011 for a name nobody knows. */
export function timeZone(id: string): TimeZone {
  const zone = findTimeZone(id)
  if (zone === undefined)
    throw new MillraceError('C0011', `unknown time zone '${id}'`, { hint: "use a name like 'Europe/Berlin' or an offset like '+02:00'" })
  return zone
}

/** As {@link timeZone}, undefined for an unknown name. */
export function findTimeZone(id: string): TimeZone | undefined {
  const known = zones.get(id)
  if (known !== undefined) return known
  const zone = createZone(id)
  if (zone !== undefined && zones.size < ZONES_MAX) zones.set(id, zone)
  return zone
}

function createZone(id: string): TimeZone | undefined {
  if (id === 'UTC' || id === 'Z' || id === 'GMT' || id === 'UT' || id === 'Etc/UTC') return { ...UTC, id }
  const match = OFFSET_TEXT.exec(id)
  if (match !== null) {
    const [, sign, hours, minutes = '0', seconds = '0'] = match
    const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000
    const offset = sign === '-' ? -size : size
    return { id, offsetAt: () => offset }
  }
  try {
    return new IntlZone(id)
  } catch {
    return undefined
  }
}

class IntlZone implements TimeZone {
  private readonly format: Intl.DateTimeFormat
  private readonly offsets = new Map<number, number>()

  constructor(readonly id: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: id,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  offsetAt(epochMs: number): number {
    // Zones change their offset on a quarter of an hour at the finest.
    const slot = Math.floor(epochMs / 900_000)
    let offset = this.offsets.get(slot)
    if (offset === undefined) {
      offset = this.compute(slot * 900_000)
      if (this.offsets.size >= 10_000) this.offsets.clear()
      this.offsets.set(slot, offset)
    }
    return offset
  }

  private compute(epochMs: number): number {
    if (Math.abs(epochMs) > 8.64e15) return 0
    const fields: Record<string, string> = {}
    for (const part of this.format.formatToParts(epochMs)) fields[part.type] = part.value
    const yearOfEra = Number(fields.year)
    const year = fields.era?.startsWith('B') ? 1 - yearOfEra : yearOfEra
    const time = Number(fields.hour) * HOUR_MS + Number(fields.minute) * MINUTE_MS + Number(fields.second) * 1000
    return dayOfCivil(year, Number(fields.month), Number(fields.day)) * DAY_MS + time - Math.floor(epochMs / 1000) * 1000
  }
}

/** Local wall clock (as ms if it were UTC) of an instant. */
export function localOfInstant(epochMs: number, zone: TimeZone): number {
  return epochMs + zone.offsetAt(epochMs)
}

/**
 * Instant of a local wall clock. A time in the gap moves on by the length of the gap; a time that exists twice takes the earlier
 * instant (java.time's `ZonedDateTime.of`).
 */
export function instantOfLocal(localMs: number, zone: TimeZone): number {
  const before = zone.offsetAt(localMs - DAY_MS)
  const after = zone.offsetAt(localMs + DAY_MS)
  if (before === after && zone.offsetAt(localMs - before) === before) return localMs - before
  const early = localMs - before
  if (zone.offsetAt(early) === before) return early
  const late = localMs - after
  if (zone.offsetAt(late) === after) return late
  return early
}
