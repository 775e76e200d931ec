/**
 * References in configuration values: `${NAME}` is an environment variable, `${NAME:-text}` one with a default, `${file:path}` the
 * content of a file without its last line break (Docker and systemd put secrets there).
 */
import { readFileSync } from 'node:fs'

const REFERENCE = /\$\{([^{}\n]*)\}/g
const MASK_OPEN = '\uE000\uE001'
const MASK_CLOSE = '\uE002'

/**
 * Hides `${…}` from the YAML parser, which would take the brace for a flow mapping inside `[ ]` and `{ }`. The masked text has the
 * same length, so that every position stays true.
 */
export function maskReferences(text: string): string {
  return text.replace(REFERENCE, (_, body: string) => MASK_OPEN + body + MASK_CLOSE)
}

export function unmaskReferences(text: string): string {
  return text.replaceAll(MASK_OPEN, '${').replaceAll(MASK_CLOSE, '}')
}

export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads a file named by `${file:…}`; throws as `readFileSync` does. */
  readFile(path: string): string
}

export const PROCESS_REFERENCES: ReferenceSources = {
  env: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
}

/** The value with its references replaced, or the reason why one has no value. */
export function resolveReferences(value: string, sources: ReferenceSources): { text: string } | { problem: string } {
  let problem: string | undefined
  const text = value.replace(REFERENCE, (whole, body: string) => {
    const found = lookUp(body, sources)
    if (typeof found === 'string') return found
    problem ??= `${whole}: ${found.problem}`
    return ''
  })
  return problem === undefined ? { text } : { problem }
}

function lookUp(body: string, sources: ReferenceSources): string | { problem: string } {
  if (body.startsWith('file:')) {
    const path = body.slice('file:'.length).trim()
    try {
      return sources.readFile(path).replace(/\r?\n$/, '')
    } catch (error) {
      return { problem: `file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})` }
    }
  }
  const [name, fallback] = splitDefault(body)
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { problem: 'not the name of an environment variable' }
  return sources.env[name] ?? fallback ?? { problem: `environment variable ${name} is not set` }
}

function splitDefault(body: string): [name: string, fallback: string | undefined] {
  const at = body.indexOf(':-')
  return at < 0 ? [body, undefined] : [body.slice(0, at), body.slice(at + 2)]
}
