/**
 * JSON paths as Flink's JSON functions take them: `lax $.a.b[0]`, `strict $['a b'][*].c`; without a mode it is strict. A missing member is
 * an error in strict mode and an empty result in lax mode (Calcite's JsonFunctions over Jayway's JsonPath).
 */
import type { JsonDocument } from './json-document.js'

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'all' }

export interface JsonPath {
  readonly strict: boolean
  readonly steps: readonly Step[]
}

/** What a path found. `missing`: strict mode came upon a member that is not there. */
export type JsonFound = { readonly kind: 'value'; readonly value: JsonDocument } | { readonly kind: 'missing' }

const MISSING: JsonFound = { kind: 'missing' }
const STEP =
  /\.([\p{L}_$][\p{L}\p{N}_$-]*)|\.?\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\.?\[\s*"((?:[^"\\]|\\.)*)"\s*\]|\[\s*(\d+)\s*\]|(\.\*|\[\s*\*\s*\])/uy

/** The path, or undefined for forms that are not built (filters, slices, deep scan). */
export function parseJsonPath(text: string): JsonPath | undefined {
  const match = /^\s*(?:(strict|lax)\s+)?\$(.*)$/s.exec(text)
  if (match === null) return undefined
  const rest = match[2]!.trimEnd()
  const steps: Step[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < rest.length) {
    const step = STEP.exec(rest)
    if (step === null) return undefined
    const name = step[1] ?? step[2] ?? step[3]
    if (name !== undefined) steps.push({ kind: 'member', name: name.replace(/\\(.)/g, '$1') })
    else if (step[4] !== undefined) steps.push({ kind: 'item', index: Number(step[4]) })
    else steps.push({ kind: 'all' })
  }
  return { strict: match[1] !== 'lax', steps }
}

/** Follows the path. With a wildcard the result is the list of all that was found. */
export function evaluatePath(path: JsonPath, document: JsonDocument): JsonFound {
  const wild = path.steps.findIndex((step) => step.kind === 'all')
  if (wild !== -1) return evaluateMany(path, document, wild)
  let value: JsonDocument = document
  for (const step of path.steps) {
    const next = follow(step, value)
    if (next === undefined) return path.strict ? MISSING : { kind: 'value', value: null }
    value = next
  }
  return { kind: 'value', value }
}

/** Before the first wildcard everything must be there; behind it what is missing is left out. */
function evaluateMany(path: JsonPath, document: JsonDocument, wild: number): JsonFound {
  const head = evaluatePath({ ...path, steps: path.steps.slice(0, wild) }, document)
  if (head.kind === 'missing') return head
  let values: JsonDocument[] = [head.value]
  for (const step of path.steps.slice(wild)) {
    values = values.flatMap((value) => {
      if (step.kind === 'all') return Array.isArray(value) ? value : value instanceof Map ? [...value.values()] : []
      const next = follow(step, value)
      return next === undefined ? [] : [next]
    })
  }
  return { kind: 'value', value: values }
}

function follow(step: Exclude<Step, { kind: 'all' }> | Step, value: JsonDocument): JsonDocument | undefined {
  if (step.kind === 'member') return value instanceof Map ? value.get(step.name) : undefined
  if (step.kind === 'item') return Array.isArray(value) ? value[step.index] : undefined
  return undefined
}
