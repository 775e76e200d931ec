/** The tree as the checks see it: text files with their code, their imports and where those lead. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { blank } from './blank.mjs'

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'millrace-data', '.git', '.cache'])
const TEXT = /\.(?:ts|mts|mjs|js|json|md|sql|ya?ml|sh|html|css|toml|txt|service)$|^(?:run|Dockerfile|LICENSE|\.gitkeep)$/
const CODE = /\.(?:ts|mts|mjs|js)$/

/** @returns files by path, `/` between folders, in order of path */
export function readTree(root) {
  const files = new Map()
  for (const path of walk(root, root).sort()) {
    const text = readFileSync(join(root, path), 'utf8')
    const file = { path, text, code: CODE.test(path) ? blank(text) : undefined, imports: [] }
    files.set(path, file)
  }
  for (const file of files.values()) if (file.code !== undefined) file.imports = importsOf(file, files)
  return files
}

function walk(root, folder) {
  const found = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) found.push(...walk(root, path))
    } else if (TEXT.test(entry.name) && entry.name !== 'package-lock.json') found.push(relative(root, path).split(sep).join('/'))
  }
  return found
}

/** Static, type, dynamic and re-export imports, and `new URL('./x.js', import.meta.url)`, by which a worker is started. */
const SPECIFIER = /\bfrom\s*(['"])|\bimport\s*\(?\s*(['"])|\bnew\s+URL\(\s*(['"])/g

function importsOf(file, files) {
  const found = []
  for (const match of file.code.matchAll(SPECIFIER)) {
    const from = match.index + match[0].length
    const quote = file.text[from - 1]
    const end = file.text.indexOf(quote, from)
    const written = file.text.slice(from, end)
    const isUrl = match[3] !== undefined
    if (isUrl && /^(?:\w+:|\/)/.test(written)) continue
    const specifier = isUrl && !written.startsWith('.') ? `./${written}` : written
    found.push({ specifier, line: lineOf(file.text, from), target: resolve(file.path, specifier, files), isUrl })
  }
  return found
}

function resolve(from, specifier, files) {
  if (!specifier.startsWith('.')) return undefined
  const path = posix.join(dirname(from), specifier)
  return [path.replace(/\.m?js$/, '.ts'), path].find((candidate) => files.has(candidate))
}

/** Line of a position, from 1. */
export function lineOf(text, position) {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** Paths of code that package.json and the scripts start by name. */
export function namedEntries(root, files) {
  const named = new Set()
  const starters = ['package.json', 'vitest.config.ts', 'vitest.integration.config.ts', '.ci/run', ...files.keys()]
  for (const path of starters) {
    if (!/^(?:package\.json|vitest[\w.]*\.ts|\.ci\/|scripts\/|bin\/|test\/integration\/)/.test(path) || !existsSync(join(root, path)))
      continue
    const text = files.get(path)?.text ?? readFileSync(join(root, path), 'utf8')
    for (const [name] of text.matchAll(/\b(?:src|test|scripts|bin)\/[\w./-]+\.(?:ts|mts|mjs)/g)) if (files.has(name)) named.add(name)
  }
  return named
}
