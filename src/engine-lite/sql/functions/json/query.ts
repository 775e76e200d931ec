/** JSON_VALUE, JSON_QUERY, JSON_EXISTS: what a path finds, with the behaviours ON EMPTY and ON ERROR of Calcite's JsonFunctions. */
import { MillraceError } from '../../../contract/errors/index.js'
import type { LogicalType } from '../../../contract/type.js'
import type { CallModifiers, JsonBehavior } from '../../ast/expression.js'
import { array, BOOLEAN, nullable, STRING } from '../../types/make.js'
import { isCharacter } from '../../types/predicate.js'
import { printType } from '../../types/print.js'
import { type JsonDocument, JsonNumber, numberText, parseJson, printJson } from '../../values/json-document.js'
import { evaluatePath, type JsonPath, parseJsonPath } from '../../values/json-path.js'
import { resolved } from '../define.js'
import type { ArgumentInfo, ResolvedFunction, ScalarFunction } from '../definition.js'

type Found = { readonly kind: 'value'; readonly value: JsonDocument } | { readonly kind: 'error'; readonly reason: string }

/** Runs the path of a call over the text of a row. */
function finder(args: readonly ArgumentInfo[], name: string): ((text: string) => Found) & { readonly strict: boolean } {
  const path = pathOf(args[1], name)
  const find = (text: string): Found => {
    const document = parseJson(text)
    if (document === undefined)
      return path.strict ? { kind: 'error', reason: `'${excerpt(text)}' is no JSON` } : { kind: 'value', value: null }
    const found = evaluatePath(path, document)
    return found.kind === 'missing' ? { kind: 'error', reason: 'the path leads nowhere' } : found
  }
  return Object.assign(find, { strict: path.strict })
}

function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function pathOf(arg: ArgumentInfo | undefined, name: string): JsonPath {
  const text = arg?.literal?.value
  if (typeof text !== 'string') throw new MillraceError('E0301', `${name} with a path that is no constant is not built yet`)
  const path = parseJsonPath(text)
  if (path === undefined)
    throw new MillraceError('E0301', `the JSON path '${text}' is not built yet`, { hint: 'members, items and * are: $.a.b[0], $.a[*].b' })
  return path
}

function checkInput(args: readonly ArgumentInfo[], name: string): string | undefined {
  const [input, path] = args
  if (input === undefined || path === undefined) return `${name} takes a JSON text and a path`
  if (!(isCharacter(input.type) || input.type.kind === 'NULL')) return `${name} takes text, not ${printType(input.type)}`
  return isCharacter(path.type) ? undefined : `the path of ${name} is text, not ${printType(path.type)}`
}

const isScalar = (value: JsonDocument): boolean => !Array.isArray(value) && !(value instanceof Map)

function failed(name: string, reason: string): MillraceError {
  return new MillraceError('R0101', `${name}: ${reason}`)
}

const RETURNABLE: ReadonlySet<string> = new Set(['VARCHAR', 'CHAR', 'BOOLEAN', 'INTEGER', 'DOUBLE'])

function resolveValue(args: readonly ArgumentInfo[], modifiers: CallModifiers = {}): ResolvedFunction | string {
  const problem = checkInput(args, 'JSON_VALUE')
  if (problem !== undefined) return problem
  const { onEmpty, onError, returning } = modifiers.json ?? {}
  const type = nullable(returning?.type ?? STRING)
  if (!RETURNABLE.has(type.kind)) return `JSON_VALUE returns STRING, BOOLEAN, INT or DOUBLE, not ${printType(type)}`
  const find = finder(args, 'JSON_VALUE')
  const convert = scalarReader(type)
  const hasEmptyDefault = onEmpty?.kind === 'DEFAULT'
  const choose = (behavior: JsonBehavior | undefined, fallback: unknown, reason: string): unknown => {
    if (behavior?.kind === 'ERROR') throw failed('JSON_VALUE', reason)
    return behavior?.kind === 'DEFAULT' ? fallback : null
  }
  // Defaults come as further arguments: that of ON EMPTY first.
  const direct = (text: string | null, _path: string, first: unknown, second: unknown): unknown => {
    if (text === null) return null
    const found = find(text)
    if (found.kind === 'value') {
      if (found.value === null || (!find.strict && !isScalar(found.value))) return choose(onEmpty, first, 'the result is empty')
      if (isScalar(found.value)) return convert(found.value)
    }
    return choose(onError, hasEmptyDefault ? second : first, found.kind === 'error' ? found.reason : 'the value is no scalar')
  }
  const argTypes = args.map((arg, i) => (i < 2 ? (arg.type.kind === 'NULL' ? nullable(STRING) : arg.type) : type))
  return resolved(type, argTypes, direct)
}

/** A JSON scalar as a value of the returned type. Types are not converted into each other, as in Flink. */
function scalarReader(type: LogicalType): (value: JsonDocument) => unknown {
  switch (type.kind) {
    case 'BOOLEAN':
      return (value) => (typeof value === 'boolean' ? value : mismatch(value, type))
    case 'INTEGER':
      return (value) =>
        value instanceof JsonNumber && /^-?\d{1,10}$/.test(value.text) && (Number(value.text) | 0) === Number(value.text)
          ? Number(value.text)
          : mismatch(value, type)
    case 'DOUBLE':
      return (value) => (value instanceof JsonNumber && /[.eE]/.test(value.text) ? Number(value.text) : mismatch(value, type))
    default:
      return scalarText
  }
}

function mismatch(value: JsonDocument, type: LogicalType): never {
  throw failed('JSON_VALUE', `${printJson(value, false)} is no ${printType(type)}`)
}

/** Text of a scalar. */
function scalarText(value: JsonDocument): string {
  return value instanceof JsonNumber ? numberText(value.text) : String(value)
}

function resolveExists(args: readonly ArgumentInfo[], modifiers: CallModifiers = {}): ResolvedFunction | string {
  const problem = checkInput(args, 'JSON_EXISTS')
  if (problem !== undefined) return problem
  const onError = modifiers.json?.onError?.kind ?? 'FALSE'
  const find = finder(args, 'JSON_EXISTS')
  const argTypes = args.map((arg) => (arg.type.kind === 'NULL' ? nullable(STRING) : arg.type))
  const isNullable = argTypes[0]!.nullable || onError === 'UNKNOWN'
  return resolved(isNullable ? nullable(BOOLEAN) : BOOLEAN, argTypes, (text: string | null) => {
    if (text === null) return null
    const found = find(text)
    if (found.kind === 'value') return found.value !== null
    if (onError === 'ERROR') throw failed('JSON_EXISTS', found.reason)
    return onError === 'UNKNOWN' ? null : onError === 'TRUE'
  })
}

function resolveQuery(args: readonly ArgumentInfo[], modifiers: CallModifiers = {}): ResolvedFunction | string {
  const problem = checkInput(args, 'JSON_QUERY')
  if (problem !== undefined) return problem
  const { onEmpty, onError, returning, wrapper } = modifiers.json ?? {}
  const type = nullable(returning?.type ?? STRING)
  const ofArray = type.kind === 'ARRAY'
  if (ofArray ? !isCharacter(type.element) : !isCharacter(type)) return `JSON_QUERY returns STRING or ARRAY<STRING>, not ${printType(type)}`
  if (ofArray && (onEmpty?.kind === 'EMPTY OBJECT' || onError?.kind === 'EMPTY OBJECT')) return 'EMPTY OBJECT is no value of an ARRAY'
  const find = finder(args, 'JSON_QUERY')
  const choose = (behavior: JsonBehavior | undefined, reason: string): unknown => {
    if (behavior?.kind === 'ERROR') throw failed('JSON_QUERY', reason)
    if (behavior?.kind === 'EMPTY ARRAY') return ofArray ? [] : '[]'
    return behavior?.kind === 'EMPTY OBJECT' ? '{}' : null
  }
  const print = ofArray ? arrayItems : (value: JsonDocument) => printJson(value, false)
  const direct = (text: string | null): unknown => {
    if (text === null) return null
    const found = find(text)
    if (found.kind === 'error') return choose(onError, found.reason)
    const value = wrap(found.value, wrapper)
    if (value === null || (!find.strict && isScalar(value))) return choose(onEmpty, 'the result is empty')
    return isScalar(value) ? choose(onError, 'the value is no array or object') : (print(value) ?? choose(onError, 'the value is no array'))
  }
  const argTypes = args.map((arg) => (arg.type.kind === 'NULL' ? nullable(STRING) : arg.type))
  return resolved(ofArray ? nullable(array(nullable(STRING))) : type, argTypes, direct)
}

function wrap(value: JsonDocument, wrapper: 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL' | undefined): JsonDocument {
  if (value === null || wrapper === undefined || wrapper === 'WITHOUT') return value
  return wrapper === 'CONDITIONAL' && Array.isArray(value) ? value : [value]
}

/** Items as text: strings as they are, the rest as JSON with sorted fields. */
function arrayItems(value: JsonDocument): (string | null)[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.map((item) =>
    item === null ? null : typeof item === 'string' ? item : isScalar(item) ? scalarText(item) : printJson(item, true),
  )
}

export const JSON_QUERY_FUNCTIONS: readonly ScalarFunction[] = [
  { name: 'JSON_VALUE', nulls: 'custom', deterministic: true, resolve: resolveValue },
  { name: 'JSON_EXISTS', nulls: 'custom', deterministic: true, resolve: resolveExists },
  { name: 'JSON_QUERY', nulls: 'custom', deterministic: true, resolve: resolveQuery },
]
