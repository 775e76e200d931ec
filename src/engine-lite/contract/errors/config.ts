/** Errors of the configuration file, device profiles and the command line. */
export const CONFIG_ERRORS = {
  C0001: { title: 'file cannot be read', help: 'The file is missing, unreadable, or not of the expected form.', retriable: false },
  C0002: { title: 'not valid YAML', help: 'The file does not parse. The place is where the parser gave up.', retriable: false },
  C0011: { title: 'bad value', help: 'The setting does not take this value.', retriable: false },
  C0012: { title: 'unknown setting', help: 'No setting of that name exists. The closest one is named in the hint.', retriable: false },
  C0013: { title: 'missing setting', help: 'A setting without a default is not given.', retriable: false },
  C0014: { title: 'unresolved reference', help: 'A variable or file that the configuration refers to is not there.', retriable: false },
  C0021: { title: 'wrong usage', help: 'The command was called with words it does not take.', retriable: false },
  C0022: {
    title: 'the process is not running',
    help: 'The command asks a running gateway, and none answers at the address.',
    retriable: true,
  },
  C0023: {
    title: 'cannot listen',
    help: 'The address of the status page is taken or not of this machine. Choose another one.',
    retriable: false,
  },
} as const
