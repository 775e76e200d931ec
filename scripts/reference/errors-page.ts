/** docs/reference/errors.md, made from the catalogue. */
import { CATALOGUE, type ErrorCode, type ErrorEntry } from '../../src/engine-lite/contract/errors/index.js'

/** Areas in the order of the page; a code belongs to the first whose prefix fits. */
const AREAS: readonly (readonly [prefix: string, title: string, text: string])[] = [
  ['E01', 'SQL: syntax', 'The text is no statement.'],
  ['E02', 'SQL: names and types', 'The statement is well formed and means nothing here.'],
  ['E03', 'SQL: what a stream cannot do, and what is not built', 'The statement makes sense and is refused all the same.'],
  ['C', 'Configuration and command line', ''],
  ['R', 'Running pipelines', 'Most of these are reasons of dead letters: the row is kept aside with its reason, and the good rows go on.'],
  ['S', 'Data directory', ''],
  ['K', 'Uplink', ''],
  ['M', 'MQTT', ''],
]

export function errorsPage(): string {
  const codes = Object.keys(CATALOGUE) as ErrorCode[]
  const parts = [
    '# Errors',
    '',
    'Every error carries a code, a place where there is one, and a hint. *Retriable* means that the same may succeed later without a change.',
    'This page is made from the catalogue in `src/engine-lite/contract/errors/` by `npx tsx scripts/reference.ts`.',
  ]
  for (const [prefix, title, text] of AREAS) {
    const own = codes.filter((code) => areaOf(code) === prefix)
    parts.push(
      '',
      `## ${title}`,
      '',
      ...(text === '' ? [] : [text, '']),
      '| code | meaning | what to do | retriable |',
      '|---|---|---|---|',
    )
    for (const code of own) parts.push(line(code, CATALOGUE[code]))
  }
  return `${parts.join('\n')}\n`
}

function areaOf(code: ErrorCode): string | undefined {
  return AREAS.find(([prefix]) => code.startsWith(prefix))?.[0]
}

function line(code: ErrorCode, { title, help, retriable }: ErrorEntry): string {
  return `| \`${code}\` | ${cell(title)} | ${cell(help)} | ${retriable ? 'yes' : 'no'} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
