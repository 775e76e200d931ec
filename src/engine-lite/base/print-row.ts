/** Rows as people read them, in dead letters and messages. */

/** A row as people read it in a dead letter, cut short. */
export function printRow(row: readonly unknown[]): string {
  const text = `[${row.map(printValue).join(', ')}]`
  return text.length <= SAMPLE_LENGTH_MAX ? text : `${text.slice(0, SAMPLE_LENGTH_MAX)}…`
}

const SAMPLE_LENGTH_MAX = 300

function printValue(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value}'`
  if (value instanceof Uint8Array) return `x'${Buffer.from(value.subarray(0, 32)).toString('hex')}'`
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${printValue(key)}=${printValue(item)}`).join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  return String(value)
}
