/** Short ways to write source columns in tests of formats. */
import type { SourceColumn } from '../../../../src/engine-lite/contract/source.js'
import type { LogicalType } from '../../../../src/engine-lite/contract/type.js'
import { LENGTH_MAX } from '../../../../src/engine-lite/contract/type.js'

export const STRING: LogicalType = { kind: 'VARCHAR', length: LENGTH_MAX, nullable: true }
export const BYTES: LogicalType = { kind: 'VARBINARY', length: LENGTH_MAX, nullable: true }
export const plain = (kind: 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'DATE'): LogicalType => ({
  kind,
  nullable: true,
})
export const decimal = (precision: number, scale: number): LogicalType => ({ kind: 'DECIMAL', precision, scale, nullable: true })
export const timestamp = (precision: number, local = false): LogicalType => ({
  kind: local ? 'TIMESTAMP_LTZ' : 'TIMESTAMP',
  precision,
  nullable: true,
})
export const array = (element: LogicalType): LogicalType => ({ kind: 'ARRAY', element, nullable: true })
export const map = (key: LogicalType, value: LogicalType): LogicalType => ({ kind: 'MAP', key, value, nullable: true })
export const row = (fields: Record<string, LogicalType>): LogicalType => ({
  kind: 'ROW',
  nullable: true,
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
})

export const column = (name: string, type: LogicalType, used = true): SourceColumn => ({ name, type, used })
