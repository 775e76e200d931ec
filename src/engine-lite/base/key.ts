/**
 * Keys of rows: the columns of GROUP BY, PARTITION BY or a join condition as one comparable value.
 *
 * One column of a plain type is its own key (numbers without −0; NaN equals itself, as in Flink's binary rows). BYTES and nested
 * values, and several columns together, become text that is equal exactly when the values are:
 *
 * | part | text |
 * |---|---|
 * | NULL | `~` |
 * | number, bigint, date, time, boolean | its decimal text, then `;` |
 * | string, bytes | length in characters, `:`, the characters |
 * | array, row | number of items, `[`, the items |
 * | map, multiset | number of entries, `{`, key and value of each, sorted by the key's text |
 *
 * Every part says where it ends, so no two different lists of values give one text.
 */
import type { Row } from '../contract/row.js'
import type { Key } from '../contract/state.js'
import type { LogicalType } from '../contract/type.js'

/** The key of a row. Never throws; allocates only where text is built. */
export type KeyOf = (row: Row) => Key

type Part = (value: unknown) => string

/**
 * Compiles the extraction of a key.
 *
 * @param columns positions in the row, in the order of the key
 * @param types types of these columns, same order
 * @example
 * const keyOf = compileKey([0], [{ kind: 'VARCHAR', length: 20, nullable: false }])
 * keyOf(['dev-1', 21.5]) // 'dev-1'
 */
export function compileKey(columns: readonly number[], types: readonly LogicalType[]): KeyOf {
  if (columns.length !== types.length) throw new RangeError(`${columns.length} key columns but ${types.length} types`)
  if (columns.length === 0) return () => ''
  if (columns.length === 1) return compileSingle(columns[0] as number, types[0] as LogicalType)
  const terms = columns.map((column, i) => compileTerm(`row[${checkColumn(column)}]`, i, types[i] as LogicalType))
  const parts = types.map(partOf)
  // Positions are checked integers; everything else is bound as a parameter.
  const build = new Function('parts', 'text', `return function keyOf(row) { return ${terms.join(' + ')} }`)
  return build(parts, textPart) as KeyOf
}

function compileSingle(column: number, type: LogicalType): KeyOf {
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return (row) => {
        const value = row[column] as number | null
        return value === 0 ? 0 : value
      }
    case 'BINARY':
    case 'VARBINARY':
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW': {
      const part = partOf(type)
      return (row) => {
        const value = row[column]
        return value === null ? null : part(value)
      }
    }
    default:
      return (row) => row[column] as Key
  }
}

/** The text of one column inside the generated function; `v` is read once per use, property reads are cheap. */
function compileTerm(v: string, index: number, type: LogicalType): string {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return `text(${v})`
    case 'BINARY':
    case 'VARBINARY':
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW':
      return `parts[${index}](${v})`
    default:
      return `(${v} === null ? '~' : ${v} + ';')`
  }
}

function partOf(type: LogicalType): Part {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return textPart
    case 'BINARY':
    case 'VARBINARY':
      return bytesPart
    case 'ARRAY':
      return listPart([type.element])
    case 'ROW':
      return listPart(type.fields.map((field) => field.type))
    case 'MAP':
      return mapPart(type.key, type.value)
    case 'MULTISET':
      return mapPart(type.element, { kind: 'INTEGER', nullable: false })
    default:
      return (value) => (value === null ? '~' : `${value};`)
  }
}

function textPart(value: unknown): string {
  return value === null ? '~' : `${(value as string).length}:${value}`
}

function bytesPart(value: unknown): string {
  if (value === null) return '~'
  const bytes = value as Uint8Array
  let text = `${bytes.length}:`
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number)
  return text
}

/** One type for all items (an array), or one per position (a row). */
function listPart(types: readonly LogicalType[]): Part {
  const parts = types.map(partOf)
  return (value) => {
    if (value === null) return '~'
    const items = value as readonly unknown[]
    let text = `${items.length}[`
    for (let i = 0; i < items.length; i++) text += (parts[i] ?? (parts[0] as Part))(items[i] ?? null)
    return text
  }
}

function mapPart(keyType: LogicalType, valueType: LogicalType): Part {
  const keyPart = partOf(keyType)
  const valuePart = partOf(valueType)
  return (value) => {
    if (value === null) return '~'
    const entries: string[] = []
    // The key's text says where it ends, so sorting whole entries sorts by key.
    for (const [key, item] of value as ReadonlyMap<unknown, unknown>) entries.push(keyPart(key) + valuePart(item))
    return `${entries.length}{${entries.sort().join('')}`
  }
}

function checkColumn(column: number): number {
  if (!Number.isInteger(column) || column < 0) throw new RangeError(`key column ${column} is not a position`)
  return column
}
