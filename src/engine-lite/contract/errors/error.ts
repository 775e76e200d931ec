/**
 * The one error class of the project. A code from the closed catalogue says *what*, the place says *where*, the hint says
 * *what to do next*. Messages follow PostgreSQL's form: a short lower-case primary, then detail, then hint.
 */
import { CATALOGUE, type ErrorCode } from './catalogue.js'

/** A range in a source text. Lines and columns count from 1, in UTF-16 code units; `endColumn` is exclusive. */
export interface Span {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** Where an error lies: a file, its text when it is at hand (for the excerpt), and the span in it. */
export interface Place {
  readonly file?: string
  readonly text?: string
  readonly span?: Span
}

export interface ErrorDetails {
  readonly place?: Place
  /** Further facts: the columns that exist, the values that are allowed. One line each. */
  readonly detail?: readonly string[]
  /** What to do next, one sentence. */
  readonly hint?: string
  /** Short text under the caret line of the excerpt. */
  readonly label?: string
  readonly cause?: unknown
}

/**
 * Every error that millrace raises on purpose.
 *
 * @example
 * throw new MillraceError('E0207', 'unknown column `tempp`', { hint: 'did you mean `temp`?' })
 */
export class MillraceError extends Error {
  override readonly name = 'MillraceError'
  readonly code: ErrorCode
  readonly place: Place | undefined
  readonly detail: readonly string[]
  readonly hint: string | undefined
  readonly label: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.place = details.place
    this.detail = details.detail ?? []
    this.hint = details.hint
    this.label = details.label
  }

  /** True where doing the same again later may succeed (a full disk, a broker that is away). */
  get retriable(): boolean {
    return CATALOGUE[this.code].retriable
  }
}

/** Several errors of one file, reported together. Never empty. */
export class MillraceErrors extends AggregateError {
  override readonly name = 'MillraceErrors'
  declare readonly errors: MillraceError[]

  constructor(errors: readonly MillraceError[]) {
    super(errors, errors.map((error) => error.message).join('\n'))
  }
}
