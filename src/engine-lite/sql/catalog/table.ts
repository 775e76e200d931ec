/** What the catalog keeps: tables and views with their resolved columns. Plain data; types only. */
import type { Schema } from '../../contract/type.js'
import type { QueryAst } from '../ast/query.js'
import type { CreateTableAst } from '../ast/statement.js'
import type { BoundExpr } from '../expr/bound.js'

/** A text with the name of its file, for the places of errors. */
export interface SourceText {
  readonly text: string
  readonly file?: string
}

/** `[catalog, database, object]`. */
export type ObjectPath = readonly [catalog: string, database: string, object: string]

/** How a column of a table comes to its value, by position of {@link CatalogTable.schema}. */
export type ColumnOrigin =
  | { readonly kind: 'physical' }
  | { readonly kind: 'metadata'; readonly key: string; readonly virtual: boolean }
  /** Over the row of {@link CatalogTable.sourceColumns}. */
  | { readonly kind: 'computed'; readonly expression: BoundExpr }

export interface CatalogTable {
  readonly kind: 'table'
  readonly path: ObjectPath
  readonly temporary: boolean
  /** All columns in order of declaration. The watermarked column has the attribute `rowtime`, key columns are NOT NULL. */
  readonly schema: Schema
  /** Of each column of {@link schema}. */
  readonly origins: readonly ColumnOrigin[]
  /**
   * Positions in {@link schema} of the columns that a source delivers: physical and metadata ones, in order. The row of a source has
   * exactly these, and so has the TableDefinition a connector gets.
   */
  readonly sourceColumns: readonly number[]
  /** Positions in {@link schema} of the columns that a sink writes: physical and not virtual metadata ones, in order. */
  readonly sinkColumns: readonly number[]
  readonly watermark?: TableWatermark
  readonly primaryKey: readonly string[]
  readonly partitionedBy: readonly string[]
  readonly options: ReadonlyMap<string, string>
  readonly comment?: string
  readonly ddl: CreateTableAst
  readonly source: SourceText
}

export interface TableWatermark {
  /** Position of the rowtime column in {@link CatalogTable.schema}. */
  readonly column: number
  /** Over the row of {@link CatalogTable.schema}: computed columns are there already. */
  readonly expression: BoundExpr
}

export interface CatalogView {
  readonly kind: 'view'
  readonly path: ObjectPath
  readonly temporary: boolean
  readonly schema: Schema
  readonly query: QueryAst
  /** Where its query is written: errors of an expanded view point there. */
  readonly source: SourceText
}

export type CatalogObject = CatalogTable | CatalogView
