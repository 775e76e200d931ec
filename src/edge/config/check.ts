/** Checks the parsed file against the schema and says everything that is wrong with it, each with its place. */
import * as v from 'valibot'
import { closestName } from '../../engine-lite/base/closest-name.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import { GATEWAY_SCHEMA, type GatewaySettings } from './schema.js'
import type { ConfigSource, SettingPath } from './source.js'

type AnySchema = v.GenericSchema

export function checkSettings(source: ConfigSource): { settings: GatewaySettings } | { errors: MillraceError[] } {
  const value = source.value ?? {}
  const errors: MillraceError[] = []
  findUnknown(value, GATEWAY_SCHEMA, [], source, errors)
  const result = v.safeParse(GATEWAY_SCHEMA, value)
  for (const issue of result.issues ?? []) errors.push(issueError(issue, source))
  // What an unresolved reference would have been is not known, so nothing else is said about it.
  const unresolved = new Set(source.problems.map(placeKey))
  const all = [...source.problems, ...errors.filter((error) => !unresolved.has(placeKey(error)))]
  if (all.length > 0) return { errors: source.inOrder(all) }
  return { settings: result.output as GatewaySettings }
}

function placeKey({ place }: MillraceError): string {
  return `${place?.span?.line}:${place?.span?.column}`
}

function findUnknown(value: unknown, schema: AnySchema, path: SettingPath, source: ConfigSource, errors: MillraceError[]): void {
  if (Array.isArray(value)) {
    const item = itemOf(schema)
    if (item) value.forEach((element, i) => void findUnknown(element, item, [...path, i], source, errors))
    return
  }
  const entries = entriesOf(schema)
  if (!entries || typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    if (Object.hasOwn(entries, key)) findUnknown(child, entries[key]!, [...path, key], source, errors)
    else errors.push(unknownSetting(key, path, Object.keys(entries), source))
  }
}

function unknownSetting(key: string, path: SettingPath, allowed: readonly string[], source: ConfigSource): MillraceError {
  const closest = closestName(key, allowed) ?? settingsNamed(key)
  return new MillraceError('C0012', `${printPath([...path, key])} is not a setting`, {
    place: source.placeOfKey([...path, key]),
    detail: [`settings here: ${allowed.join(', ')}`],
    ...(closest === undefined ? {} : { hint: `did you mean \`${closest}\`?` }),
  })
}

/** The full name of the one setting that bears this name elsewhere in the file. */
function settingsNamed(key: string): string | undefined {
  const found: string[] = []
  const walk = (schema: AnySchema, path: SettingPath): void => {
    for (const [name, child] of Object.entries(entriesOf(schema) ?? {})) {
      if (name === key) found.push(printPath([...path, name]))
      walk(child, [...path, name])
    }
  }
  walk(GATEWAY_SCHEMA, [])
  return found.length === 1 ? found[0] : undefined
}

function issueError(issue: v.BaseIssue<unknown>, source: ConfigSource): MillraceError {
  const path: SettingPath = (issue.path ?? []).map((item) => item.key as string | number)
  const at = printPath(path)
  const missing = issue.received === 'undefined' && issue.kind === 'schema' && path.length > 0
  if (missing) return new MillraceError('C0013', `${at} is missing`, { place: source.placeOfValue(path.slice(0, -1)) })
  if (path.length === 0)
    return new MillraceError('C0001', 'a configuration file holds settings, as `gateway: { id: … }`', { place: source.placeOfValue([]) })
  return new MillraceError('C0011', `${at} ${issue.message}`, { place: source.placeOfValue(path), label: 'this value' })
}

function entriesOf(schema: AnySchema): Record<string, AnySchema> | undefined {
  const inner = unwrap(schema)
  if ('entries' in inner) return inner.entries as Record<string, AnySchema>
  if ('options' in inner && inner.type === 'union') {
    return (inner.options as AnySchema[]).map(entriesOf).find((entries) => entries !== undefined)
  }
  return undefined
}

function itemOf(schema: AnySchema): AnySchema | undefined {
  const inner = unwrap(schema)
  return 'item' in inner ? (inner.item as AnySchema) : undefined
}

function unwrap(schema: AnySchema): AnySchema {
  return 'wrapped' in schema ? unwrap(schema.wrapped as AnySchema) : schema
}

/** `mqtt.embedded.users[0].name`. */
export function printPath(path: SettingPath): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
}
