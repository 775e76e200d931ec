/**
 * After the database was lost or fell back a generation, state is poorer than what was already sent. A window that was sent from richer state
 * must not be sent again from what is left: readers take the newest version. So results at or below the mark of what went out are held
 * back, counted and said. Results without a time of their own (unbounded groups) cannot be told apart and go out.
 */
import type { Counter, Logger, MetricGroup } from '../contract/metric.js'
import type { OutboxPut } from '../contract/sink.js'
import type { EmittedMark } from '../contract/storage.js'

export class EmittedGuard {
  readonly #marks = new Map<string, number>()
  readonly #heldBack: Counter
  readonly #log: Logger

  constructor(metrics: MetricGroup, log: Logger) {
    this.#heldBack = metrics.counter('results_held_back_total', 'Results of windows that were sent before state was lost; not sent again.')
    this.#log = log
  }

  /** Storage recovered with less than was sent. Marks stay until the process ends. */
  learn(marks: readonly EmittedMark[]): void {
    for (const { destination, query, eventTimeMs } of marks) {
      this.#marks.set(nameOf(destination, query), eventTimeMs)
      this.#log.warn(
        { destination, query, untilMs: eventTimeMs },
        'results up to this time were sent before state was lost, and are not sent again',
      )
    }
  }

  /** Whether the result went out before, from richer state. Counts it. */
  holdsBack({ destination, query, eventTimeMs }: OutboxPut): boolean {
    if (this.#marks.size === 0 || eventTimeMs === null) return false
    const untilMs = this.#marks.get(nameOf(destination, query))
    if (untilMs === undefined || eventTimeMs > untilMs) return false
    this.#heldBack.add(1)
    return true
  }
}

function nameOf(destination: string, query: string): string {
  return `${destination.length}:${destination}${query}`
}
