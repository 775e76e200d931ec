/** Values as text, the way CAST to STRING prints them: `TRUE`, `1.0E7`, `[1, NULL]`, `{k=v}`, `(1, a)`. */
import type { Integral } from '../../contract/row.js'
import type { LogicalType } from '../../contract/type.js'
import { printDecimal } from './decimal.js'
import { printDouble, printFloat } from './float-text.js'
import { printDate, printDuration, printInstant, printMonths, printTime, printTimestamp, splitTimestamp } from './temporal-text.js'
import { localOfInstant, type TimeZone } from './time-zone.js'

export interface ValuePrinter {
  /** Text of a non-NULL value. The zone may be undefined where {@link needsZone} is false. */
  readonly print: (value: unknown, zone: TimeZone | undefined) => string
  readonly needsZone: boolean
}

/** The printer of a type. */
export function valuePrinter(type: LogicalType): ValuePrinter {
  return { print: printerOf(type) as ValuePrinter['print'], needsZone: needsZone(type) }
}

function needsZone(type: LogicalType): boolean {
  switch (type.kind) {
    case 'TIMESTAMP_LTZ':
      return true
    case 'ARRAY':
    case 'MULTISET':
      return needsZone(type.element)
    case 'MAP':
      return needsZone(type.key) || needsZone(type.value)
    case 'ROW':
      return type.fields.some((field) => needsZone(field.type))
    default:
      return false
  }
}

type Print = (value: never, zone: TimeZone | undefined) => string

function printerOf(type: LogicalType): Print {
  switch (type.kind) {
    case 'BOOLEAN':
      return (value: boolean) => (value ? 'TRUE' : 'FALSE')
    case 'FLOAT':
      return printFloat
    case 'DOUBLE':
      return printDouble
    case 'DECIMAL':
      return (value: Integral) => printDecimal(value, type.scale)
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => new TextDecoder().decode(value)
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW':
      return constructedPrinter(type)
    default:
      return temporalPrinter(type) ?? ((value: unknown) => String(value))
  }
}

function temporalPrinter(type: LogicalType): Print | undefined {
  switch (type.kind) {
    case 'DATE':
      return printDate
    case 'TIME':
      return (value: number) => printTime(value, Math.min(type.precision, 3))
    case 'TIMESTAMP':
      return (value: Integral) => printTimestamp(value, type.precision)
    case 'TIMESTAMP_LTZ':
      return (value: Integral, zone) => {
        const { ms, nanos } = splitTimestamp(value, type.precision)
        return printInstant(zone === undefined ? ms : localOfInstant(ms, zone), nanos, type.precision)
      }
    case 'INTERVAL_YEAR_MONTH':
      return printMonths
    case 'INTERVAL_DAY_TIME':
      return printDuration
    default:
      return undefined
  }
}

function constructedPrinter(type: LogicalType): Print {
  switch (type.kind) {
    case 'ARRAY': {
      const item = nullPrinter(type.element)
      return (value: readonly unknown[], zone) => `[${value.map((entry) => item(entry, zone)).join(', ')}]`
    }
    case 'MULTISET': {
      const item = nullPrinter(type.element)
      return (value: ReadonlyMap<unknown, unknown>, zone) =>
        `{${[...value].map(([key, count]) => `${item(key, zone)}=${count}`).join(', ')}}`
    }
    case 'MAP': {
      const keyOf = nullPrinter(type.key)
      const itemOf = nullPrinter(type.value)
      return (value: ReadonlyMap<unknown, unknown>, zone) =>
        `{${[...value].map(([key, item]) => `${keyOf(key, zone)}=${itemOf(item, zone)}`).join(', ')}}`
    }
    default: {
      const fields = type.kind === 'ROW' ? type.fields.map((field) => nullPrinter(field.type)) : []
      return (value: readonly unknown[], zone) => `(${fields.map((print, i) => print(value[i], zone)).join(', ')})`
    }
  }
}

function nullPrinter(type: LogicalType): (value: unknown, zone: TimeZone | undefined) => string {
  const print = printerOf(type) as ValuePrinter['print']
  return (value, zone) => (value === null ? 'NULL' : print(value, zone))
}
