/** What binding a statement needs, and how its errors are gathered so that all of them are reported at once. */
import type { ConnectorSpec } from '../../contract/connector.js'
import { MillraceError, MillraceErrors, type Span } from '../../contract/errors/index.js'
import type { Schema } from '../../contract/type.js'
import type { Catalog } from '../catalog/catalog.js'
import type { SourceText } from '../catalog/table.js'
import type { LogicalPlan } from '../logical/plan.js'

export interface BindContext {
  readonly catalog: Catalog
  readonly connectors: ReadonlyMap<string, ConnectorSpec>
  /** The text the statement was parsed from. */
  readonly source: SourceText
}

/** A bound WITH item. */
export interface CommonTable {
  readonly plan: LogicalPlan
  readonly schema: Schema
}

/** A query inside a statement: what WITH defined around it, and the views being expanded. */
export interface QueryScope {
  readonly context: BindContext
  readonly commonTables: ReadonlyMap<string, CommonTable>
  readonly openViews: readonly string[]
}

/** The error with its file and text, where it has only a span yet. */
export function located(error: MillraceError, source: SourceText, fallback?: Span): MillraceError {
  if (error.place?.text !== undefined) return error
  const span = error.place?.span ?? fallback
  const file = source.file === undefined ? {} : { file: source.file }
  return new MillraceError(error.code, error.message, {
    place: { ...file, text: source.text, ...(span === undefined ? {} : { span }) },
    detail: error.detail,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.label === undefined ? {} : { label: error.label }),
    cause: error,
  })
}

/** Runs parts of a statement one after another and keeps the errors of all. */
export class ErrorList {
  readonly #errors: MillraceError[] = []

  constructor(private readonly source: SourceText) {}

  /** The result, or undefined where it failed. Foreign errors pass through. */
  attempt<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (error) {
      this.add(error)
      return undefined
    }
  }

  add(error: unknown): void {
    if (error instanceof MillraceErrors) for (const one of error.errors) this.#push(one)
    else if (error instanceof MillraceError) this.#push(error)
    else throw error
  }

  /** @throws MillraceErrors with everything gathered so far */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw new MillraceErrors(this.#errors)
  }

  #push(error: MillraceError): void {
    const here = located(error, this.source)
    const same = this.#errors.some((other) => other.message === here.message && sameSpan(other.place?.span, here.place?.span))
    if (!same) this.#errors.push(here)
  }
}

function sameSpan(a: Span | undefined, b: Span | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.line === b.line && a.column === b.column)
}

/** Gathers the errors of one function body. @throws MillraceErrors */
export function gather<T>(source: SourceText, run: (errors: ErrorList) => T): T {
  const errors = new ErrorList(source)
  const result = errors.attempt(() => run(errors))
  errors.throwIfAny()
  return result as T
}

export function fail(
  code: MillraceError['code'],
  message: string,
  span: Span,
  details: { hint?: string; detail?: readonly string[]; label?: string } = {},
): never {
  throw new MillraceError(code, message, { place: { span }, ...details })
}

/** E0301 for a feature at its place. */
export function notBuilt(what: string, span: Span, hint?: string): never {
  return fail('E0301', `${what} is valid in Flink and not built yet`, span, hint === undefined ? {} : { hint })
}
