/** The configuration file as text with positions: parses YAML, resolves references, and knows where every setting stands. */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml'
import { MillraceError, type Place, type Span } from '../../engine-lite/contract/errors/index.js'
import { maskReferences, type ReferenceSources, resolveReferences, unmaskReferences } from './reference.js'

export type SettingPath = readonly (string | number)[]

export interface ConfigSource {
  /** Plain value of the file, references resolved. */
  readonly value: unknown
  /** Unresolved references. */
  readonly problems: readonly MillraceError[]
  /** Settings whose text stands in the file itself, as opposed to a reference. */
  isLiteral(path: SettingPath): boolean
  placeOfKey(path: SettingPath): Place
  placeOfValue(path: SettingPath): Place
  /** By line and column. */
  inOrder(errors: readonly MillraceError[]): MillraceError[]
}

const REFERENCE_HINT = `\${NAME} is a variable of the process, \${NAME:-text} one with a default, \${file:/path} a file it may read`

/** @throws MillraceErrors-ready list through `problems`; @throws MillraceError C0002 where the text is no YAML */
export function parseConfigSource(file: string, text: string, references: ReferenceSources): ConfigSource {
  const lines = new LineCounter()
  const document = parseDocument(maskReferences(text), { lineCounter: lines, prettyErrors: false, version: '1.2', strict: true })
  const place = (range: readonly [number, number]): Place => ({ file, text, span: spanOf(range, lines) })
  const broken = document.errors[0]
  if (broken) throw new MillraceError('C0002', unmaskReferences(broken.message), { place: place(broken.pos) })

  const problems: MillraceError[] = []
  const references_ = new Set<Node>()
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== 'string') return
      const written = unmaskReferences(node.value)
      const resolved = resolveReferences(written, references)
      if ('problem' in resolved)
        problems.push(new MillraceError('C0014', resolved.problem, { place: place(rangeOf(node)), hint: REFERENCE_HINT }))
      else if (resolved.text !== written) references_.add(node)
      node.value = 'text' in resolved ? resolved.text : written
    },
  })
  const root = (document.contents as Node | null) ?? undefined
  const placeOf = (node: Node | undefined): Place => (node ? place(rangeOf(node)) : { file })
  return {
    value: document.toJS() as unknown,
    problems,
    isLiteral: (path) => {
      const node = valueNode(root, path)
      return node !== undefined && !references_.has(node)
    },
    placeOfKey: (path) => placeOf(keyNode(root, path) ?? valueNode(root, path)),
    placeOfValue: (path) => placeOf(keyNode(root, path, true) ?? root),
    inOrder: (errors) => [...errors].sort(byPlace),
  }
}

function valueNode(root: Node | undefined, path: SettingPath): Node | undefined {
  let node = root
  for (const step of path) {
    if (isMap(node)) node = (pairOf(node, step)?.value as Node | null) ?? undefined
    else if (isSeq(node)) node = node.items[step as number] as Node | undefined
    else return undefined
  }
  return node
}

/** The key of a setting; with `orValue`, its value where that stands on its own (a scalar, an item of a list). */
function keyNode(root: Node | undefined, path: SettingPath, orValue = false): Node | undefined {
  const value = valueNode(root, path)
  if (orValue && (isScalar(value) || isSeq(value)) && value.range) return value
  const parent = valueNode(root, path.slice(0, -1))
  const last = path.at(-1)
  if (isMap(parent) && last !== undefined) return pairOf(parent, last)?.key as Node | undefined
  return value
}

function pairOf(map: { items: Pair[] }, key: string | number): Pair | undefined {
  return map.items.find((pair) => (isScalar(pair.key) ? pair.key.value === key : pair.key === key))
}

function rangeOf(node: Node): readonly [number, number] {
  const range = node.range
  return range ? [range[0], range[1]] : [0, 0]
}

function spanOf([start, end]: readonly [number, number], lines: LineCounter): Span {
  const from = lines.linePos(start)
  const to = lines.linePos(Math.max(end, start + 1))
  return { line: from.line, column: from.col, endLine: to.line, endColumn: to.col }
}

function byPlace(a: MillraceError, b: MillraceError): number {
  const left = a.place?.span
  const right = b.place?.span
  return (left?.line ?? 0) - (right?.line ?? 0) || (left?.column ?? 0) - (right?.column ?? 0)
}
