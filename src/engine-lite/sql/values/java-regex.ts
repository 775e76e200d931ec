/**
 * Java's regular expressions as JavaScript's. What means the same is passed through, what differs is spelled out (`.`, `$`, `\s`, `\b`),
 * and what has no exact counterpart (possessive quantifiers, class intersection) is refused rather than approximated.
 */

/** `invalid`: Java refuses the pattern, too. */
export interface RegexProblem {
  readonly invalid: boolean
  readonly reason: string
}

const LINE_END = '\\n\\r\\u0085\\u2028\\u2029'
const SPACE = ' \\t\\n\\u000b\\f\\r'
const WORD = '[\\p{L}\\p{N}\\p{M}_]'

/** A JavaScript expression (flags `u` and `flags`) that matches what the Java pattern matches, or what is the matter with it. */
export function javaRegex(pattern: string, flags = ''): RegExp | RegexProblem {
  try {
    const translated = new Translator(pattern).translate()
    return new RegExp(translated.source, `u${translated.flags}${flags}`)
  } catch (error) {
    if (error instanceof Refusal) return { invalid: error.invalid, reason: error.message }
    if (error instanceof SyntaxError) return { invalid: true, reason: error.message }
    throw error
  }
}

class Refusal extends Error {
  constructor(
    message: string,
    readonly invalid = false,
  ) {
    super(message)
  }
}

class Translator {
  private at = 0
  private dotAll = false

  constructor(private readonly pattern: string) {}

  translate(): { source: string; flags: string } {
    const leading = /^\(\?([is]+)\)/.exec(this.pattern)
    let flags = ''
    if (leading !== null) {
      this.at = leading[0].length
      this.dotAll = leading[1]!.includes('s')
      if (leading[1]!.includes('i')) flags = 'i'
    }
    let source = ''
    while (this.at < this.pattern.length) source += this.term()
    return { source, flags }
  }

  private term(): string {
    const char = this.pattern[this.at]!
    switch (char) {
      case '\\':
        return this.escape()
      case '[':
        return this.charClass()
      case '.':
        this.at++
        return this.dotAll ? '[\\s\\S]' : `[^${LINE_END}]`
      case '^':
        this.at++
        return '(?<![\\s\\S])'
      case '$':
        this.at++
        return `(?=(?:\\r\\n|[${LINE_END}])?(?![\\s\\S]))`
      case '(':
        return this.group()
      case '*':
      case '+':
      case '?':
        return this.quantifier(char)
      case '{':
        return this.braces()
      case ']':
      case '}':
        this.at++
        return `\\${char}`
      default:
        return this.literal()
    }
  }

  private literal(): string {
    const char = String.fromCodePoint(this.pattern.codePointAt(this.at)!)
    this.at += char.length
    return char === '/' ? '\\/' : char
  }

  private quantifier(text: string): string {
    this.at += text.length
    if (this.pattern[this.at] === '+') throw new Refusal('possessive quantifiers are not built')
    if (this.pattern[this.at] === '?') {
      this.at++
      return `${text}?`
    }
    return text
  }

  private braces(): string {
    const match = /^\{\d+(?:,\d*)?\}/.exec(this.pattern.slice(this.at))
    if (match === null) throw new Refusal('bad repetition', true)
    return this.quantifier(match[0])
  }

  private group(): string {
    const match = /^\((?:\?(?::|=|!|<=|<!|<[A-Za-z][A-Za-z0-9]*>))?/.exec(this.pattern.slice(this.at))!
    if (match[0] === '(' && this.pattern[this.at + 1] === '?')
      throw new Refusal(`the group ${this.pattern.slice(this.at, this.at + 4)} is not built`)
    this.at += match[0].length
    return match[0]
  }

  private escape(): string {
    const next = this.pattern[this.at + 1]
    if (next === undefined) throw new Refusal('nothing behind the last backslash', true)
    if (next === 'Q') return this.quoted()
    this.at += 2
    switch (next) {
      case 'd':
      case 'w':
      case 'D':
      case 'W':
        return `\\${next}`
      case 's':
        return `[${SPACE}]`
      case 'S':
        return `[^${SPACE}]`
      case 'b':
        return `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`
      case 'A':
        return '(?<![\\s\\S])'
      case 'z':
        return '(?![\\s\\S])'
      case 'Z':
        return `(?=(?:\\r\\n|[${LINE_END}])?(?![\\s\\S]))`
      default:
        return this.plainEscape(next)
    }
  }

  /** Escapes that are also allowed in a class. */
  private plainEscape(next: string): string {
    if ('tnrf'.includes(next)) return `\\${next}`
    if (next === 'a') return '\\u0007'
    if (next === 'e') return '\\u001b'
    if (/[1-9]/.test(next)) return `\\${next}`
    if (next === 'u' || next === 'x') return this.hexadecimal(next)
    if (/[A-Za-z0]/.test(next)) throw new Refusal(`\\${next} is not built`)
    return /[\^$\\.*+?()[\]{}|/-]/.test(next) ? (next === '-' ? '\\u002d' : `\\${next}`) : next
  }

  private hexadecimal(kind: string): string {
    const length = kind === 'u' ? 4 : 2
    const digits = this.pattern.slice(this.at, this.at + length)
    if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < length) throw new Refusal(`bad \\${kind}`, true)
    this.at += length
    return `\\u${digits.padStart(4, '0')}`
  }

  private quoted(): string {
    const end = this.pattern.indexOf('\\E', this.at + 2)
    const text = this.pattern.slice(this.at + 2, end === -1 ? undefined : end)
    this.at = end === -1 ? this.pattern.length : end + 2
    return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  }

  private charClass(): string {
    this.at++
    let source = '['
    if (this.pattern[this.at] === '^') {
      source += '^'
      this.at++
    }
    if (this.pattern[this.at] === ']') throw new Refusal('an empty class or one that begins with ] is not built')
    while (this.pattern[this.at] !== ']') {
      if (this.at >= this.pattern.length) throw new Refusal('a class is not closed', true)
      source += this.classMember()
    }
    this.at++
    return `${source}]`
  }

  private classMember(): string {
    const char = this.pattern[this.at]!
    if (char === '[' || this.pattern.startsWith('&&', this.at)) throw new Refusal('nested classes are not built')
    if (char !== '\\') {
      const literal = this.literal()
      return '{}()|^$.*+?'.includes(literal) ? `\\${literal}` : literal
    }
    const next = this.pattern[this.at + 1]
    if (next === undefined) throw new Refusal('a class is not closed', true)
    this.at += 2
    if (next === 's') return SPACE
    if ('dwDW'.includes(next)) return `\\${next}`
    if (next === 'b' || next === 'S') throw new Refusal(`\\${next} in a class is not built`)
    return this.plainEscape(next)
  }
}
