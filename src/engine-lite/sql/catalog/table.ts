/** What the catalog keeps: tables and views with their resolved columns. Plain data; types only. */
import type { Place, Span } from '../../contract/errors/index.js'
import type { Column, Schema } from '../../contract/type.js'
import type { QueryAst } from '../ast/query.js'
import type { CreateTableAst } from '../ast/statement.js'
import type { BoundExpr } from '../expr/bound.js'

/** A text with the name of its file, for the places of errors. */
export interface SourceText {
  readonly text: string
  readonly file?: string
}

interface ObjectBase {
  readonly name: string
  /** `default_catalog.default_database.name`. */
  readonly path: string
  readonly temporary: boolean
  /** Columns as a query sees them. */
  readonly schema: Schema
  /** The statement that created it. */
  readonly place: Place
}

export interface CatalogTable extends ObjectBase {
  readonly kind: 'table'
  /**
   * In order of declaration. The watermarked column has the attribute `rowtime`, key columns are NOT NULL. A source delivers the physical
   * and metadata columns in this order; a sink writes the physical and the not virtual metadata columns in this order.
   */
  readonly columns: readonly CatalogColumn[]
  readonly watermark?: TableWatermark
  readonly primaryKey: readonly string[]
  readonly partitionedBy: readonly string[]
  readonly options: ReadonlyMap<string, TableOption>
  readonly comment?: string
  readonly ddl: CreateTableAst
}

export type CatalogColumn = Column &
  (
    | { readonly kind: 'physical' }
    | { readonly kind: 'metadata'; readonly key: string; readonly virtual: boolean }
    /** Over the row of physical and metadata columns. */
    | { readonly kind: 'computed'; readonly expression: BoundExpr }
  )

export interface TableOption {
  readonly value: string
  /** Spans in the text of {@link ObjectBase.place}; absent for what LIKE brought. */
  readonly keySpan?: Span
  readonly valueSpan?: Span
}

export interface TableWatermark {
  /** Position of the rowtime column in {@link CatalogTable.columns}. */
  readonly column: number
  /** Over the row of all columns: computed columns are there already. */
  readonly expression: BoundExpr
}

export interface CatalogView extends ObjectBase {
  readonly kind: 'view'
  readonly query: QueryAst
  /** Where its query is written: errors of an expanded view point there. */
  readonly source: SourceText
}

export type CatalogObject = CatalogTable | CatalogView
