/** docs/reference/cli.md, made from what `--help` prints. */
import type { Command } from 'commander'
import { createProgram } from '../../src/edge/cli/program.js'
import type { Terminal } from '../../src/edge/cli/terminal.js'

const COLUMNS = 100

export function cliPage(): string {
  // Help needs no terminal: nothing is run.
  const program = createProgram({} as Terminal, () => undefined)
  const parts = [
    '# Command line',
    '',
    'Data goes to stdout, messages and logs to stderr. Exit codes: 0 done, 1 failed while running, 2 wrong usage, 78 wrong configuration or SQL.',
    'This page is made from `--help` by `npx tsx scripts/reference.ts`.',
    '',
    '```text',
    helpOf(program),
    '```',
  ]
  for (const command of program.commands) parts.push('', `## millrace ${command.name()}`, '', '```text', helpOf(command), '```')
  return `${parts.join('\n')}\n`
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => COLUMNS,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return text.trimEnd()
}
