/** Expressions as written, before names and types are known. Every node keeps its span. */
import type { Span } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import type { QueryAst } from './query.js'

interface NodeBase {
  readonly span: Span
}

/** `a.b.c` as its parts, unquoted; the binder decides between table, column and ROW field. */
export interface NameAst extends NodeBase {
  readonly kind: 'name'
  readonly parts: readonly string[]
}

export type LiteralAst =
  | (NodeBase & { readonly kind: 'null-literal' })
  | (NodeBase & { readonly kind: 'boolean-literal'; readonly value: boolean | null })
  /** Number as text: `1`, `1.50`, `1e3`; its form decides INT / BIGINT, DECIMAL or DOUBLE. Never signed. */
  | (NodeBase & { readonly kind: 'number-literal'; readonly text: string })
  | (NodeBase & { readonly kind: 'string-literal'; readonly value: string })
  | (NodeBase & { readonly kind: 'binary-literal'; readonly hex: string })
  | (NodeBase & { readonly kind: 'temporal-literal'; readonly type: 'DATE' | 'TIME' | 'TIMESTAMP'; readonly text: string })
  /** `INTERVAL -'1:30' HOUR(2) TO SECOND(3)`. */
  | (NodeBase & {
      readonly kind: 'interval-literal'
      readonly negative: boolean
      readonly text: string
      readonly qualifier: IntervalQualifier
    })

export type TimeUnit =
  | 'YEAR'
  | 'QUARTER'
  | 'MONTH'
  | 'WEEK'
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'
  | 'MILLISECOND'
  | 'MICROSECOND'
  | 'NANOSECOND'
  | 'DECADE'
  | 'CENTURY'
  | 'MILLENNIUM'
  | 'EPOCH'
  | 'DOW'
  | 'ISODOW'
  | 'DOY'
  | 'ISOYEAR'

export interface IntervalQualifier extends NodeBase {
  readonly from: TimeUnit
  readonly to?: TimeUnit
  readonly precision?: number
  readonly fraction?: number
}

export type UnaryOperator = '-' | '+' | 'NOT'
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'AND'
  | 'OR'
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'

export type ExpressionAst =
  | NameAst
  | LiteralAst
  | (NodeBase & { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: ExpressionAst })
  | (NodeBase & { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: ExpressionAst; readonly right: ExpressionAst })
  /** `x IS [NOT] NULL | TRUE | FALSE | UNKNOWN`, `x IS [NOT] JSON [VALUE|OBJECT|ARRAY|SCALAR]`. */
  | (NodeBase & {
      readonly kind: 'is'
      readonly operand: ExpressionAst
      readonly test: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN' | 'JSON' | 'JSON OBJECT' | 'JSON ARRAY' | 'JSON SCALAR'
      readonly negated: boolean
    })
  | (NodeBase & {
      readonly kind: 'between'
      readonly operand: ExpressionAst
      readonly low: ExpressionAst
      readonly high: ExpressionAst
      readonly negated: boolean
      readonly symmetric: boolean
    })
  | (NodeBase & {
      readonly kind: 'in-list'
      readonly operand: ExpressionAst
      readonly items: readonly ExpressionAst[]
      readonly negated: boolean
    })
  | (NodeBase & { readonly kind: 'in-query'; readonly operand: ExpressionAst; readonly query: QueryAst; readonly negated: boolean })
  | (NodeBase & { readonly kind: 'exists'; readonly query: QueryAst })
  | (NodeBase & { readonly kind: 'scalar-query'; readonly query: QueryAst })
  | (NodeBase & {
      readonly kind: 'like'
      readonly operand: ExpressionAst
      readonly pattern: ExpressionAst
      readonly escape?: ExpressionAst
      readonly similar: boolean
      readonly negated: boolean
    })
  /** Simple CASE has an operand, searched CASE none. */
  | (NodeBase & {
      readonly kind: 'case'
      readonly operand?: ExpressionAst
      readonly whens: readonly { readonly when: ExpressionAst; readonly then: ExpressionAst }[]
      readonly otherwise?: ExpressionAst
    })
  | (NodeBase & { readonly kind: 'cast'; readonly operand: ExpressionAst; readonly type: TypeAst; readonly safe: boolean })
  /** Any call. Special forms keep their keywords as {@link CallAst.modifiers}. */
  | CallAst
  | (NodeBase & { readonly kind: 'array'; readonly items: readonly ExpressionAst[] })
  /** `MAP[k1, v1, …]`. */
  | (NodeBase & { readonly kind: 'map'; readonly items: readonly ExpressionAst[] })
  /** `ROW(a, b)` or `(a, b)`. */
  | (NodeBase & { readonly kind: 'row'; readonly items: readonly ExpressionAst[] })
  /** `arr[i]`, `map[k]`. */
  | (NodeBase & { readonly kind: 'element'; readonly container: ExpressionAst; readonly index: ExpressionAst })
  /** `expr.field` where expr is no plain name. */
  | (NodeBase & { readonly kind: 'field'; readonly operand: ExpressionAst; readonly name: string })
  | (NodeBase & {
      readonly kind: 'overlaps'
      readonly left: readonly [ExpressionAst, ExpressionAst]
      readonly right: readonly [ExpressionAst, ExpressionAst]
    })

/**
 * A function call. Names are upper-cased unless they were quoted. Keyword forms are normalised to plain arguments plus modifiers:
 *
 * | SQL | name | args | modifiers |
 * |---|---|---|---|
 * | `EXTRACT(HOUR FROM t)` | EXTRACT | t | unit: 'HOUR' |
 * | `FLOOR(t TO DAY)`, `CEIL(t TO DAY)` | FLOOR, CEIL | t | unit |
 * | `TIMESTAMPADD(HOUR, n, t)`, `TIMESTAMPDIFF(…)` | same | n, t | unit |
 * | `TRIM(BOTH 'x' FROM s)` | TRIM | s, 'x' | trim: 'BOTH' |
 * | `SUBSTRING(s FROM a FOR b)` | SUBSTRING | s, a, b | |
 * | `POSITION(a IN s)` | POSITION | a, s | |
 * | `OVERLAY(s PLACING r FROM a FOR b)` | OVERLAY | s, r, a, b | |
 * | `CURRENT_TIMESTAMP` … without parentheses | same | | |
 * | `(a - b) DAY TO HOUR` | MINUS_DATE | a, b | qualifier |
 * | `COUNT(*)` | COUNT | | star: true |
 * | `COUNT(DISTINCT x) FILTER (WHERE c)` | COUNT | x | distinct, filter |
 * | `JSON_VALUE(j, p RETURNING t NULL ON EMPTY …)` | JSON_VALUE | j, p | json |
 */
export interface CallAst extends NodeBase {
  readonly kind: 'call'
  readonly name: string
  readonly nameSpan: Span
  readonly args: readonly ExpressionAst[]
  readonly modifiers: CallModifiers
}

export interface CallModifiers {
  readonly star?: true
  readonly distinct?: true
  readonly filter?: ExpressionAst
  readonly unit?: TimeUnit
  readonly trim?: 'BOTH' | 'LEADING' | 'TRAILING'
  readonly over?: OverAst
  readonly withinGroup?: readonly OrderItemAst[]
  readonly ignoreNulls?: boolean
  /** `ARRAY_AGG(x ORDER BY y)`. */
  readonly orderBy?: readonly OrderItemAst[]
  /** Unit of the result of `(a - b) DAY`, a call of MINUS_DATE. */
  readonly qualifier?: IntervalQualifier
  readonly json?: JsonModifiers
  /** Names of named arguments (`SIZE => …`), by position; undefined where an argument has none. */
  readonly argNames?: readonly (string | undefined)[]
}

export interface JsonModifiers {
  readonly returning?: TypeAst
  readonly onEmpty?: JsonBehavior
  readonly onError?: JsonBehavior
  readonly wrapper?: 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL'
  readonly onNull?: 'NULL' | 'ABSENT'
}

export type JsonBehavior =
  | { readonly kind: 'NULL' | 'ERROR' | 'TRUE' | 'FALSE' | 'UNKNOWN' | 'EMPTY ARRAY' | 'EMPTY OBJECT' }
  | { readonly kind: 'DEFAULT'; readonly value: ExpressionAst }

export interface OverAst extends NodeBase {
  readonly windowName?: string
  readonly partitionBy: readonly ExpressionAst[]
  readonly orderBy: readonly OrderItemAst[]
  readonly frame?: { readonly unit: 'ROWS' | 'RANGE'; readonly start: FrameBound; readonly end?: FrameBound }
}

export type FrameBound =
  | { readonly kind: 'UNBOUNDED PRECEDING' | 'CURRENT ROW' | 'UNBOUNDED FOLLOWING' }
  | { readonly kind: 'PRECEDING' | 'FOLLOWING'; readonly offset: ExpressionAst }

export interface OrderItemAst extends NodeBase {
  readonly expression: ExpressionAst
  readonly descending: boolean
  readonly nulls?: 'FIRST' | 'LAST'
}

/** A type as written, already resolved: the text of a SQL type needs no catalog (user types do not exist here). */
export interface TypeAst extends NodeBase {
  readonly type: LogicalType
}
