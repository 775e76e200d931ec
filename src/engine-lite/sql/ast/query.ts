/** Queries as written. */
import type { Span } from '../../contract/errors/index.js'
import type { ExpressionAst, OrderItemAst, OverAst } from './expression.js'

interface NodeBase {
  readonly span: Span
}

export type QueryAst =
  | SelectAst
  | (NodeBase & {
      readonly kind: 'set-operation'
      readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT'
      readonly all: boolean
      readonly left: QueryAst
      readonly right: QueryAst
    })
  | (NodeBase & { readonly kind: 'values'; readonly rows: readonly (readonly ExpressionAst[])[] })
  /** ORDER BY, LIMIT, OFFSET around a query. */
  | (NodeBase & {
      readonly kind: 'ordered'
      readonly query: QueryAst
      readonly orderBy: readonly OrderItemAst[]
      readonly limit?: ExpressionAst
      readonly offset?: ExpressionAst
    })
  | (NodeBase & { readonly kind: 'with'; readonly ctes: readonly CteAst[]; readonly query: QueryAst })

export interface CteAst extends NodeBase {
  readonly name: string
  readonly columns?: readonly string[]
  readonly query: QueryAst
}

export interface SelectAst extends NodeBase {
  readonly kind: 'select'
  readonly distinct: boolean
  readonly hints: readonly HintAst[]
  readonly items: readonly SelectItemAst[]
  readonly from?: TableAst
  readonly where?: ExpressionAst
  readonly groupBy?: GroupByAst
  readonly having?: ExpressionAst
  readonly qualify?: ExpressionAst
  readonly windows: readonly { readonly name: string; readonly over: OverAst }[]
}

export type SelectItemAst =
  /** `*` or `t.*`. */
  | (NodeBase & { readonly kind: 'star'; readonly qualifier: readonly string[] })
  | (NodeBase & { readonly kind: 'expression'; readonly expression: ExpressionAst; readonly alias?: string })

export interface GroupByAst extends NodeBase {
  readonly items: readonly GroupItemAst[]
}

export type GroupItemAst =
  | { readonly kind: 'expression'; readonly expression: ExpressionAst }
  | (NodeBase & { readonly kind: 'grouping-sets'; readonly sets: readonly (readonly ExpressionAst[])[] })
  | (NodeBase & { readonly kind: 'rollup' | 'cube'; readonly items: readonly (readonly ExpressionAst[])[] })

export interface HintAst extends NodeBase {
  readonly name: string
  readonly options: readonly { readonly key: string; readonly value: string }[]
}

export type TableAst =
  | (NodeBase & {
      readonly kind: 'table'
      readonly parts: readonly string[]
      readonly alias?: TableAliasAst
      readonly hints: readonly HintAst[]
      readonly systemTime?: ExpressionAst
    })
  | (NodeBase & { readonly kind: 'derived'; readonly query: QueryAst; readonly lateral: boolean; readonly alias?: TableAliasAst })
  /** `TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), …))`, `LATERAL TABLE(f(x))`, `UNNEST(a)`. */
  | (NodeBase & {
      readonly kind: 'table-function'
      readonly name: string
      readonly args: readonly TableFunctionArgAst[]
      readonly lateral: boolean
      readonly ordinality: boolean
      readonly alias?: TableAliasAst
    })
  | (NodeBase & {
      readonly kind: 'join'
      readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | 'SEMI' | 'ANTI'
      readonly natural: boolean
      readonly left: TableAst
      readonly right: TableAst
      readonly on?: ExpressionAst
      readonly using?: readonly string[]
    })
  | (NodeBase & {
      readonly kind: 'match-recognize'
      readonly input: TableAst
      readonly clause: MatchRecognizeAst
      readonly alias?: TableAliasAst
    })

export interface TableAliasAst extends NodeBase {
  readonly name: string
  readonly columns: readonly string[]
}

export type TableFunctionArgAst = NodeBase & { readonly name?: string } & (
    | {
        readonly kind: 'table'
        readonly table: TableAst
        readonly partitionBy: readonly ExpressionAst[]
        readonly orderBy: readonly OrderItemAst[]
      }
    | { readonly kind: 'descriptor'; readonly columns: readonly string[] }
    | { readonly kind: 'expression'; readonly expression: ExpressionAst }
  )

/** Parsed, not planned yet: the pattern is kept as a tree for the pattern matcher to come. */
export interface MatchRecognizeAst extends NodeBase {
  readonly partitionBy: readonly ExpressionAst[]
  readonly orderBy: readonly OrderItemAst[]
  readonly measures: readonly { readonly expression: ExpressionAst; readonly alias: string }[]
  readonly rowsPerMatch?: 'ONE' | 'ALL'
  readonly afterMatch?: string
  readonly pattern: string
  readonly within?: ExpressionAst
  readonly define: readonly { readonly name: string; readonly condition: ExpressionAst }[]
}
