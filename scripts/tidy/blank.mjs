/**
 * Code with comments and texts blanked out, line by line and column by column as before, so that a pattern finds code only.
 * A scanner, not a parser: it knows quotes, templates with their `${…}`, both kinds of comments, and tells a regular expression from a
 * division by what stands before the slash.
 */

const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|delete|instanceof|new|throw|await|yield))$/

export function blank(text) {
  const out = text.split('')
  // Depth of braces inside each open template expression.
  const templates = []
  let at = 0
  const erase = (from, to) => {
    for (let i = from; i < to && i < out.length; i += 1) if (out[i] !== '\n') out[i] = ' '
  }
  const skipTemplate = (from) => {
    const end = templateEnd(text, from)
    erase(from, end.at)
    if (end.opens) templates.push(0)
    return end.opens ? end.at + 2 : end.at + 1
  }
  while (at < text.length) {
    const char = text[at]
    const next = text[at + 1]
    if (char === '/' && next === '/') at = eraseTo(lineEnd(text, at))
    else if (char === '/' && next === '*') at = eraseTo(blockEnd(text, at))
    else if (char === "'" || char === '"') {
      const end = quoteEnd(text, at, char)
      erase(at + 1, end - 1)
      at = end
    } else if (char === '`') at = skipTemplate(at + 1)
    else if (char === '/' && BEFORE_REGEX.test(text.slice(Math.max(0, at - 20), at).trimEnd())) {
      const end = regexEnd(text, at)
      erase(at + 1, end - 1)
      at = end
    } else if (char === '{' && templates.length > 0) {
      templates[templates.length - 1] += 1
      at += 1
    } else if (char === '}' && templates.length > 0) {
      if (templates.at(-1) === 0) {
        templates.pop()
        at = skipTemplate(at + 1)
      } else {
        templates[templates.length - 1] -= 1
        at += 1
      }
    } else at += 1
  }
  return out.join('')

  function eraseTo(end) {
    erase(at, end)
    return end
  }
}

function lineEnd(text, from) {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function blockEnd(text, from) {
  const end = text.indexOf('*/', from + 2)
  return end === -1 ? text.length : end + 2
}

function quoteEnd(text, from, quote) {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote || text[at] === '\n') return at + 1
  }
  return text.length
}

/** Where the text part of a template ends: at a backtick, or at a `${` that opens an expression. */
function templateEnd(text, from) {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '`') return { at, opens: false }
    else if (text[at] === '$' && text[at + 1] === '{') return { at, opens: true }
  }
  return { at: text.length, opens: false }
}

function regexEnd(text, from) {
  let inClass = false
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\\') at += 1
    else if (char === '\n') return from + 1
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return at + 1
  }
  return from + 1
}
