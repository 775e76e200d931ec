/** Errors of the data directory and its SQLite file. */
export const STORAGE_ERRORS = {
  S0101: {
    title: 'data directory in use',
    help: 'Another millrace process owns this data directory. Its pid and the path are in the message.',
    retriable: false,
  },
  S0102: { title: 'data directory not usable', help: 'The directory cannot be created, read or written.', retriable: false },
  S0103: {
    title: 'database written by a newer version',
    help: 'This file has a schema this version does not know. Run the newer version, or restore the backup it made.',
    retriable: false,
  },
  S0104: {
    title: 'database damaged',
    help: 'The file failed its checks. It was set aside under the name in the message; what was lost is said in numbers.',
    retriable: false,
  },
  S0105: {
    title: 'disk full',
    help: 'The commit did not fit. Nothing was acknowledged; the gateway goes on when there is space.',
    retriable: true,
  },
  S0106: {
    title: 'disk read-only',
    help: 'The file system refuses writes. Nothing is acknowledged until it takes them again.',
    retriable: true,
  },
  S0107: {
    title: 'disk failed',
    help: 'Reading, writing or syncing failed. The process stops, since the kernel may have dropped the pages; the restart recovers from what is on disk.',
    retriable: false,
  },
  S0108: {
    title: 'SQLite version not safe',
    help: 'The linked SQLite has a known corruption bug. Use the version millrace was released with.',
    retriable: false,
  },
  S0109: {
    title: 'storage worker died',
    help: 'The thread that writes commits ended. The process stops; the restart recovers from what is on disk.',
    retriable: false,
  },
} as const
