/** CREATE of everything but tables, which have their own file. */
import type { StatementAst } from '../ast/statement.js'
import { tableElement } from './column.js'
import { type CreateHead, createTable, optionList } from './create-table.js'
import { type Parser, spanOf } from './parser.js'

type Head = Omit<CreateHead, 'connectionAllowed'>

export function create(p: Parser): StatementAst {
  const start = p.next()
  const replace = start.value === 'REPLACE' || p.accept('OR', 'REPLACE')
  if (p.accept('OR', 'ALTER')) return materializedTable(p, { start, temporary: false, replace })
  const temporary = p.accept('TEMPORARY')
  const system = p.atWord('SYSTEM') ? p.next() : undefined
  const head: Head = { start, temporary, replace }
  if (p.atWord('FUNCTION') || p.atWord('CONNECTION')) {
    if (system !== undefined && !temporary) {
      p.refuse(`a system ${p.peek().value.toLowerCase()} is always temporary`, system, `write CREATE TEMPORARY SYSTEM ${p.peek().value}`)
    }
    return p.accept('FUNCTION') ? createFunction(p, head, system !== undefined) : createConnection(p, head)
  }
  if (system !== undefined) p.fail('FUNCTION or CONNECTION')
  if (p.accept('TABLE')) return createTable(p, { ...head, connectionAllowed: start.value !== 'REPLACE' })
  if (p.accept('VIEW')) return createView(p, head)
  if (p.accept('CATALOG')) return withOptions(p, head, 'CATALOG')
  if (p.accept('DATABASE')) return withOptions(p, head, 'DATABASE')
  if (p.accept('MODEL')) return createModel(p, head)
  if (p.atWord('MATERIALIZED')) return materializedTable(p, head)
  return p.fail('TABLE, VIEW, FUNCTION, CATALOG or DATABASE')
}

function done(p: Parser, head: Head, what: string): StatementAst {
  return { kind: 'unsupported', what, span: p.spanFrom(head.start) }
}

function createView(p: Parser, head: Head): StatementAst {
  if (head.replace) p.noteUnsupported('CREATE OR REPLACE VIEW', spanOf(head.start))
  const ifNotExists = p.accept('IF', 'NOT', 'EXISTS')
  const name = p.objectName('a view name')
  const columns = p.atSymbol('(') ? viewColumns(p) : []
  if (p.accept('COMMENT')) p.expectString('a comment')
  p.expect('AS')
  const query = p.query()
  return { kind: 'create-view', name, temporary: head.temporary, ifNotExists, columns, query, span: p.spanFrom(head.start) }
}

function viewColumns(p: Parser): string[] {
  return p.parenthesised(() => {
    const { name } = p.identifier('a column name')
    if (p.accept('COMMENT')) p.expectString('a comment')
    return name
  })
}

function createFunction(p: Parser, head: Head, system: boolean): StatementAst {
  p.accept('IF', 'NOT', 'EXISTS')
  if (system) p.identifier('a function name')
  else p.objectName('a function name')
  p.expect('AS')
  p.expectString('a class name')
  if (p.accept('LANGUAGE')) p.expectOneOf('JAVA', 'SCALA', 'SQL', 'PYTHON')
  if (p.accept('USING')) {
    p.list(() => {
      p.expectOneOf('JAR', 'ARTIFACT')
      p.expectString('a path')
    })
  }
  if (p.accept('WITH')) optionList(p)
  return done(p, head, 'CREATE FUNCTION')
}

function createConnection(p: Parser, head: Head): StatementAst {
  p.expect('CONNECTION')
  return withOptions(p, head, 'CONNECTION')
}

/** `[IF NOT EXISTS] name [COMMENT …] [WITH (…)]`. */
function withOptions(p: Parser, head: Head, object: string): StatementAst {
  p.accept('IF', 'NOT', 'EXISTS')
  p.objectName(`a ${object.toLowerCase()} name`)
  if (p.accept('COMMENT')) p.expectString('a comment')
  if (p.accept('WITH')) optionList(p)
  return done(p, head, `CREATE ${object}`)
}

function createModel(p: Parser, head: Head): StatementAst {
  p.accept('IF', 'NOT', 'EXISTS')
  p.objectName('a model name')
  for (const side of ['INPUT', 'OUTPUT']) {
    if (p.accept(side)) p.parenthesised(() => tableElement(p, { columns: [] }, false))
  }
  if (p.accept('COMMENT')) p.expectString('a comment')
  if (p.accept('WITH')) optionList(p)
  if (p.accept('AS')) p.query()
  return done(p, head, 'CREATE MODEL')
}

function materializedTable(p: Parser, head: Head): StatementAst {
  p.expect('MATERIALIZED', 'TABLE')
  p.accept('IF', 'NOT', 'EXISTS')
  p.objectName('a table name')
  if (p.atSymbol('(')) p.parenthesised(() => tableElement(p, { columns: [] }, false))
  if (p.accept('COMMENT')) p.expectString('a comment')
  if (p.accept('PARTITIONED')) {
    p.expect('BY')
    p.identifierList('a column name')
  }
  if (p.accept('WITH')) optionList(p)
  if (p.accept('FRESHNESS')) {
    p.expectSymbol('=')
    p.expression()
  }
  if (p.accept('REFRESH_MODE')) {
    p.expectSymbol('=')
    p.expectOneOf('CONTINUOUS', 'FULL')
  }
  p.expect('AS')
  p.query()
  return done(p, head, 'CREATE MATERIALIZED TABLE')
}
