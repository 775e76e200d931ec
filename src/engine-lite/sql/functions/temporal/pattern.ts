/** Patterns of the conversion functions: compiled once where they are constant, else cached per text. */
import { MillraceError } from '../../../contract/errors/index.js'
import { type PatternPart, parsePattern } from '../../values/date-pattern.js'
import { lenientReader, type PatternReader, strictReader } from '../../values/date-pattern-parse.js'

/** Patterns come from SQL text or rows; no more than this many are kept. */
const CACHE_MAX = 200

/** Makes a cached compiler. */
function cached<T>(compile: (pattern: string) => T): (pattern: string) => T {
  const cache = new Map<string, T>()
  return (pattern) => {
    const known = cache.get(pattern)
    if (known !== undefined) return known
    const made = compile(pattern)
    if (cache.size >= CACHE_MAX) cache.clear()
    cache.set(pattern, made)
    return made
  }
}

/** Parts of a pattern. Throws E0301 for what is not built, R0101 for what Java refuses. */
export const patternParts = cached((pattern: string): readonly PatternPart[] => {
  const parts = parsePattern(pattern)
  if ('invalid' in parts) throw new MillraceError(parts.invalid ? 'R0101' : 'E0301', `date pattern '${pattern}': ${parts.reason}`)
  return parts
})

/** A reader with java.time's rules. */
export const strictPattern = cached((pattern: string): PatternReader => orRefuse(strictReader(patternParts(pattern)), pattern))

/** A reader with SimpleDateFormat's rules. */
export const lenientPattern = cached((pattern: string): PatternReader => orRefuse(lenientReader(patternParts(pattern)), pattern))

function orRefuse(reader: PatternReader | undefined, pattern: string): PatternReader {
  if (reader === undefined) throw new MillraceError('E0301', `reading text by the date pattern '${pattern}' is not built yet`)
  return reader
}
