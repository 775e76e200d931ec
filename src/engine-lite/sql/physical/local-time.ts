/** Windows over TIMESTAMP_LTZ are aligned to the local time of the script's zone. Source: Flink's TimeWindowUtil. */
import type { LocalTime } from '../../window/window-config.js'
import { instantOfLocal, localOfInstant, timeZone } from '../values/time-zone.js'

const HOUR_MS = 3_600_000

/** undefined for UTC, where local time is time. @throws MillraceError C0011 for an unknown zone */
export function localTime(zoneId: string): LocalTime | undefined {
  if (zoneId === 'UTC') return undefined
  const zone = timeZone(zoneId)
  return {
    localOf: (epochMs) => localOfInstant(epochMs, zone),
    epochOf: (localMs) => instantOfLocal(localMs, zone),
    timerOf: (localMs) => timerOf(localMs),
  }

  /** A wall clock that exists twice has passed at its second instant; one in a gap passes where the gap does (toEpochMillsForTimer). */
  function timerOf(localMs: number): number {
    const first = instantOfLocal(localMs, zone)
    const hourLater = instantOfLocal(localMs + HOUR_MS, zone)
    if (hourLater - first > HOUR_MS) return hourLater - HOUR_MS
    return hourLater === first ? first - (first % HOUR_MS) : first
  }
}
