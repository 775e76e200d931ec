/** The commands and their options. What a command does is loaded when it is called, so that `--help` costs nothing. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { visibleText } from '../../engine-lite/base/visible-text.js'
import { EXIT_OK, EXIT_USAGE } from './exit-code.js'
import type { Terminal } from './terminal.js'
import { VERSION } from './version.js'

export const DEFAULT_CONFIG_FILE = 'config/gateway.yaml'

/** Gives the exit code of the command that ran. */
export type Finish = (code: number) => void

export function createProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('millrace')
    .description('MQTT in, Flink SQL on one machine, exactly-once-by-key results to Kafka.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .showHelpAfterError('  = help: millrace --help shows the commands')
    .configureOutput({
      writeErr: (text) => void process.stderr.write(text),
      outputError: (text, write) => write(visibleText(text.replace(/^error: /, 'error[C0021]: '))),
    })
    .addHelpText('after', examples('millrace demo', 'millrace run --config config/gateway.yaml'))
  addDemo(program, terminal, finish)
  addRun(program, terminal, finish)
  addValidate(program, terminal, finish)
  addExplain(program, terminal, finish)
  addStatus(program, terminal, finish)
  addSql(program, terminal, finish)
  return program
}

/** The exit code of what commander throws: 0 for `--help` and `--version`, 2 for wrong words; undefined for other errors. */
export function usageExitCode(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined
  return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE
}

const examples = (first: string, second: string): string => `\nExamples:\n  $ ${first}\n  $ ${second}`
const configOption = (): Option => new Option('-c, --config <file>', 'configuration of the gateway').default(DEFAULT_CONFIG_FILE)

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.')
  return Number(text)
}

function addDemo(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('demo')
    .description('everything on this machine: broker, devices, windows, a stand-in uplink, a status page')
    .option('--break', 'kill the gateway (SIGKILL) in mid-window, restart it, and prove that nothing was lost or doubled')
    .option('--seed <n>', 'seed of the simulated devices', wholeNumber, 42)
    .option('--for <seconds>', 'stop by itself after so many seconds', wholeNumber)
    .option('--dir <path>', 'where it keeps its files; emptied at the start', 'millrace-data/demo')
    .addHelpText('after', examples('millrace demo', 'millrace demo --break --seed 7'))
    .action(async (options) => {
      const demo = options.break ? (await import('./commands/demo-break.js')).demoBreak : (await import('./commands/demo.js')).demo
      finish(await demo(options, terminal))
    })
}

function addRun(program: Command, _terminal: Terminal, finish: Finish): void {
  program
    .command('run')
    .description('run the gateway until SIGTERM or Ctrl-C')
    .addOption(configOption())
    .addHelpText('after', examples('millrace run', 'millrace run --config /etc/millrace/gateway.yaml 2>> gateway.log'))
    .action(async (options) => finish(await (await import('./commands/run.js')).run(options)))
}

function addValidate(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('validate')
    .description('check configuration and pipelines, or single SQL files, without starting anything; exit code 78 if something is wrong')
    .argument('[files...]', 'SQL files, taken together in this order, in place of the configuration')
    .addOption(configOption())
    .option('--json', 'errors as JSON on stdout')
    .addHelpText('after', examples('millrace validate', 'millrace validate tables.gateway.sql pipeline.sql --json'))
    .action(async (files, options) => finish(await (await import('./commands/validate.js')).validate(files, options, terminal)))
}

function addExplain(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('explain')
    .description('show the plan of SQL files: operators, changelog mode, state')
    .argument('<files...>', 'SQL files, taken together in this order')
    .addHelpText('after', examples('millrace explain tables.gateway.sql pipeline.sql', 'millrace explain report.sql'))
    .action(async (files) => finish(await (await import('./commands/explain.js')).explain(files, terminal)))
}

function addStatus(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('status')
    .description('ask the running gateway: ledger, commits, uplink, pipelines, dead letters')
    .addOption(configOption())
    .option('--url <url>', 'address of the gateway, in place of the configuration')
    .option('--json', 'the whole report as JSON')
    .addHelpText('after', examples('millrace status', 'millrace status --url http://127.0.0.1:8081 --json | jq .ledger'))
    .action(async (options) => finish(await (await import('./commands/status.js')).status(options, terminal)))
}

function addSql(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('sql')
    .description('run Flink SQL on files, datagen and other bounded input; results to stdout')
    .option('-f, --file <file>', 'run the statements of a file')
    .option('-e, --execute <text>', 'run the statements of a text')
    .option('-i, --init <file>', 'run the statements of a file first')
    .addOption(new Option('-o, --output <form>', 'form of the results').choices(['tableau', 'changelog', 'json', 'csv']).default('tableau'))
    .addHelpText('after', examples(`millrace sql -e "SELECT 1 + 1 AS two"`, 'millrace sql -f report.sql -o json > report.jsonl'))
    .action(async (options) => finish(await (await import('./commands/sql.js')).sql(options, terminal)))
}
