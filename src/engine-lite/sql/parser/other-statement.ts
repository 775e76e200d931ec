/** Statements that are valid in Flink and have no meaning on a gateway: modules, jars, plans, jobs, statistics. */
import type { StatementAst } from '../ast/statement.js'
import { optionList } from './create-table.js'
import { type Parser, spanOf } from './parser.js'
import { partitionSpec } from './partition.js'

/** The parser of a statement by its first word, or undefined. `nested` parses a statement inside this one. */
export function otherStatement(p: Parser, nested: (p: Parser) => StatementAst): StatementAst | undefined {
  const start = p.peek()
  const what = body(p, nested)
  return what === undefined ? undefined : { kind: 'unsupported', what, span: p.spanFrom(start) }
}

function body(p: Parser, nested: (p: Parser) => StatementAst): string | undefined {
  switch (p.peek().value) {
    case 'LOAD':
      p.next()
      p.expect('MODULE')
      p.identifier('a module name')
      if (p.accept('WITH')) optionList(p)
      return 'LOAD MODULE'
    case 'UNLOAD':
      p.next()
      p.expect('MODULE')
      p.identifier('a module name')
      return 'UNLOAD MODULE'
    case 'ADD':
    case 'REMOVE': {
      const word = p.next().value
      p.expect('JAR')
      p.expectString('a path')
      return `${word} JAR`
    }
    case 'COMPILE':
      return compile(p, nested)
    case 'ANALYZE':
      return analyze(p)
    case 'STOP':
      return stop(p)
    case 'TRUNCATE':
      p.next()
      p.expect('TABLE')
      p.objectName('a table name')
      return 'TRUNCATE TABLE'
    case 'CALL':
      p.next()
      p.expression()
      return 'CALL'
    case 'DELETE':
    case 'UPDATE':
      return modify(p)
    default:
      return undefined
  }
}

function compile(p: Parser, nested: (p: Parser) => StatementAst): string {
  p.next()
  if (p.accept('AND')) p.expect('EXECUTE')
  p.expect('PLAN')
  p.expectString('a path')
  p.accept('IF', 'NOT', 'EXISTS')
  p.expect('FOR')
  nested(p)
  return 'COMPILE PLAN'
}

function analyze(p: Parser): string {
  p.next()
  p.expect('TABLE')
  p.objectName('a table name')
  if (p.accept('PARTITION')) partitionSpec(p, false)
  p.expect('COMPUTE', 'STATISTICS')
  if (p.accept('FOR')) {
    if (p.accept('ALL')) p.expect('COLUMNS')
    else {
      p.expect('COLUMNS')
      p.list(() => p.identifier('a column name'))
    }
  }
  return 'ANALYZE TABLE'
}

function stop(p: Parser): string {
  p.next()
  p.expect('JOB')
  p.expectString('a job id')
  let savepoint = false
  while (p.atWord('WITH')) {
    const start = p.next()
    const word = p.expectOneOf('SAVEPOINT', 'DRAIN')
    if (word === 'DRAIN' && !savepoint) p.refuse('WITH DRAIN stands after WITH SAVEPOINT', p.spanFrom(start))
    savepoint = true
  }
  return 'STOP JOB'
}

function modify(p: Parser): string {
  const word = p.next()
  if (word.value === 'DELETE') p.expect('FROM')
  p.objectName('a table name')
  if (word.value === 'UPDATE') {
    p.expect('SET')
    p.list(() => {
      p.objectName('a column name')
      p.expectSymbol('=')
      p.expression()
    })
  }
  if (p.accept('WHERE')) p.expression()
  p.noteUnsupported(word.value, spanOf(word))
  return word.value
}
