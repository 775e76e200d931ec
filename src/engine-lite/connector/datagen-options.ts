/** Reads the options of a datagen table into plain numbers, with every mistake named. */
import { parseDurationMs } from '../base/duration.js'
import type { TableDefinition } from '../contract/connector.js'
import { MillraceError } from '../contract/errors/index.js'

/** Options of one column: what stands after `fields.<column>.`. */
export interface FieldOptions {
  readonly column: string
  readonly sequence: boolean
  readonly start?: bigint
  readonly end?: bigint
  readonly min?: number
  readonly max?: number
  readonly length?: number
  readonly varLen: boolean
  readonly nullRate: number
  readonly maxPastMs: number
}

export interface DatagenOptions {
  readonly rowsPerSecond: number
  /** Infinity without a bound. */
  readonly numberOfRows: number
  /** Undefined: drawn once and kept with the position. */
  readonly seed: number | undefined
  readonly fields: readonly FieldOptions[]
}

const FIELD_OPTIONS = ['kind', 'start', 'end', 'min', 'max', 'max-past', 'length', 'var-len', 'null-rate']

/** @throws MillraceError E0210 */
export function datagenOptions(table: TableDefinition): DatagenOptions {
  const { options } = table
  for (const key of options.keys()) if (key.startsWith('fields.')) checkKey(key, table)
  return {
    rowsPerSecond: Math.max(1, number(options, 'rows-per-second') ?? 10_000),
    numberOfRows: number(options, 'number-of-rows') ?? Number.POSITIVE_INFINITY,
    seed: number(options, 'seed'),
    fields: table.columns.map((column) => fieldOptions(column.name, options)),
  }
}

function checkKey(key: string, table: TableDefinition): void {
  const at = key.lastIndexOf('.')
  const column = key.slice('fields.'.length, at)
  const option = key.slice(at + 1)
  if (!FIELD_OPTIONS.includes(option)) {
    throw new MillraceError('E0210', `datagen has no option '${key}'`, { detail: [`options of a field: ${FIELD_OPTIONS.join(', ')}`] })
  }
  if (!table.columns.some(({ name }) => name === column)) {
    const names = table.columns.map(({ name }) => name).join(', ')
    throw new MillraceError('E0210', `option '${key}' speaks of \`${column}\`, which is no column`, { detail: [`columns: ${names}`] })
  }
}

function fieldOptions(column: string, options: ReadonlyMap<string, string>): FieldOptions {
  const key = (option: string) => `fields.${column}.${option}`
  const kind = options.get(key('kind')) ?? 'random'
  if (kind !== 'random' && kind !== 'sequence') {
    throw new MillraceError('E0210', `option '${key('kind')}' takes 'random' or 'sequence', not '${kind}'`)
  }
  const start = whole(options, key('start'))
  const end = whole(options, key('end'))
  if (kind === 'sequence' && (start === undefined || end === undefined)) {
    throw new MillraceError('E0210', `a sequence needs '${key('start')}' and '${key('end')}'`)
  }
  const min = number(options, key('min'))
  const max = number(options, key('max'))
  const length = number(options, key('length'))
  const nullRate = number(options, key('null-rate')) ?? 0
  if (nullRate < 0 || nullRate > 1) throw new MillraceError('E0210', `option '${key('null-rate')}' takes 0 to 1, not '${nullRate}'`)
  return {
    column,
    sequence: kind === 'sequence',
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(length !== undefined && { length }),
    varLen: options.get(key('var-len'))?.toLowerCase() === 'true',
    nullRate,
    maxPastMs: duration(options, key('max-past')) ?? 0,
  }
}

function number(options: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = options.get(key)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new MillraceError('E0210', `option '${key}' takes a number, not '${text}'`)
  return value
}

function whole(options: ReadonlyMap<string, string>, key: string): bigint | undefined {
  const text = options.get(key)
  if (text === undefined) return undefined
  if (!/^[+-]?\d{1,19}$/.test(text.trim())) throw new MillraceError('E0210', `option '${key}' takes a whole number, not '${text}'`)
  return BigInt(text.trim().replace('+', ''))
}

function duration(options: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = options.get(key)
  if (text === undefined) return undefined
  const value = parseDurationMs(text)
  if (value === undefined) throw new MillraceError('E0210', `option '${key}' takes a duration such as '10 s', not '${text}'`)
  return value
}
