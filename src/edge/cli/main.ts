/** Entry of the command line: `bin/millrace.mjs` calls {@link main}. */
import { EXIT_OK } from './exit-code.js'
import { createProgram, usageExitCode } from './program.js'
import { reportError } from './report-error.js'
import { processTerminal } from './terminal.js'

/** Runs one command and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe()
  const terminal = processTerminal()
  let code: number = EXIT_OK
  try {
    const program = createProgram(terminal, (result) => {
      code = result
    })
    await program.parseAsync([...argv])
  } catch (error) {
    code = usageExitCode(error) ?? (await reportError(error, terminal))
  }
  process.exit(code)
}

/** `millrace sql … | head` closes our stdout: that is no error. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_OK)
    throw error
  })
}
