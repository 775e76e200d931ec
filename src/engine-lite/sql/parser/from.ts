/** FROM: tables, sub-queries, table functions, joins. */
import type { Span } from '../../contract/errors/index.js'
import type { TableAliasAst, TableAst } from '../ast/query.js'
import { hints } from './hint.js'
import { matchRecognize } from './match-recognize.js'
import { type Parser, spanOf, UnsupportedSyntax } from './parser.js'
import { tableFunction } from './table-function.js'

type JoinType = Extract<TableAst, { kind: 'join' }>['type']

export function fromClause(p: Parser): TableAst {
  const start = p.peek()
  let left = joins(p)
  while (p.acceptSymbol(',')) {
    const right = joins(p)
    left = { kind: 'join', type: 'CROSS', natural: false, left, right, span: p.spanFrom(start) }
  }
  return left
}

function joins(p: Parser): TableAst {
  const start = p.peek()
  let left = tableReference(p)
  for (;;) {
    const natural = p.atWord('NATURAL')
    const type = joinType(p, natural ? 1 : 0)
    if (type === undefined) return left
    p.at += natural ? 1 : 0
    p.accept('OUTER')
    p.expect('JOIN')
    const right = tableReference(p)
    left = joinCondition(p, { left, right, type, natural }, start)
  }
}

/** Takes the words before [OUTER] JOIN, or nothing. */
function joinType(p: Parser, ahead: number): JoinType | undefined {
  if (p.atWord('JOIN', ahead)) return 'INNER'
  const type = ['INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL'].find((word) => p.atWord(word, ahead))
  if (type === undefined) {
    if (ahead === 1) p.fail('JOIN', p.peek(1))
    return undefined
  }
  const apply = p.atWord('APPLY', ahead + 1) || p.atWord('ASOF', ahead + 1)
  if (apply) throw new UnsupportedSyntax(`${type} ${p.peek(ahead + 1).value}`, spanOf(p.peek(ahead + 1)))
  // The word itself is taken here; NATURAL before it by the caller.
  p.at += 1
  return type as JoinType
}

type JoinHead = Pick<Extract<TableAst, { kind: 'join' }>, 'left' | 'right' | 'type' | 'natural'>

function joinCondition(p: Parser, head: JoinHead, start: Span): TableAst {
  if (p.accept('ON')) {
    const on = p.expression()
    return { kind: 'join', ...head, on, span: p.spanFrom(start) }
  }
  if (p.accept('USING')) {
    const using = p.identifierList('a column name')
    return { kind: 'join', ...head, using, span: p.spanFrom(start) }
  }
  return { kind: 'join', ...head, span: p.spanFrom(start) }
}

function tableReference(p: Parser): TableAst {
  const start = p.peek()
  const table = tablePrimary(p)
  if (p.atWord('TABLESAMPLE')) throw new UnsupportedSyntax('TABLESAMPLE', spanOf(p.peek()))
  if (!p.accept('MATCH_RECOGNIZE')) return table
  const clause = matchRecognize(p)
  const alias = tableAlias(p)
  return { kind: 'match-recognize', input: table, clause, ...(alias === undefined ? {} : { alias }), span: p.spanFrom(start) }
}

function tablePrimary(p: Parser): TableAst {
  const start = p.peek()
  const lateral = p.accept('LATERAL')
  if (p.accept('TABLE')) {
    p.expectSymbol('(')
    const body = tableFunction(p)
    p.expectSymbol(')')
    return withAlias(p, { ...body, lateral }, start)
  }
  if (p.atWord('UNNEST')) return withAlias(p, { ...unnest(p), lateral }, start)
  if (p.atSymbol('(')) return parenthesis(p, lateral)
  if (p.atIdentifier() && p.atSymbol('(', 1)) return withAlias(p, { ...tableFunction(p), lateral }, start)
  if (lateral) p.fail('TABLE(…), UNNEST(…) or a query')
  return plainTable(p)
}

function withAlias(p: Parser, table: Omit<Extract<TableAst, { kind: 'table-function' }>, 'alias'>, start: Span): TableAst {
  const alias = tableAlias(p)
  return { ...table, ...(alias === undefined ? {} : { alias }), span: p.spanFrom(start) }
}

function unnest(p: Parser): Extract<TableAst, { kind: 'table-function' }> {
  const start = p.next()
  const values = p.parenthesised(() => p.expression())
  const ordinality = p.accept('WITH', 'ORDINALITY')
  const args = values.map((expression) => ({ kind: 'expression', expression, span: expression.span }) as const)
  return { kind: 'table-function', name: 'UNNEST', args, lateral: false, ordinality, span: p.spanFrom(start) }
}

/** `(query)` or `(a JOIN b …)`: tried as a query first where it can be one. */
function parenthesis(p: Parser, lateral: boolean): TableAst {
  const start = p.next()
  const begin = p.at
  let ahead = 0
  while (p.atSymbol('(', ahead)) ahead++
  if (!['SELECT', 'WITH', 'VALUES', 'TABLE'].some((word) => p.atWord(word, ahead))) return joinedTables(p, start)
  const noted = p.unsupported
  try {
    const query = p.query()
    p.expectSymbol(')')
    const alias = tableAlias(p)
    return { kind: 'derived', query, lateral, ...(alias === undefined ? {} : { alias }), span: p.spanFrom(start) }
  } catch (error) {
    const mayBeJoin = ahead > 0 || p.tokens[begin]?.value === 'TABLE'
    if (!mayBeJoin) throw error
    p.at = begin
    p.unsupported = noted
    return joinedTables(p, start)
  }
}

function joinedTables(p: Parser, start: Span): TableAst {
  const table = fromClause(p)
  p.expectSymbol(')')
  if (p.atWord('AS') || p.atIdentifier()) throw new UnsupportedSyntax('an alias of a parenthesised join', p.spanFrom(start))
  return table
}

function plainTable(p: Parser): TableAst {
  const start = p.peek()
  const { parts } = p.objectName('a table name')
  const tableHints = hints(p)
  const systemTime = p.accept('FOR', 'SYSTEM_TIME', 'AS', 'OF') ? p.expression(5) : undefined
  // An alias before MATCH_RECOGNIZE belongs to its input, one after it to its result.
  const alias = p.atWord('MATCH_RECOGNIZE') ? undefined : tableAlias(p)
  const moreHints = tableHints.length === 0 ? hints(p) : []
  return {
    kind: 'table',
    parts,
    ...(alias === undefined ? {} : { alias }),
    hints: [...tableHints, ...moreHints],
    ...(systemTime === undefined ? {} : { systemTime }),
    span: p.spanFrom(start),
  }
}

function tableAlias(p: Parser): TableAliasAst | undefined {
  const start = p.peek()
  if (!p.accept('AS') && !p.atIdentifier()) return undefined
  const { name } = p.identifier('an alias')
  const columns = p.atSymbol('(') ? p.identifierList('a column name') : []
  return { name, columns, span: p.spanFrom(start) }
}
