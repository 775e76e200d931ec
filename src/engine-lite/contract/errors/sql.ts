/** Errors of SQL text. E01xx: syntax. E02xx: names and types. E03xx: what a stream cannot do, or what is not built yet. */
export const SQL_ERRORS = {
  E0101: {
    title: 'syntax error',
    help: 'The text is not a statement of Flink SQL. The caret marks the first token that does not fit.',
    retriable: false,
  },
  E0102: { title: 'unterminated text', help: 'A string, quoted name or comment is opened and never closed.', retriable: false },
  E0103: {
    title: 'bad literal',
    help: 'The text of a number, date, time, timestamp or interval literal has no value of its type.',
    retriable: false,
  },
  E0201: { title: 'unknown table', help: 'No table or view of that name is declared before the statement that uses it.', retriable: false },
  E0202: {
    title: 'name already taken',
    help: 'A table, view or column of that name exists. Use IF NOT EXISTS or another name.',
    retriable: false,
  },
  E0203: { title: 'unknown function', help: 'Flink SQL has no function of that name, or not with that many arguments.', retriable: false },
  E0204: {
    title: 'wrong argument types',
    help: 'The function or operator does not take arguments of these types. Flink converts only where it is lossless; write a CAST.',
    retriable: false,
  },
  E0205: { title: 'type mismatch', help: 'A value of this type cannot stand here.', retriable: false },
  E0206: {
    title: 'ambiguous column',
    help: 'More than one input has a column of that name: qualify it with the table or alias.',
    retriable: false,
  },
  E0207: { title: 'unknown column', help: 'No input of the query has a column of that name. Names are case-sensitive.', retriable: false },
  E0208: {
    title: 'column is not grouped',
    help: 'In an aggregated query every column outside an aggregate function must be in GROUP BY.',
    retriable: false,
  },
  E0209: {
    title: 'bad table definition',
    help: 'The columns, watermark, primary key or options of the table contradict each other.',
    retriable: false,
  },
  E0210: {
    title: 'bad table option',
    help: 'The option is unknown to the connector or format, missing, or has a value it does not take.',
    retriable: false,
  },
  E0211: {
    title: 'query does not fit the sink',
    help: 'Number or types of the columns differ between the query and the table it is inserted into.',
    retriable: false,
  },
  E0212: {
    title: 'aggregate not allowed here',
    help: 'Aggregate functions stand in SELECT, HAVING and ORDER BY of a grouped query, never in WHERE or inside each other.',
    retriable: false,
  },
  E0213: {
    title: 'bad window',
    help: 'The window needs a time attribute column and fixed, positive sizes that fit together.',
    retriable: false,
  },
  E0214: {
    title: 'unknown setting',
    help: 'SET names a key that neither Flink nor millrace has, or a value it does not take.',
    retriable: false,
  },
  E0301: {
    title: 'valid Flink SQL that is not built yet',
    help: 'Flink accepts this statement; millrace does not run it yet. The compatibility page lists what is there.',
    retriable: false,
  },
  E0302: {
    title: 'a stream cannot do this',
    help: 'Flink refuses this statement on unbounded input, and so does millrace.',
    retriable: false,
  },
  E0303: {
    title: 'the sink takes no updates',
    help: 'The query updates rows it has emitted, and the sink is append-only. Use a window, or a sink with a PRIMARY KEY.',
    retriable: false,
  },
} as const
