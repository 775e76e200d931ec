/** Objects of the catalog, resolved: types known, expressions bound. */
import type { Place, Span } from '../../contract/errors/index.js'
import type { Column, LogicalType, Schema } from '../../contract/type.js'
import type { QueryAst } from '../ast/query.js'
import type { BoundExpr } from '../expr/bound.js'

/** A declared column. Computed columns are bound over the source row: physical and metadata columns in declared order. */
export type CatalogColumn =
  | { readonly kind: 'physical'; readonly name: string; readonly type: LogicalType }
  | { readonly kind: 'metadata'; readonly name: string; readonly type: LogicalType; readonly key: string; readonly virtual: boolean }
  | { readonly kind: 'computed'; readonly name: string; readonly type: LogicalType; readonly expression: BoundExpr }

export interface TableOption {
  readonly value: string
  readonly keySpan?: Span
  readonly valueSpan?: Span
}

export interface CatalogTable {
  readonly kind: 'table'
  /** Fully qualified: `default_catalog.default_database.name`. */
  readonly path: string
  readonly name: string
  readonly columns: readonly CatalogColumn[]
  /** What queries see: all columns in declared order, the watermarked one typed as rowtime. */
  readonly schema: Schema
  /** The expression is bound over {@link schema}; its value is epoch ms of TIMESTAMP(3) or TIMESTAMP_LTZ(3). */
  readonly watermark?: { readonly column: number; readonly expression: BoundExpr }
  readonly primaryKey: readonly string[]
  readonly partitionedBy: readonly string[]
  readonly options: ReadonlyMap<string, TableOption>
  /** Where it was declared, for errors found later. */
  readonly place: Place
}

export interface CatalogView {
  readonly kind: 'view'
  readonly path: string
  readonly name: string
  readonly query: QueryAst
  readonly columns: readonly Column[]
  readonly place: Place
}
