/** Topic names and filters of MQTT 3.1.1 section 4.7, and named levels: `plant/{line}/{device}/telemetry`. */
import { MillraceError } from '../../engine-lite/contract/errors/index.js'

/** Deepest topic taken; also the limit of the embedded broker's matcher. */
export const TOPIC_LEVELS_MAX = 100
const TOPIC_BYTES_MAX = 65_535

/** A table's `topic` option, parsed. */
export interface TopicPattern {
  /** As MQTT wants it, named levels replaced by `+`. */
  readonly filter: string
  /** Named levels and where they stand. */
  readonly levels: readonly { readonly name: string; readonly index: number }[]
}

/** @throws MillraceError M0105 */
export function parseTopicPattern(pattern: string): TopicPattern {
  const levels: { name: string; index: number }[] = []
  const parts = pattern.split('/').map((part, index) => {
    const named = /^\{([A-Za-z_][A-Za-z0-9_-]*)\}$/.exec(part)
    if (named === null) {
      if (/[{}]/.test(part)) throw badFilter(pattern, `\`${part}\` is no named level: write {name} as a whole level`)
      return part
    }
    const name = named[1]!
    if (levels.some((level) => level.name === name)) throw badFilter(pattern, `the level {${name}} is named twice`)
    levels.push({ name, index })
    return '+'
  })
  const filter = parts.join('/')
  checkFilter(filter)
  return { filter, levels }
}

/** @throws MillraceError M0105 */
export function checkFilter(filter: string): void {
  const wrong = filterFault(filter)
  if (wrong !== undefined) throw badFilter(filter, wrong)
}

/** Why a subscription's filter is not one, or undefined. */
export function filterFault(filter: string): string | undefined {
  const common = nameFault(filter)
  if (common !== undefined) return common
  const levels = filter.split('/')
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!
    if (level.includes('#') && (level !== '#' || i !== levels.length - 1)) return '`#` stands alone and in the last level'
    if (level.includes('+') && level !== '+') return '`+` stands alone in its level'
  }
  return undefined
}

/** Why a topic name of a PUBLISH is not one, or undefined. */
export function topicFault(topic: string): string | undefined {
  const common = nameFault(topic)
  if (common !== undefined) return common
  return /[+#]/.test(topic) ? 'a topic name holds no wildcard' : undefined
}

function nameFault(name: string): string | undefined {
  if (name.length === 0) return 'it is empty'
  if (Buffer.byteLength(name) > TOPIC_BYTES_MAX) return 'it is longer than 65535 bytes'
  let levels = 1
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code === 0x2f) levels++
    else if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0xffff || code === 0xfffe || code === 0xfffd)
      return 'it holds a control character or no valid UTF-8'
  }
  return levels > TOPIC_LEVELS_MAX ? `it has more than ${TOPIC_LEVELS_MAX} levels` : undefined
}

function badFilter(filter: string, detail: string): MillraceError {
  return new MillraceError('M0105', `\`${filter}\` is not a topic filter: ${detail}`)
}

/** Whether a topic name matches a filter. Wildcards in the first level do not match names that start with `$`. */
export function topicMatches(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const given = topic.split('/')
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true
    if (i >= given.length) return false
    if (wanted[i] !== '+' && wanted[i] !== given[i]) return false
  }
  return wanted.length === given.length
}

/** Whether everything that `filter` matches is matched by `allowed`, too. */
export function filterCovers(allowed: string, filter: string): boolean {
  const wide = allowed.split('/')
  const narrow = filter.split('/')
  if (narrow[0]!.startsWith('$') && (wide[0] === '+' || wide[0] === '#')) return false
  for (let i = 0; i < wide.length; i++) {
    if (wide[i] === '#') return true
    const level = narrow[i]
    if (level === undefined || level === '#') return false
    if (wide[i] !== '+' && wide[i] !== level) return false
  }
  return wide.length === narrow.length
}
