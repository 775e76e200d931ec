/**
 * `SET` and `RESET`: keys as in Flink 1.20's configuration pages. Some change what a plan does here; the other keys of Flink are accepted, so
 * that a script runs unchanged, and reported as having no effect; a key nobody has is an error.
 */
import { closestName } from '../../base/closest-name.js'
import { parseDurationMs } from '../../base/duration.js'
import { MillraceError, type Place } from '../../contract/errors/index.js'

interface Setting {
  readonly default: string
  /** What is wrong with the value, or undefined. */
  check(value: string): string | undefined
}

const duration = (value: string) => (parseDurationMs(value) === undefined ? "takes a duration such as '10 s'" : undefined)
const oneOf =
  (...values: string[]) =>
  (value: string) =>
    values.includes(value.toLowerCase()) ? undefined : `takes ${values.map((v) => `'${v}'`).join(' or ')}`

/** Keys with an effect. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  'table.local-time-zone': { default: 'UTC', check: timeZoneProblem },
  'table.exec.source.idle-timeout': { default: '0 ms', check: duration },
  'table.exec.state.ttl': { default: '0 ms', check: duration },
  'pipeline.name': { default: '', check: () => undefined },
  'pipeline.on-error': { default: 'dead-letter', check: oneOf('dead-letter', 'fail') },
  'execution.runtime-mode': { default: 'streaming', check: oneOf('streaming', 'batch', 'automatic') },
  'table.exec.sink.not-null-enforcer': { default: 'error', check: oneOf('error', 'drop') },
  'table.exec.sink.type-length-enforcer': { default: 'ignore', check: oneOf('ignore', 'trim_pad', 'error') },
  'table.exec.sink.nested-constraint-enforcer': { default: 'ignore', check: oneOf('ignore', 'rows', 'rows_and_collections') },
  'sql-client.execution.result-mode': { default: 'tableau', check: oneOf('tableau', 'changelog', 'table') },
}

/** First parts of the keys Flink documents: accepted without effect. */
const FLINK_PREFIXES = [
  'table.',
  'pipeline.',
  'execution.',
  'restart-strategy',
  'parallelism.',
  'state.',
  'sql-client.',
  'taskmanager.',
  'jobmanager.',
  'rest.',
  'metrics.',
  'web.',
  'security.',
  'yarn.',
  'kubernetes.',
  'high-availability',
  'env.',
  'classloader.',
  'cluster.',
  'akka.',
  'pekko.',
  'python.',
  'io.',
  'fs.',
  's3.',
  'blob.',
  'client.',
  'job.',
  'jobstore.',
  'heartbeat.',
  'historyserver.',
  'queryable-state.',
  'resourcemanager.',
  'slot.',
  'slotmanager.',
  'zookeeper.',
  'compiler.',
  'deployment.',
  '$internal.',
  '__table.',
  '__table.',
]

export class Settings {
  readonly #values = new Map<string, string>()
  /** Keys that were set and change nothing here, for a notice. */
  readonly ignored = new Set<string>()

  /** @throws MillraceError E0214 */
  set(key: string, value: string, place: Place): void {
    const setting = SETTINGS[key]
    if (setting === undefined) {
      if (!FLINK_PREFIXES.some((prefix) => key.startsWith(prefix))) {
        const close = closestName(key, Object.keys(SETTINGS))
        throw new MillraceError('E0214', `unknown setting '${key}'`, { place, ...(close && { hint: `did you mean '${close}'?` }) })
      }
      this.ignored.add(key)
    }
    const problem = setting?.check(value)
    if (problem !== undefined) throw new MillraceError('E0214', `'${key}' ${problem}, not '${value}'`, { place })
    this.#values.set(key, value)
  }

  /** The values of this moment. */
  copy(): Settings {
    const copy = new Settings()
    for (const [key, value] of this.#values) copy.#values.set(key, value)
    return copy
  }

  /** Keys with an effect whose values differ. */
  differences(other: Settings): string[] {
    return Object.keys(SETTINGS).filter((key) => this.get(key) !== other.get(key))
  }

  /** Back to the default; all keys when none is named. */
  reset(key?: string): void {
    if (key === undefined) this.#values.clear()
    else this.#values.delete(key)
  }

  get(key: string): string {
    return this.#values.get(key) ?? SETTINGS[key]?.default ?? ''
  }

  durationMs(key: string): number {
    return parseDurationMs(this.get(key)) ?? 0
  }

  /** Everything in force, for SET without a key and SHOW. */
  entries(): [string, string][] {
    return [...new Map([...Object.entries(SETTINGS).map(([key, s]) => [key, s.default] as const), ...this.#values])].sort(([a], [b]) =>
      a < b ? -1 : 1,
    ) as [string, string][]
  }
}

function timeZoneProblem(value: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return undefined
  } catch {
    return "takes a time zone such as 'UTC' or 'Europe/Berlin'"
  }
}
