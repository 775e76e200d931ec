/**
 * One timeline, every way an operator can meet a restart: straight, restored after every step, after every second one, from a snapshot,
 * in slices of one key with a restart between two slices. All must say the same; a way that differs is a bug in state, not in logic.
 */
import type { OperatorFactory, StreamStatus } from '../contract/operator.js'
import type { Row, RowKind } from '../contract/row.js'
import { type HarnessOptions, OperatorHarness } from './operator-harness.js'

/** A row, optionally with its kind; a watermark; time that passes; a status. */
export type Step =
  | { readonly row: Row; readonly kind?: RowKind }
  | { readonly watermark: number }
  | { readonly passMs: number }
  | { readonly status: StreamStatus }

export interface TimelineOptions extends HarnessOptions {
  /** Ways to play; default all. Restarts forget alarms: operators that count monotonic time are played straight. */
  readonly ways?: readonly Way[]
  /** Assert that nothing is held at the end. */
  readonly empty?: boolean
}

export const WAYS = ['straight', 'every step', 'every second step', 'snapshot', 'slices'] as const
export type Way = (typeof WAYS)[number]

/**
 * What the operator said, line by line.
 *
 * @param create builds a fresh operator factory; called once per way
 * @throws Error where two ways differ, or something is still held and should not be
 * @example
 * expect(playTimeline(() => windowAggregate(config), [{ row: ['d1', 3] }, { watermark: 10 }])).toEqual([…])
 */
export function playTimeline(create: () => OperatorFactory, steps: readonly Step[], options: TimelineOptions = {}): string[] {
  const ways = options.ways ?? WAYS
  let first: string[] | undefined
  for (const way of ways) {
    const lines = play(create(), steps, way, options)
    if (first === undefined) first = lines
    else if (sorted(lines) !== sorted(first)) {
      throw new Error(`played '${way}' the operator said something else:\n${lines.join('\n')}\n— instead of —\n${first.join('\n')}`)
    }
  }
  return first ?? []
}

function play(create: OperatorFactory, steps: readonly Step[], way: Way, options: TimelineOptions): string[] {
  const slices = way === 'slices' ? { emitKeysMax: 1, restoreBetweenSlices: true } : {}
  const { clock: _own, ...rest } = options
  const harness = new OperatorHarness(create, { ...rest, fromSnapshot: way === 'snapshot', ...slices })
  steps.forEach((step, index) => {
    apply(harness, step)
    if (way !== 'straight' && (way !== 'every second step' || index % 2 === 1)) harness.restore()
  })
  if (options.empty === true && harness.held > 0) throw new Error(`played '${way}' the operator still holds ${harness.held} entries`)
  return harness.take()
}

function apply(harness: OperatorHarness, step: Step): void {
  if ('row' in step) harness.row(step.row, step.kind)
  else if ('watermark' in step) harness.watermark(step.watermark)
  else if ('passMs' in step) harness.pass(step.passMs)
  else harness.status(step.status)
}

/** Rows between two watermarks come in any order of keys; watermarks keep their place. */
function sorted(lines: readonly string[]): string {
  const result: string[] = []
  let group: string[] = []
  for (const line of lines) {
    if (!line.startsWith('watermark')) {
      group.push(line)
      continue
    }
    result.push(...group.sort(), line)
    group = []
  }
  return [...result, ...group.sort()].join('\n')
}
