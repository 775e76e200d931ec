/** Values of the oracle's neutral JSON form to internal values of a type. */
import type { LogicalType } from '../../src/engine-lite/contract/type.js'
import { parseExact, rescale } from '../../src/engine-lite/sql/values/decimal.js'
import { fromBigInt } from '../../src/engine-lite/sql/values/integral.js'
import { joinTimestamp } from '../../src/engine-lite/sql/values/temporal-text.js'

/** A value this encoding cannot express in that type. */
export class Inexpressible extends Error {}

type Tagged = Readonly<Record<string, unknown>>

export function internalValue(value: unknown, type: LogicalType): unknown {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return internalArray(value, type)
  if (typeof value === 'object') return internalTagged(value as Tagged, type)
  switch (type.kind) {
    case 'DOUBLE':
    case 'FLOAT':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return Number(value)
    case 'BIGINT':
      return fromBigInt(BigInt(value as number))
    case 'DECIMAL':
      return internalTagged({ dec: String(value) }, type)
    case 'BOOLEAN':
    case 'CHAR':
    case 'VARCHAR':
      return value
    default:
      throw new Inexpressible(`${JSON.stringify(value)} as ${type.kind}`)
  }
}

function internalArray(items: readonly unknown[], type: LogicalType): unknown {
  if (type.kind === 'ARRAY') return items.map((item) => internalValue(item, type.element))
  if (type.kind === 'ROW') return items.map((item, i) => internalValue(item, type.fields[i]!.type))
  throw new Inexpressible(`an array as ${type.kind}`)
}

function internalTagged(value: Tagged, type: LogicalType): unknown {
  const [tag, content] = Object.entries(value)[0] as [string, unknown]
  const text = String(content)
  switch (tag) {
    case 'double':
      return type.kind === 'FLOAT' ? Math.fround(Number(text)) : Number(text)
    case 'dec': {
      const exact = parseExact(text)
      if (exact === undefined || type.kind !== 'DECIMAL') throw new Inexpressible(`${text} as ${type.kind}`)
      return rescale(fromBigInt(exact.unscaled), exact.scale, type.scale)
    }
    case 'LocalDate':
      return Date.parse(`${text}T00:00:00Z`) / 86_400_000
    case 'LocalTime': {
      const [hours, minutes, seconds = '0'] = text.split(':')
      return Math.trunc(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000)
    }
    case 'LocalDateTime':
    case 'Instant':
      return timestamp(text, type)
    case 'bytes':
      return Uint8Array.from(Buffer.from(text, 'hex'))
    case 'map': {
      if (type.kind === 'MULTISET') return new Map((content as [unknown, number][]).map(([k, n]) => [internalValue(k, type.element), n]))
      if (type.kind !== 'MAP') throw new Inexpressible(`a map as ${type.kind}`)
      return new Map((content as [unknown, unknown][]).map(([k, v]) => [internalValue(k, type.key), internalValue(v, type.value)]))
    }
    case 'kind':
      return internalArray(value.row as unknown[], type)
    default:
      throw new Inexpressible(`{${tag}} as ${type.kind}`)
  }
}

/** `2020-10-10T00:00[:ss[.fraction]][Z]`. */
function timestamp(text: string, type: LogicalType): unknown {
  if (type.kind !== 'TIMESTAMP' && type.kind !== 'TIMESTAMP_LTZ') throw new Inexpressible(`${text} as ${type.kind}`)
  const match = /^(.+T\d\d:\d\d)(:\d\d)?(\.\d+)?Z?$/.exec(text)
  if (match === null) throw new Inexpressible(text)
  const ms = Date.parse(`${match[1]}${match[2] ?? ':00'}Z`)
  const nanos = Number((match[3] ?? '').slice(1).padEnd(9, '0'))
  return joinTimestamp(ms + Math.trunc(nanos / 1_000_000), nanos % 1_000_000, type.precision)
}
