/** Errors of the way to the cloud. */
export const UPLINK_ERRORS = {
  K0101: {
    title: 'uplink not reachable',
    help: 'No broker answers. Rows wait in the outbox and are sent when the link is back.',
    retriable: true,
  },
  K0102: {
    title: 'uplink refuses the login',
    help: 'Authentication or authorisation failed. Rows wait; credentials are read again.',
    retriable: true,
  },
  K0103: { title: 'topic does not exist', help: 'Create the topic; its rows wait, other topics go on.', retriable: true },
  K0104: {
    title: 'record refused',
    help: 'The broker will never take this record. It is kept in the dead letters with the reason.',
    retriable: false,
  },
  K0105: {
    title: 'outcome unknown',
    help: 'The answer of a send was lost. The rows are sent again with the same key and version.',
    retriable: true,
  },
  K0106: {
    title: 'outbox full',
    help: 'The budget of the outbox is used up; the configured policy decides what is dropped, and every drop is counted.',
    retriable: true,
  },
} as const
