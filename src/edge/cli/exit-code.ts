/** Exit codes of every command. 78 is EX_CONFIG of sysexits.h, as Vector and systemd use it. */
import { MillraceError, MillraceErrors } from '../../engine-lite/contract/errors/index.js'

export const EXIT_OK = 0
export const EXIT_RUNTIME = 1
export const EXIT_USAGE = 2
export const EXIT_CONFIG = 78

export type ExitCode = typeof EXIT_OK | typeof EXIT_RUNTIME | typeof EXIT_USAGE | typeof EXIT_CONFIG

/** Nobody answers, the port is taken: the files are right, the moment is not. */
const RUNTIME_CODES = new Set<string>(['C0022', 'C0023'])

/** What is wrong with files the user wrote (configuration, SQL) is 78; what went wrong while running is 1; wrong words on the command line are 2. */
export function exitCodeOf(error: unknown): ExitCode {
  const first = error instanceof MillraceErrors ? error.errors[0] : error
  if (!(first instanceof MillraceError)) return EXIT_RUNTIME
  if (first.code === 'C0021') return EXIT_USAGE
  if (RUNTIME_CODES.has(first.code)) return EXIT_RUNTIME
  return first.code.startsWith('C') || first.code.startsWith('E') ? EXIT_CONFIG : EXIT_RUNTIME
}
