/** ALTER: checked for its syntax, without meaning on a gateway. */
import type { StatementAst } from '../ast/statement.js'
import { type TableElements, tableElement } from './column.js'
import { distribution, optionList } from './create-table.js'
import type { Parser } from './parser.js'
import { partitionSpec } from './partition.js'

export function alter(p: Parser): StatementAst {
  const start = p.next()
  const temporary = p.accept('TEMPORARY')
  if (temporary || p.atWord('FUNCTION')) {
    const system = p.accept('SYSTEM')
    p.expect('FUNCTION')
    alterFunction(p, system)
    return { kind: 'unsupported', what: 'ALTER FUNCTION', span: p.spanFrom(start) }
  }
  const materialized = p.accept('MATERIALIZED')
  const object = p.expectOneOf('TABLE', 'VIEW', 'CATALOG', 'DATABASE', 'MODEL', 'CONNECTION')
  if (materialized && object !== 'TABLE') p.fail('TABLE')
  p.accept('IF', 'EXISTS')
  p.objectName('a name')
  if (object === 'TABLE') alterTable(p)
  else if (object === 'VIEW' && p.accept('AS')) p.query()
  else if (object === 'CATALOG' && p.accept('COMMENT')) p.expectString('a comment')
  else setResetRename(p)
  return { kind: 'unsupported', what: `ALTER ${materialized ? 'MATERIALIZED ' : ''}${object}`, span: p.spanFrom(start) }
}

function alterFunction(p: Parser, system: boolean): void {
  p.accept('IF', 'EXISTS')
  if (system) p.identifier('a function name')
  else p.objectName('a function name')
  p.expect('AS')
  p.expectString('a class name')
  if (p.accept('LANGUAGE')) p.expectOneOf('JAVA', 'SCALA', 'SQL', 'PYTHON')
}

function setResetRename(p: Parser): void {
  const word = p.expectOneOf('SET', 'RESET', 'RENAME')
  if (word === 'SET') optionList(p)
  else if (word === 'RESET') keys(p)
  else {
    p.expect('TO')
    p.objectName('a name')
  }
}

function keys(p: Parser): void {
  p.expectSymbol('(')
  if (!p.atSymbol(')')) p.list(() => p.expectString('an option key'))
  p.expectSymbol(')')
}

function alterTable(p: Parser): void {
  const word = p.expectOneOf('RENAME', 'SET', 'RESET', 'ADD', 'MODIFY', 'DROP', 'AS', 'SUSPEND', 'RESUME', 'REFRESH')
  if (word === 'RENAME') rename(p)
  else if (word === 'SET') optionList(p)
  else if (word === 'RESET') keys(p)
  else if (word === 'DROP') drop(p)
  else if (word === 'AS') p.query()
  else if (word === 'RESUME' && p.accept('WITH')) optionList(p)
  else if (word === 'REFRESH' && p.accept('PARTITION')) partitionSpec(p, false)
  else if (word === 'ADD' || word === 'MODIFY') addOrModify(p, word)
}

function rename(p: Parser): void {
  if (!p.accept('TO')) {
    p.objectName('a column name')
    p.expect('TO')
  }
  p.objectName('a name')
}

function addOrModify(p: Parser, word: 'ADD' | 'MODIFY'): void {
  if (word === 'ADD' && (p.atWords('IF', 'NOT', 'EXISTS') || (p.atWord('PARTITION') && p.atSymbol('(', 1)))) {
    p.accept('IF', 'NOT', 'EXISTS')
    do {
      p.expect('PARTITION')
      partitionSpec(p, true)
      if (p.accept('WITH')) optionList(p)
    } while (p.atWord('PARTITION'))
    return
  }
  if (p.accept('DISTRIBUTION')) {
    if (p.accept('INTO')) {
      p.expectInteger('a number of buckets')
      p.expect('BUCKETS')
      return
    }
    p.expect('BY')
    distribution(p)
    return
  }
  const elements: TableElements = { columns: [] }
  if (p.atSymbol('(')) p.parenthesised(() => tableElement(p, elements, true))
  else tableElement(p, elements, true)
}

function drop(p: Parser): void {
  if (p.accept('DISTRIBUTION') || p.accept('WATERMARK') || p.accept('PRIMARY', 'KEY')) return
  if (p.accept('CONSTRAINT')) {
    p.identifier('a constraint name')
    return
  }
  if (p.atWords('IF', 'EXISTS', 'PARTITION') || (p.atWord('PARTITION') && p.atSymbol('(', 1))) {
    p.accept('IF', 'EXISTS')
    p.list(() => {
      p.expect('PARTITION')
      partitionSpec(p, true)
    })
    return
  }
  if (p.atSymbol('(')) p.parenthesised(() => p.objectName('a column name'))
  else p.objectName('a column name')
}
