/** Queries: WITH, set operations, SELECT, VALUES, ORDER BY, LIMIT. */
import type { Span } from '../../contract/errors/index.js'
import type { ExpressionAst } from '../ast/expression.js'
import type { CteAst, QueryAst, SelectAst, SelectItemAst } from '../ast/query.js'
import { spelling } from '../lexer/token.js'
import { fromClause } from './from.js'
import { groupBy } from './group-by.js'
import { hints } from './hint.js'
import { orderItems, windowSpecification } from './over.js'
import { type Parser, spanOf } from './parser.js'

const UNION_POWER = 1
const INTERSECT_POWER = 2

export function parseQuery(p: Parser): QueryAst {
  const start = p.peek()
  if (p.accept('WITH')) {
    const recursive = p.atWord('RECURSIVE') ? spanOf(p.next()) : undefined
    if (recursive !== undefined) p.noteUnsupported('WITH RECURSIVE', recursive)
    const ctes = p.list(() => cte(p))
    const query = ordered(p)
    return { kind: 'with', ctes, query, span: p.spanFrom(start) }
  }
  return ordered(p)
}

function cte(p: Parser): CteAst {
  const { name, span } = p.identifier('a name')
  const columns = p.atSymbol('(') ? p.identifierList('a column name') : undefined
  p.expect('AS')
  p.expectSymbol('(')
  const query = parseQuery(p)
  p.expectSymbol(')')
  return { name, ...(columns === undefined ? {} : { columns }), query, span: p.spanFrom(span) }
}

/** A query body with its ORDER BY, LIMIT, OFFSET and FETCH. */
function ordered(p: Parser): QueryAst {
  const start = p.peek()
  const query = setOperations(p, 0)
  const orderBy = p.atWord('ORDER') ? orderItems(p) : []
  let limit: ExpressionAst | undefined
  let offset: ExpressionAst | undefined
  for (;;) {
    if (limit === undefined && p.accept('LIMIT')) {
      if (!p.accept('ALL')) limit = rowCount(p)
    } else if (offset === undefined && p.accept('OFFSET')) {
      offset = rowCount(p)
      p.acceptOneOf('ROW', 'ROWS')
    } else if (limit === undefined && p.accept('FETCH')) {
      p.expectOneOf('FIRST', 'NEXT')
      limit = rowCount(p)
      p.expectOneOf('ROW', 'ROWS')
      p.expect('ONLY')
    } else break
  }
  if (orderBy.length === 0 && limit === undefined && offset === undefined) return query
  return {
    kind: 'ordered',
    query,
    orderBy,
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    span: p.spanFrom(start),
  }
}

function rowCount(p: Parser): ExpressionAst {
  const start = p.peek()
  const text = String(p.expectInteger('a number of rows'))
  return { kind: 'number-literal', text, span: spanOf(start) }
}

function setOperations(p: Parser, minimum: number): QueryAst {
  const start = p.peek()
  let left = queryPrimary(p)
  for (;;) {
    const operator = p.atWord('UNION') ? 'UNION' : p.atWord('INTERSECT') ? 'INTERSECT' : p.atWord('EXCEPT') ? 'EXCEPT' : undefined
    const power = operator === 'INTERSECT' ? INTERSECT_POWER : UNION_POWER
    if (operator === undefined || power <= minimum) return left
    p.next()
    const all = p.acceptOneOf('ALL', 'DISTINCT') === 'ALL'
    const right = setOperations(p, power)
    left = { kind: 'set-operation', operator, all, left, right, span: p.spanFrom(start) }
  }
}

function queryPrimary(p: Parser): QueryAst {
  const start = p.peek()
  if (p.acceptSymbol('(')) {
    const query = parseQuery(p)
    p.expectSymbol(')')
    return query
  }
  if (p.accept('VALUES')) {
    const rows = p.list(() => valuesRow(p))
    return { kind: 'values', rows, span: p.spanFrom(start) }
  }
  if (p.accept('TABLE')) return explicitTable(p, start)
  if (!p.atWord('SELECT')) p.fail('a query')
  return select(p)
}

/** A row of VALUES: `(a, b)`, `ROW(a, b)` or a single expression. */
function valuesRow(p: Parser): readonly ExpressionAst[] {
  const value = p.expression()
  return value.kind === 'row' ? value.items : [value]
}

/** `TABLE t` is `SELECT * FROM t`. */
function explicitTable(p: Parser, start: Span): QueryAst {
  const { parts, span } = p.objectName('a table name')
  return {
    kind: 'select',
    distinct: false,
    hints: [],
    items: [{ kind: 'star', qualifier: [], span }],
    from: { kind: 'table', parts, hints: [], span },
    windows: [],
    span: p.spanFrom(start),
  }
}

function select(p: Parser): SelectAst {
  const start = p.next()
  const selectHints = hints(p)
  if (p.atWord('STREAM')) p.noteUnsupported('SELECT STREAM', spanOf(p.next()))
  const distinct = p.acceptOneOf('DISTINCT', 'ALL') === 'DISTINCT'
  const items = p.list(() => selectItem(p))
  const from = p.accept('FROM') ? fromClause(p) : undefined
  const where = p.accept('WHERE') ? p.expression() : undefined
  const group = p.atWord('GROUP') ? groupBy(p) : undefined
  const having = p.accept('HAVING') ? p.expression() : undefined
  const windows = p.accept('WINDOW') ? p.list(() => namedWindow(p)) : []
  const qualify = p.accept('QUALIFY') ? p.expression() : undefined
  return {
    kind: 'select',
    distinct,
    hints: selectHints,
    items,
    ...(from === undefined ? {} : { from }),
    ...(where === undefined ? {} : { where }),
    ...(group === undefined ? {} : { groupBy: group }),
    ...(having === undefined ? {} : { having }),
    ...(qualify === undefined ? {} : { qualify }),
    windows,
    span: p.spanFrom(start),
  }
}

function namedWindow(p: Parser): SelectAst['windows'][number] {
  const { name } = p.identifier('a window name')
  p.expect('AS')
  return { name, over: windowSpecification(p) }
}

function selectItem(p: Parser): SelectItemAst {
  const start = p.peek()
  if (p.acceptSymbol('*')) return { kind: 'star', qualifier: [], span: spanOf(start) }
  const qualifier = starQualifier(p)
  if (qualifier !== undefined) return { kind: 'star', qualifier, span: p.spanFrom(start) }
  const expression = p.expression()
  const alias = p.accept('AS') || p.atIdentifier() ? p.identifier('an alias').name : undefined
  return { kind: 'expression', expression, ...(alias === undefined ? {} : { alias }), span: p.spanFrom(start) }
}

/** The parts before `.*`, taken together with it, or undefined. */
function starQualifier(p: Parser): string[] | undefined {
  let ahead = 0
  while (p.atIdentifier(ahead) && p.atSymbol('.', ahead + 1)) {
    ahead += 2
    if (!p.atSymbol('*', ahead)) continue
    const parts: string[] = []
    for (let i = 0; i < ahead; i += 2) parts.push(spelling(p.peek(i), p.text))
    p.at += ahead + 1
    return parts
  }
  return undefined
}
