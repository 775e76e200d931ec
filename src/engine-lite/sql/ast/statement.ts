/** Statements as written. */
import type { Span } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import type { ExpressionAst } from './expression.js'
import type { HintAst, QueryAst } from './query.js'

interface NodeBase {
  readonly span: Span
}

/** A dotted name: `[catalog.[database.]]object`, unquoted. */
export interface ObjectNameAst extends NodeBase {
  readonly parts: readonly string[]
}

export type StatementAst =
  | CreateTableAst
  | (NodeBase & {
      readonly kind: 'create-view'
      readonly name: ObjectNameAst
      readonly temporary: boolean
      readonly ifNotExists: boolean
      readonly columns: readonly string[]
      readonly query: QueryAst
    })
  | (NodeBase & {
      readonly kind: 'drop'
      readonly object: 'TABLE' | 'VIEW' | 'FUNCTION' | 'CATALOG' | 'DATABASE'
      readonly name: ObjectNameAst
      readonly temporary: boolean
      readonly ifExists: boolean
    })
  | InsertAst
  | (NodeBase & { readonly kind: 'statement-set'; readonly inserts: readonly InsertAst[] })
  | (NodeBase & { readonly kind: 'query'; readonly query: QueryAst })
  | (NodeBase & { readonly kind: 'set'; readonly key?: string; readonly value?: string })
  | (NodeBase & { readonly kind: 'reset'; readonly key?: string })
  | (NodeBase & { readonly kind: 'explain'; readonly details: readonly string[]; readonly statement: StatementAst })
  | (NodeBase & { readonly kind: 'describe'; readonly name: ObjectNameAst })
  | ShowAst
  | (NodeBase & { readonly kind: 'use'; readonly what: 'CATALOG' | 'DATABASE' | 'MODULES'; readonly name: ObjectNameAst })
  /** Parses as Flink SQL, has no meaning here yet: refused by the planner with this name. */
  | (NodeBase & { readonly kind: 'unsupported'; readonly what: string })

/** `SHOW TABLES FROM db LIKE 'x%'`; `what` is upper-cased: TABLES, CREATE TABLE, FULL MODULES, CURRENT CATALOG … */
export interface ShowAst extends NodeBase {
  readonly kind: 'show'
  readonly what: string
  /** Of SHOW CREATE, COLUMNS and PARTITIONS. */
  readonly name?: ObjectNameAst
  readonly from?: ObjectNameAst
  readonly like?: { readonly pattern: string; readonly negated: boolean; readonly caseInsensitive: boolean }
}

export interface InsertAst extends NodeBase {
  readonly kind: 'insert'
  readonly table: ObjectNameAst
  readonly overwrite: boolean
  readonly columns?: readonly { readonly name: string; readonly span: Span }[]
  readonly query: QueryAst
  /** Flink 2.3: `ON CONFLICT DO …`. */
  readonly onConflict?: NodeBase & { readonly action: 'ERROR' | 'NOTHING' | 'DEDUPLICATE' }
  readonly hints: readonly HintAst[]
}

export interface CreateTableAst extends NodeBase {
  readonly kind: 'create-table'
  readonly name: ObjectNameAst
  readonly temporary: boolean
  readonly ifNotExists: boolean
  readonly columns: readonly ColumnAst[]
  readonly watermark?: NodeBase & { readonly column: readonly string[]; readonly expression: ExpressionAst }
  readonly primaryKey?: NodeBase & { readonly columns: readonly string[]; readonly enforced: boolean }
  readonly comment?: string
  readonly partitionedBy: readonly string[]
  readonly options: readonly OptionAst[]
  readonly like?: NodeBase & { readonly source: ObjectNameAst; readonly options: readonly string[] }
  readonly query?: QueryAst
}

export interface OptionAst extends NodeBase {
  readonly key: string
  readonly value: string
  readonly valueSpan: Span
}

export type ColumnAst = NodeBase & { readonly name: string; readonly nameSpan: Span; readonly comment?: string } & (
    | { readonly kind: 'physical'; readonly type: LogicalType }
    | { readonly kind: 'computed'; readonly expression: ExpressionAst }
    /** `METADATA [FROM 'key'] [VIRTUAL]`; the key defaults to the column's name. */
    | { readonly kind: 'metadata'; readonly type: LogicalType; readonly key: string; readonly virtual: boolean }
  )
