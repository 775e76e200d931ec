/**
 * Values of one generated column: a function of the row's number, so that a restart goes on where the last commit was.
 * Ranges and defaults: Flink's RandomGeneratorVisitor and SequenceGeneratorVisitor (1.20).
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Integral } from '../contract/row.js'
import { LENGTH_MAX, type LogicalType } from '../contract/type.js'
import { bitsAt, unitAt } from './counter-random.js'
import type { FieldOptions } from './datagen-options.js'

/** Value of row `n` (from 0) at wall clock `nowMs`. */
export type FieldValue = (n: number, nowMs: number) => unknown

/** @throws MillraceError E0210 for options that do not fit the type, E0301 for types it does not generate */
export function datagenField(type: LogicalType, options: FieldOptions, seed: number, stream: number): FieldValue {
  const value = options.sequence ? sequence(type, options) : random(type, options, seed, 2 * stream)
  if (options.nullRate === 0) return value
  const nulls = 2 * stream + 1
  return (n, nowMs) => (unitAt(seed, nulls, n) < options.nullRate ? null : value(n, nowMs))
}

/** How many values a sequence has. */
export function sequenceLength({ sequence: isSequence, start = 0n, end = 0n }: FieldOptions): number {
  if (!isSequence) return Number.POSITIVE_INFINITY
  return end < start ? 0 : Number(end - start + 1n)
}

function sequence(type: LogicalType, { column, start = 0n }: FieldOptions): FieldValue {
  const at = (n: number) => start + BigInt(n)
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'FLOAT':
    case 'DOUBLE':
      return (n) => Number(at(n))
    case 'BIGINT':
      return (n) => integral(at(n))
    case 'DECIMAL': {
      const unit = 10n ** BigInt(type.scale)
      return (n) => integral(at(n) * unit)
    }
    case 'CHAR':
    case 'VARCHAR':
      return (n) => String(at(n))
    default:
      throw new MillraceError('E0210', `column \`${column}\` of type ${type.kind} cannot be a sequence`)
  }
}

const INTEGER_RANGES = { TINYINT: 0x7f, SMALLINT: 0x7fff, INTEGER: 0x7fff_ffff } as const

function random(type: LogicalType, options: FieldOptions, seed: number, stream: number): FieldValue {
  const unit = (n: number) => unitAt(seed, stream, n)
  switch (type.kind) {
    case 'BOOLEAN':
      return (n) => bitsAt(seed, stream, n) % 2 === 1
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER': {
      const top = INTEGER_RANGES[type.kind]
      const { min, max } = range(options, -top - 1, top, -top - 1)
      return (n) => Math.floor(min + unit(n) * (max - min + 1))
    }
    case 'BIGINT':
      return bigints(options, seed, stream)
    case 'FLOAT': {
      const { min, max } = range(options, 0, 3.4028234663852886e38)
      return (n) => Math.fround(min + unit(n) * (max - min))
    }
    case 'DOUBLE': {
      const { min, max } = range(options, 0, Number.MAX_VALUE)
      return (n) => min + unit(n) * (max - min)
    }
    case 'DECIMAL': {
      const { min, max } = range(options, 0, 10 ** (type.precision - type.scale) - 10 ** -type.scale)
      const scale = 10 ** type.scale
      return (n) => decimal((min + unit(n) * (max - min)) * scale)
    }
    case 'CHAR':
    case 'VARCHAR':
      return texts(type.kind === 'CHAR', type.length, options, seed, stream)
    case 'BINARY':
    case 'VARBINARY': {
      const text = texts(type.kind === 'BINARY', type.length, options, seed, stream)
      return (n) => new TextEncoder().encode(text(n))
    }
    case 'DATE':
      return (_, nowMs) => Math.floor(nowMs / 86_400_000)
    case 'TIME':
      return (_, nowMs) => nowMs % 86_400_000
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const at = (n: number, nowMs: number) => nowMs - Math.floor(unit(n) * options.maxPastMs)
      return type.precision <= 3 ? at : (n, nowMs) => integral(BigInt(at(n, nowMs)) * 1_000_000n)
    }
    default:
      throw new MillraceError('E0301', `datagen does not generate ${type.kind} columns yet (\`${options.column}\`)`)
  }
}

/** The asked range inside what the column can hold; a column that takes negative values has 0 as Flink's default minimum. */
function range(
  { column, min: low, max: high }: FieldOptions,
  defaultMin: number,
  most: number,
  least = -most,
): { min: number; max: number } {
  const min = low ?? defaultMin
  const max = high ?? most
  if (min > max || min < least || max > most) {
    throw new MillraceError('E0210', `fields.${column}: the range ${min} to ${max} is empty or beyond the column's type`)
  }
  return { min, max }
}

function bigints(options: FieldOptions, seed: number, stream: number): FieldValue {
  const { min, max } = range(options, -(2 ** 63), 2 ** 63)
  const low = min <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.ceil(min))
  const high = max >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(Math.floor(max))
  const count = high - low + 1n
  return (n) => {
    const bits = (BigInt(bitsAt(seed, stream, 2 * n)) << 32n) | BigInt(bitsAt(seed, stream, 2 * n + 1))
    return integral(low + ((bits * count) >> 64n))
  }
}

/** Hex digits, as Flink's `nextHexString`. */
function texts(fixed: boolean, declared: number, options: FieldOptions, seed: number, stream: number): (n: number) => string {
  const most = declared === LENGTH_MAX ? (options.length ?? 100) : Math.min(options.length ?? declared, declared)
  if (options.length !== undefined && options.length > declared) {
    throw new MillraceError('E0210', `fields.${options.column}.length is ${options.length}, more than the column's ${declared}`)
  }
  const base = seed ^ 0x51ed_270b
  return (n) => {
    const length = options.varLen && !fixed ? 1 + (bitsAt(base, stream, n) % most) : most
    let text = ''
    for (let word = 0; text.length < length; word += 1)
      text += bitsAt(bitsAt(seed, stream, n), stream, word)
        .toString(16)
        .padStart(8, '0')
    return text.slice(0, length)
  }
}

function integral(value: bigint): Integral {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

function decimal(value: number): Integral {
  const rounded = Math.round(value)
  return Number.isSafeInteger(rounded) ? rounded + 0 : BigInt(rounded)
}
