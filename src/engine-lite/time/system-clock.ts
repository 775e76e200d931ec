/**
 * The real clock: the only file that reads the time of the machine or sets its timers. Everything else takes a `Clock`, so that
 * tests and the simulator own time.
 */
import type { Cancel, Clock, Random } from '../contract/clock.js'

export interface SystemClockOptions {
  /** Asked on every use of the wall clock for decisions: a gateway without a battery-backed clock starts unsynchronised. Default: believed. */
  readonly synchronised?: () => boolean
}

export function systemClock(options: SystemClockOptions = {}): Clock {
  const synchronised = options.synchronised ?? (() => true)
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    schedule(delayMs: number, run: () => void): Cancel {
      const handle = setTimeout(run, Math.min(Math.max(0, Math.ceil(delayMs)), DELAY_MS_MAX))
      return () => clearTimeout(handle)
    },
    soon(run: () => void): void {
      setImmediate(run)
    },
    get synchronised() {
      return synchronised()
    },
  }
}

/** Node fires a timer beyond 2³¹ − 1 ms at once; whoever waits longer asks again. */
const DELAY_MS_MAX = 2_147_483_647

/** Chance of the machine: jitter and ids that need not repeat. */
export const systemRandom: Random = () => Math.random()
