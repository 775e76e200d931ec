/** SQL types, as Flink's LogicalType: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/dev/table/types/ */

interface TypeBase {
  readonly nullable: boolean
}

/** `rowtime`: event time with a watermark. `proctime`: the clock at processing. Lost by any computation on the column. */
export type TimeAttribute = 'rowtime' | 'proctime'

export type LogicalType =
  | (TypeBase & { readonly kind: 'NULL' | 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'DATE' })
  | (TypeBase & { readonly kind: 'DECIMAL'; readonly precision: number; readonly scale: number })
  /** VARCHAR and VARBINARY without a length (STRING, BYTES) have {@link LENGTH_MAX}. */
  | (TypeBase & { readonly kind: 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY'; readonly length: number })
  | (TypeBase & { readonly kind: 'TIME'; readonly precision: number })
  | (TypeBase & { readonly kind: 'TIMESTAMP' | 'TIMESTAMP_LTZ'; readonly precision: number; readonly attribute?: TimeAttribute })
  | (TypeBase & { readonly kind: 'INTERVAL_YEAR_MONTH'; readonly unit: YearMonthUnit; readonly precision: number })
  | (TypeBase & { readonly kind: 'INTERVAL_DAY_TIME'; readonly unit: DayTimeUnit; readonly precision: number; readonly fraction: number })
  | (TypeBase & { readonly kind: 'ARRAY' | 'MULTISET'; readonly element: LogicalType })
  | (TypeBase & { readonly kind: 'MAP'; readonly key: LogicalType; readonly value: LogicalType })
  | (TypeBase & { readonly kind: 'ROW'; readonly fields: readonly Column[] })

export type TypeKind = LogicalType['kind']
export type YearMonthUnit = 'YEAR' | 'MONTH' | 'YEAR TO MONTH'
export type DayTimeUnit =
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'
  | 'DAY TO HOUR'
  | 'DAY TO MINUTE'
  | 'DAY TO SECOND'
  | 'HOUR TO MINUTE'
  | 'HOUR TO SECOND'
  | 'MINUTE TO SECOND'

/** Length of STRING and BYTES. */
export const LENGTH_MAX = 2_147_483_647

/** A named position of a row. */
export interface Column {
  readonly name: string
  readonly type: LogicalType
  readonly comment?: string
}

/** The columns of a table, view, query or edge of the graph, in order. */
export type Schema = readonly Column[]
