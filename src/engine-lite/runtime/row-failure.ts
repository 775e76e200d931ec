/** What becomes of an exception: a dead letter where one row is to blame, else the end of the pipeline's run. */
import { MillraceError } from '../contract/errors/index.js'
import type { DeadLetterReason } from '../contract/operator.js'

/** The pipeline cannot go on. Links let it pass, so that it ends no row but the turn of the loop. */
export class PipelineFailure extends Error {
  override readonly name = 'PipelineFailure'
  readonly error: Error

  constructor(error: Error) {
    super(error.message, { cause: error })
    this.error = error
  }
}

const REASONS: Readonly<Record<string, DeadLetterReason>> = {
  R0102: 'decode',
  R0103: 'null-rowtime',
  R0105: 'future',
  R0106: 'key-limit',
  R0107: 'not-null',
}

export function reasonOf(error: unknown): DeadLetterReason {
  return error instanceof MillraceError ? (REASONS[error.code] ?? 'expression') : 'expression'
}

/** Not the row's fault: a broken assumption, or the disk. Going on would spread it. */
export function isFatal(error: unknown): boolean {
  if (error instanceof PipelineFailure) return true
  return error instanceof MillraceError && (error.code === 'R0001' || error.code.startsWith('S'))
}

/** Reasons that `pipeline.on-error = fail` does not let pass, as Flink would not. Late rows are dropped there, too. */
export const FAILING_REASONS: ReadonlySet<DeadLetterReason> = new Set([
  'decode',
  'expression',
  'null-rowtime',
  'not-null',
  'key-limit',
  'too-large',
])

export function asError(thrown: unknown): Error {
  if (thrown instanceof PipelineFailure) return thrown.error
  return thrown instanceof Error ? thrown : new MillraceError('R0001', `something that is no error was thrown: ${String(thrown)}`)
}
