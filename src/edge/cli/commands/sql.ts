/** `millrace sql`: statements from a file or a text, run on the spot; the rows of queries go to stdout. */
import { MillraceError, MillraceErrors } from '../../../engine-lite/contract/errors/index.js'
import { TableEnvironment, type TableResult } from '../../../engine-lite/sql/table-environment.js'
import { readSqlFile, type SqlFile } from '../../gateway/pipeline-files.js'
import { EXIT_OK } from '../exit-code.js'
import { type OutputForm, resultWriter } from '../result-writer.js'
import { stopSignal } from '../stop-signal.js'
import type { Terminal } from '../terminal.js'

export interface SqlOptions {
  readonly file?: string
  readonly execute?: string
  readonly init?: string
  readonly output: OutputForm
}

/**
 * Statements run one after another, each to its end. Ctrl-C ends the running one and with it the command.
 * @throws MillraceErrors of the texts, before anything ran; @throws what stopped a statement
 */
export async function sql(options: SqlOptions, terminal: Terminal): Promise<number> {
  const environment = new TableEnvironment()
  const { session } = environment
  const scripts = scriptsOf(options)
  const bound = scripts.map(({ path, text }) => session.execute(text, path))
  const errors = bound.flatMap((script) => script.errors)
  if (errors.length > 0) throw new MillraceErrors(errors)
  const stopped = stopSignal()
  for (const statement of bound.flatMap((script) => script.results)) {
    const result = await environment.run(statement)
    if (result.notice !== undefined) terminal.say(`note: ${result.notice}`)
    const printed = print(result, options.output, terminal)
    const ended = await Promise.race([printed, stopped])
    if (typeof ended !== 'string') continue
    await result.cancel()
    await printed
    return EXIT_OK
  }
  return EXIT_OK
}

function scriptsOf({ file, execute, init }: SqlOptions): SqlFile[] {
  if ((file === undefined) === (execute === undefined)) {
    throw new MillraceError('C0021', 'millrace sql takes either --file FILE or --execute TEXT', {
      hint: 'for example: millrace sql -e "SELECT 1 + 1 AS two"',
    })
  }
  const main = file === undefined ? { path: '(command line)', text: execute! } : readSqlFile(file)
  return init === undefined ? [main] : [readSqlFile(init), main]
}

async function print(result: TableResult, form: OutputForm, terminal: Terminal): Promise<void> {
  if (result.schema.length === 0) return await result.finished
  const writer = resultWriter(form, result.schema, result.timeZone)
  for (const line of writer.head) terminal.out(line)
  let rows = 0
  for await (const { row, kind } of result.internal()) {
    terminal.out(writer.line(row, kind))
    rows++
  }
  for (const line of writer.foot(rows)) terminal.out(line)
}
