import type { Clock } from '../../../src/engine-lite/contract/clock.js'
import type { Logger } from '../../../src/engine-lite/contract/metric.js'

/** The machine's clock, for tests that talk to real sockets. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
  soon(run) {
    setImmediate(run)
  },
  synchronised: true,
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: object
}

/** Keeps what is logged; debug lines only when asked for, since libraries talk a lot. */
export function recordingLog(lines: LogLine[] = [], debug = false): Logger {
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    if (level !== 'debug' || debug) lines.push({ level, message, fields })
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
