/** INSERT, UPSERT, statement sets. */
import type { InsertAst, StatementAst } from '../ast/statement.js'
import { hints } from './hint.js'
import { type Parser, spanOf } from './parser.js'
import { partitionSpec } from './partition.js'
import { parseType } from './type.js'

export function insert(p: Parser): InsertAst {
  const start = p.next()
  const upsert = start.value === 'UPSERT'
  if (upsert) {
    if (p.atWord('OVERWRITE')) p.refuse('OVERWRITE goes with INSERT only', p.peek())
    p.noteUnsupported('UPSERT', spanOf(start))
  }
  const overwrite = p.expectOneOf('INTO', 'OVERWRITE') === 'OVERWRITE'
  const table = p.objectName('a table name')
  const tableHints = hints(p)
  let columns = p.atSymbol('(') && !startsQuery(p) ? columnList(p) : undefined
  const partition = p.peek()
  if (p.accept('PARTITION')) {
    partitionSpec(p, true)
    p.noteUnsupported('INSERT … PARTITION', spanOf(partition))
    if (p.atSymbol('(') && !startsQuery(p)) columns = columnList(p)
  }
  const query = p.query()
  const onConflict = p.accept('ON') ? conflict(p) : undefined
  return {
    kind: 'insert',
    table,
    overwrite,
    ...(columns === undefined ? {} : { columns }),
    query,
    ...(onConflict === undefined ? {} : { onConflict }),
    hints: tableHints,
    span: p.spanFrom(start),
  }
}

function startsQuery(p: Parser): boolean {
  let ahead = 0
  while (p.atSymbol('(', ahead)) ahead++
  return ['SELECT', 'WITH', 'VALUES', 'TABLE'].some((word) => p.atWord(word, ahead))
}

function columnList(p: Parser): { name: string; span: InsertAst['span'] }[] {
  return p.parenthesised(() => {
    const column = p.identifier('a column name')
    if (p.acceptSymbol('.')) {
      p.objectName('a field name')
      p.noteUnsupported('INSERT into a nested field', column.span)
    } else if (!p.atSymbol(',') && !p.atSymbol(')')) {
      parseType(p)
      p.noteUnsupported('extended columns of INSERT', column.span)
    }
    return column
  })
}

function conflict(p: Parser): NonNullable<InsertAst['onConflict']> {
  const start = p.previous
  p.expect('CONFLICT', 'DO')
  const action = p.expectOneOf('ERROR', 'NOTHING', 'DEDUPLICATE') as 'ERROR' | 'NOTHING' | 'DEDUPLICATE'
  return { action, span: p.spanFrom(start) }
}

/** After STATEMENT SET: BEGIN, inserts with semicolons, END. Errors inside are given to `onError`, which goes on after the next semicolon. */
export function statementSetBody(p: Parser, start: InsertAst['span'], onError?: (error: unknown) => void): StatementAst {
  p.expect('BEGIN')
  const inserts: InsertAst[] = []
  while (!p.accept('END')) {
    try {
      if (!p.atWord('INSERT') && !p.atWord('UPSERT')) p.fail('INSERT or END')
      inserts.push(insert(p))
      p.expectSymbol(';')
    } catch (error) {
      if (onError === undefined || p.peek().kind === 'end') throw error
      onError(error)
      while (p.peek().kind !== 'end' && !p.acceptSymbol(';')) p.at++
    }
  }
  if (inserts.length === 0 && onError === undefined) p.refuse('a statement set holds at least one INSERT', start)
  return { kind: 'statement-set', inserts, span: p.spanFrom(start) }
}
