/**
 * Code blocks of a Markdown page that are executed. A comment right before a block says how, and renders as nothing:
 *
 * | comment | then the block is |
 * |---|---|
 * | `<!-- run -->` | run: `console` line by line (`$ command`, then what it prints), `sql` by `millrace sql`, `ts` by tsx |
 * | `<!-- file: path -->` | written to that path, for later blocks |
 * | `<!-- not run: reason -->` | left alone |
 *
 * In expected output `…` stands for anything within a line, a line of its own `…` for any lines. A `text` block right after a `sql` or `ts`
 * block is its output.
 */

export interface Block {
  readonly language: string
  readonly text: string
  readonly line: number
  readonly action: { readonly kind: 'run' | 'none' | 'unmarked' } | { readonly kind: 'file'; readonly path: string }
  /** What it must print, where the page says so. */
  readonly output?: string
}

/** Languages of blocks that must say what becomes of them. */
const EXECUTABLE = ['console', 'sh', 'sql', 'ts', 'yaml']

export function blocksOf(markdown: string): Block[] {
  const found: Block[] = []
  const fence = /(?:<!--\s*(.*?)\s*-->\n)?^```(\w+)\n([\s\S]*?)^```$/gm
  for (const match of markdown.matchAll(fence)) {
    const [, comment, language, text] = match as unknown as [string, string | undefined, string, string]
    const line = markdown.slice(0, match.index).split('\n').length
    if (language === 'text' && comment === undefined) {
      const before = found.at(-1)
      const adjacent = before !== undefined && markdown.slice(0, match.index).trimEnd().endsWith(`${before.text}\`\`\``)
      if (adjacent && before.action.kind === 'run') found[found.length - 1] = { ...before, output: text }
      continue
    }
    if (EXECUTABLE.includes(language)) found.push({ language, text, line, action: actionOf(comment) })
  }
  return found
}

function actionOf(comment: string | undefined): Block['action'] {
  if (comment === 'run') return { kind: 'run' }
  if (comment?.startsWith('file: ')) return { kind: 'file', path: comment.slice('file: '.length) }
  return { kind: comment?.startsWith('not run: ') ? 'none' : 'unmarked' }
}

/** Commands of a console block, each with the output the page shows under it. */
export function commandsOf(text: string): { readonly command: string; readonly output: string }[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = /(?<!\\)\n/.exec(part)?.index ?? part.length
      return { command: part.slice(0, end).replace(/\s+#.*$/, ''), output: part.slice(end + 1) }
    })
}

/** Whether output is what a page shows, with its wildcards. */
export function matches(expected: string, output: string): boolean {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const lines = expected.trimEnd().split('\n')
  const pattern = lines
    .map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${line.trimEnd().split('…').map(literal).join('.*?')}[ \\t]*\\n`))
    .join('')
  return new RegExp(`^${pattern}$`).test(`${output.trimEnd()}\n`)
}
