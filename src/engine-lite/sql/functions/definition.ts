/** What a scalar function is to the binder, the code generator and the interpreter. */
import type { LogicalType } from '../../contract/type.js'
import type { CallModifiers } from '../ast/expression.js'

/** What the binder knows of an argument. `literal` holds the internal value where the argument is a constant. */
export interface ArgumentInfo {
  readonly type: LogicalType
  readonly literal?: { readonly value: unknown; readonly folded?: true }
}

/** Values a function may ask for at run time; injected, so that results repeat. */
export interface EvaluationContext {
  /** Epoch ms of the statement's clock. */
  nowMs(): number
  /** `table.local-time-zone`, an IANA name or offset. */
  readonly timeZone: string
  /** Uniform in [0, 1). */
  random(): number
  /** Current watermark of the operator in epoch ms, or undefined while there is none. */
  watermarkMs(): number | undefined
}

/** One call site, after its argument types are known. */
export interface ResolvedFunction {
  readonly type: LogicalType
  /** Types the arguments are cast to before the call, same length as the arguments. */
  readonly argTypes: readonly LogicalType[]
  /**
   * Inlined JavaScript for arguments given as side-effect-free JS expressions (variables) that are not NULL, where inlining pays.
   * Returned text may use `bind(value)` to get a name for a constant or helper; user text is never spliced in.
   */
  readonly inline?: (args: readonly string[], bind: (value: unknown) => string) => string
  /**
   * The same as {@link evaluate} with positional arguments, for generated code: no array per call. With {@link needsContext} the
   * context comes first.
   */
  readonly direct?: DirectFunction
  readonly needsContext?: boolean
  /** NULL may come out of non-NULL arguments. Where {@link type} is NOT NULL such a row fails, as in Flink. */
  readonly mayReturnNull?: boolean
  /** The same as a function over internal values. Always present: the interpreter and the tests use it. */
  readonly evaluate: (args: readonly unknown[], context: EvaluationContext) => unknown
}

/** A function over internal values by position; the binder has checked their static types, so its own are free to be narrow. */
export type DirectFunction = (...args: never[]) => unknown

export interface ScalarFunction {
  /** Upper-case SQL name; operators have their symbol: `+`, `=`, `||`, `IS NULL`. */
  readonly name: string
  /**
   * `strict`: any NULL argument gives NULL and neither `inline` nor `evaluate` is called.
   * `custom`: `evaluate` and `inline` see the NULLs. `lazy`: code generation knows it by name (AND, OR, CASE, COALESCE …).
   */
  readonly nulls: 'strict' | 'custom' | 'lazy'
  /** False: differs per call (RAND, NOW); never folded. */
  readonly deterministic: boolean
  /** The resolved call, or a sentence saying why these arguments do not fit. Keyword forms (`EXTRACT(HOUR FROM …)`) arrive as modifiers. */
  resolve(args: readonly ArgumentInfo[], modifiers?: CallModifiers): ResolvedFunction | string
}
