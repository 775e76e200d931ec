/** The checks. Each takes the tree and yields findings `{ path, line, text }`. */
import { BANS, LINES_MAX, WORDS } from './bans.mjs'
import { lineOf } from './files.mjs'
import { CYCLES, ENTRIES, LAYERS } from './layers.mjs'

const under = (path, folder) => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

export function* lengths(files) {
  for (const { path, text } of files.values()) {
    const limit = /\.(?:ts|mjs|js|sh)$|^\.ci\/run$/.test(path) && LINES_MAX.find((entry) => path.startsWith(entry.under))
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    if (limit && lines > limit.lines) {
      yield { path, line: limit.lines, text: `${lines} lines, at most ${limit.lines}: split it by idea` }
    }
  }
}

export function* layers(files) {
  for (const file of files.values()) {
    if (!file.path.startsWith('src/')) continue
    const layer = LAYERS.find((entry) => under(file.path, entry.of))
    for (const { specifier, line, target } of file.imports) {
      if (target === undefined) continue
      const allowed = under(target, layer.of) || layer.may.some((folder) => under(target, folder))
      const refused = !under(target, layer.of) && (layer.not ?? []).some((folder) => under(target, folder))
      if (!allowed || refused || !target.startsWith('src/')) {
        yield { path: file.path, line, text: `${layer.of} must not import ${specifier} (${target}); it may import ${list(layer)}` }
      }
    }
  }
}

const list = (layer) =>
  (layer.may.length === 0 ? 'nothing outside itself' : layer.may.join(', ')) + (layer.not ? ` but not ${layer.not.join(', ')}` : '')

/** A relative import that leads nowhere. */
export function* missing(files) {
  for (const file of files.values()) {
    if (!/^(?:src|scripts|bin)\//.test(file.path)) continue
    for (const { specifier, line, target, isUrl } of file.imports) {
      if (isUrl) continue
      const generated = /(?:^|\/)dist\//.test(specifier) || /package\.json$/.test(specifier)
      if (specifier.startsWith('.') && target === undefined && !generated && !isFolder(specifier)) {
        yield { path: file.path, line, text: `nothing lies at ${specifier}` }
      }
    }
  }
}

const isFolder = (specifier) => specifier.endsWith('/') || specifier === '.' || specifier === '..' || !/\.[a-z]+$/.test(specifier)

/** Strongly connected components (Tarjan) of more than one file, or a file that imports itself. */
export function* cycles(files) {
  const state = { index: new Map(), low: new Map(), stack: [], found: [] }
  for (const file of files.values()) if (file.path.startsWith('src/') && !state.index.has(file.path)) connect(file.path, files, state)
  for (const members of state.found) {
    if (CYCLES.some((known) => members.every((member) => known.includes(member)))) continue
    const [path] = members
    yield { path, line: 1, text: `import cycle: ${members.join(' → ')} → ${path}` }
  }
}

function connect(path, files, state) {
  const order = state.index.size
  state.index.set(path, order)
  state.low.set(path, order)
  state.stack.push(path)
  const lower = (value) => state.low.set(path, Math.min(state.low.get(path), value))
  for (const { target } of files.get(path).imports) {
    if (target === undefined || !files.has(target)) continue
    if (!state.index.has(target)) {
      connect(target, files, state)
      lower(state.low.get(target))
    } else if (state.stack.includes(target)) lower(state.index.get(target))
  }
  if (state.low.get(path) !== order) return
  const members = state.stack.splice(state.stack.indexOf(path))
  const itself = files.get(path).imports.some(({ target }) => target === path)
  if (members.length > 1 || itself) state.found.push(members.sort())
}

export function* bans(files) {
  for (const file of files.values()) {
    if (file.code === undefined) continue
    for (const ban of BANS) {
      if (!ban.in.some((folder) => under(file.path, folder))) continue
      if ((ban.except ?? []).some((start) => file.path.startsWith(start))) continue
      yield* banned(file, ban)
    }
  }
}

function* banned(file, ban) {
  if (ban.module !== undefined) {
    for (const { specifier, line } of file.imports) {
      if (ban.module.test(specifier)) yield { path: file.path, line, text: `import of ${specifier}: use ${ban.instead}` }
    }
    return
  }
  const text = ban.code === undefined ? file.text : file.code
  for (const match of text.matchAll(new RegExp(ban.code ?? ban.comment, 'g'))) {
    yield { path: file.path, line: lineOf(text, match.index), text: `${match[0].trim()}: use ${ban.instead}` }
  }
}

export function* words(files) {
  for (const { path, text } of files.values()) {
    if (path.startsWith('scripts/tidy/') || path === 'test/tidy.test.ts') continue
    for (const { word, why } of WORDS) {
      const match = word.exec(text)
      if (match !== null) yield { path, line: lineOf(text, match.index + 1), text: `${match[0].trim()}: ${why}` }
    }
  }
}

/** Code that neither an entry nor a test reaches. */
export function* dead(files, entries) {
  const roots = [
    ...ENTRIES,
    ...entries,
    ...[...files.keys()].filter((path) => /^test\/(?:.*\.test\.ts|bench\/(?!gateway)[a-z]+\/[^/]+\.(?:ts|mjs))$/.test(path)),
  ]
  const reached = reach(files, roots)
  for (const file of files.values()) {
    if (file.code === undefined || !/^(?:src|test|scripts)\//.test(file.path) || /\.d\.m?ts$/.test(file.path)) continue
    if (!reached.has(file.path)) yield { path: file.path, line: 1, text: 'neither an entry nor a test reaches it' }
  }
}

function reach(files, roots) {
  const reached = new Set()
  const waiting = [...roots]
  while (waiting.length > 0) {
    const path = waiting.pop()
    if (reached.has(path) || !files.has(path)) continue
    reached.add(path)
    for (const { target } of files.get(path).imports) if (target !== undefined) waiting.push(target)
  }
  return reached
}

/** Sources that only tests reach: not an error, but a promise the product does not keep yet. */
export function onlyTested(files, entries) {
  const reached = reach(files, [...ENTRIES, ...[...entries].filter((path) => !path.startsWith('test/'))])
  return [...files.values()]
    .filter((file) => file.code !== undefined && file.path.startsWith('src/') && !reached.has(file.path))
    .map((file) => file.path)
}
