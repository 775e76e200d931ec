/** What may be cast to what: silently (implicit), and when CAST is written (explicit). Flink: `LogicalTypeCasts`. */
import type { LogicalType, TypeKind } from '../../contract/type.js'
import { isApproximate, isBinary, isCharacter, isDatetime, isExact, isInterval, isNumeric, isTimestamp } from './predicate.js'

const WIDENING: readonly TypeKind[] = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'DECIMAL', 'FLOAT', 'DOUBLE']

/** True where Flink converts an argument without being asked: to a wider number, CHAR to VARCHAR, DATE to TIMESTAMP. Nullability is not looked at. */
export function isImplicitCast(from: LogicalType, to: LogicalType): boolean {
  if (from.kind === 'NULL') return true
  if (isNumeric(from) && isNumeric(to)) {
    return from.kind === to.kind || WIDENING.indexOf(from.kind) < WIDENING.indexOf(to.kind)
  }
  if (isCharacter(from) && isCharacter(to)) return true
  if (isBinary(from) && isBinary(to)) return true
  if (isTimestamp(from) && isTimestamp(to)) return true
  if (from.kind === 'DATE' && isTimestamp(to)) return true
  if (from.kind !== to.kind) return false
  switch (from.kind) {
    case 'ARRAY':
    case 'MULTISET':
      return 'element' in to && isImplicitCast(from.element, to.element)
    case 'MAP':
      return to.kind === 'MAP' && isImplicitCast(from.key, to.key) && isImplicitCast(from.value, to.value)
    case 'ROW':
      return (
        to.kind === 'ROW' &&
        from.fields.length === to.fields.length &&
        from.fields.every((field, i) => isImplicitCast(field.type, to.fields[i]!.type))
      )
    default:
      return true
  }
}

/** True where `CAST(x AS to)` is legal for an x of type `from`. Nullability is not looked at. */
export function isExplicitCast(from: LogicalType, to: LogicalType): boolean {
  if (from.kind === 'NULL') return true
  if (to.kind === 'NULL') return false
  if (isCharacter(to)) return true
  if (isCharacter(from)) return isSimple(to)
  if (isBinary(to)) return isBinary(from)
  if (isBinary(from)) return false
  switch (from.kind) {
    case 'BOOLEAN':
      return to.kind === 'BOOLEAN' || isNumeric(to)
    case 'DATE':
      return to.kind === 'DATE' || isTimestamp(to)
    case 'TIME':
      return to.kind === 'TIME' || isTimestamp(to)
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return isDatetime(to)
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return to.kind === from.kind || (isExact(to) && to.kind !== 'DECIMAL' && !from.unit.includes(' TO '))
    case 'ARRAY':
    case 'MULTISET':
      return from.kind === to.kind && 'element' in to && isExplicitCast(from.element, to.element)
    case 'MAP':
      return to.kind === 'MAP' && isExplicitCast(from.key, to.key) && isExplicitCast(from.value, to.value)
    case 'ROW':
      return (
        to.kind === 'ROW' &&
        from.fields.length === to.fields.length &&
        from.fields.every((field, i) => isExplicitCast(field.type, to.fields[i]!.type))
      )
    default:
      return castsFromNumber(from, to)
  }
}

function castsFromNumber(from: LogicalType, to: LogicalType): boolean {
  if (isNumeric(to) || to.kind === 'BOOLEAN') return to.kind !== 'BOOLEAN' || !isApproximate(from)
  return isInterval(to) && isExact(from) && from.kind !== 'DECIMAL'
}

function isSimple(type: LogicalType): boolean {
  return type.kind === 'BOOLEAN' || isNumeric(type) || isDatetime(type) || isBinary(type) || isCharacter(type) || isInterval(type)
}
