/** Errors and notices of a running pipeline. */
export const RUNTIME_ERRORS = {
  R0001: {
    title: 'a bug in millrace',
    help: 'Something that must not happen did. Please report it with the text and the stack.',
    retriable: false,
  },
  R0101: {
    title: 'row failed',
    help: 'An expression, cast or function failed for this row. On a gateway the row becomes a dead letter; with pipeline.on-error = fail the pipeline stops.',
    retriable: false,
  },
  R0102: {
    title: 'payload not decodable',
    help: 'The payload is not of the table’s format. It becomes a dead letter with its reason and a sample.',
    retriable: false,
  },
  R0103: {
    title: 'event time is NULL',
    help: 'A row without event time belongs to no window. It becomes a dead letter.',
    retriable: false,
  },
  R0104: {
    title: 'rows are late',
    help: 'Rows arrived after the watermark had closed their window. Fix the clock of the device or raise the watermark delay.',
    retriable: false,
  },
  R0105: {
    title: 'event time is in the far future',
    help: 'The row lies further ahead than future.max-skew allows and is set aside, so that it does not drag the watermark.',
    retriable: false,
  },
  R0106: {
    title: 'too many keys',
    help: 'The operator holds as many keys as its limit allows; rows of further keys become dead letters.',
    retriable: false,
  },
  R0107: {
    title: 'NULL in a NOT NULL column',
    help: 'The row has no value for a column that the sink declares NOT NULL.',
    retriable: false,
  },
  R0201: {
    title: 'pipeline changed',
    help: 'The saved state belongs to another plan. Start it under another name, or with an empty data directory.',
    retriable: false,
  },
} as const
