/** Says what went wrong on stderr: a place, an excerpt and help for what is the user's to mend; a stack only for our own bugs. */
import { MillraceError, MillraceErrors } from '../../engine-lite/contract/errors/index.js'
import { type ExitCode, exitCodeOf } from './exit-code.js'
import type { Terminal } from './terminal.js'

export async function reportError(error: unknown, terminal: Terminal): Promise<ExitCode> {
  const { renderError } = await import('../../engine-lite/sql/errors/render.js')
  for (const one of error instanceof MillraceErrors ? error.errors : [error]) {
    if (one instanceof MillraceError) terminal.say(renderError(one, { color: terminal.colour }))
    else terminal.say(`error[R0001]: a bug in millrace, please report it\n${one instanceof Error ? one.stack : String(one)}`)
  }
  return exitCodeOf(error)
}
