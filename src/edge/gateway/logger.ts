/** The log of a process: JSON lines on stderr for machines, short lines for a terminal. Never stdout, which is for data. */
import { pino } from 'pino'
import type { Logger } from '../../engine-lite/contract/metric.js'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const LEVEL_NAMES: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }

export function createLogger(level: LogLevel, stream: NodeJS.WriteStream = process.stderr): Logger {
  const destination = stream.isTTY
    ? { write: (line: string) => void stream.write(prettyLine(line)) }
    : { write: (line: string) => void stream.write(line) }
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  )
}

/** `07:12:41 warn  disk full  code=S0105` */
export function prettyLine(line: string): string {
  const { time, level, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>
  const name = typeof level === 'number' ? (LEVEL_NAMES[level] ?? String(level)) : String(level)
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
  const problem = err === undefined ? [] : [String((err as { message?: string }).message ?? err)]
  return `${[String(time).slice(11, 19), name.padEnd(5), String(msg ?? ''), ...problem, ...rest].join('  ')}\n`
}
