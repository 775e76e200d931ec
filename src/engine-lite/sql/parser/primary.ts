/** The smallest pieces of an expression: literals, names, calls, CASE, CAST, constructors and sub-queries. */
import type { Span } from '../../contract/errors/index.js'
import type { ExpressionAst } from '../ast/expression.js'
import { RESERVED, RESERVED_FUNCTIONS } from '../lexer/keywords.js'
import { spelling } from '../lexer/token.js'
import { call } from './call.js'
import { atIntervalUnit, intervalQualifier } from './interval.js'
import { type Parser, spanOf, UnsupportedSyntax } from './parser.js'
import { SPECIAL_CALLS } from './special-call.js'
import { parseType } from './type.js'

/** Values of the environment that are called without parentheses. */
const NILADIC = new Set(['CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP'])
const ENVIRONMENT = new Set([
  'CURRENT_CATALOG',
  'CURRENT_SCHEMA',
  'CURRENT_USER',
  'CURRENT_ROLE',
  'CURRENT_PATH',
  'SESSION_USER',
  'SYSTEM_USER',
])

export function primary(p: Parser): ExpressionAst {
  const token = p.peek()
  switch (token.kind) {
    case 'number':
      p.next()
      return { kind: 'number-literal', text: token.value, span: spanOf(token) }
    case 'string': {
      const value = p.expectString('a string')
      return { kind: 'string-literal', value, span: p.spanFrom(token) }
    }
    case 'binary':
      p.next()
      return { kind: 'binary-literal', hex: token.value, span: spanOf(token) }
    case 'quoted':
      return nameOrCall(p)
    case 'word':
      return word(p)
    default:
      if (p.atSymbol('(')) return parenthesis(p)
      if (p.atSymbol('{')) throw new UnsupportedSyntax('the JDBC escape {…}', spanOf(token))
      if (p.atSymbol('?')) throw new UnsupportedSyntax('the dynamic parameter ?', spanOf(token))
      return p.fail('an expression')
  }
}

function word(p: Parser): ExpressionAst {
  const token = p.peek()
  const keyword = token.value
  switch (keyword) {
    case 'NULL':
      p.next()
      return { kind: 'null-literal', span: spanOf(token) }
    case 'TRUE':
    case 'FALSE':
    case 'UNKNOWN':
      p.next()
      return { kind: 'boolean-literal', value: keyword === 'UNKNOWN' ? null : keyword === 'TRUE', span: spanOf(token) }
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return temporalLiteral(p, keyword)
    case 'INTERVAL':
      return intervalLiteral(p)
    case 'CASE':
      return caseExpression(p)
    case 'CAST':
    case 'TRY_CAST':
      return cast(p)
    case 'EXISTS':
      return exists(p)
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
      return collection(p, keyword)
    case 'ROW':
      return rowConstructor(p)
    case 'CURSOR':
    case 'NEW':
      throw new UnsupportedSyntax(`the expression ${keyword}`, spanOf(token))
    default:
      return nameOrCall(p)
  }
}

function temporalLiteral(p: Parser, type: 'DATE' | 'TIME' | 'TIMESTAMP'): ExpressionAst {
  const start = p.next()
  if (p.atWords('WITH', 'LOCAL', 'TIME', 'ZONE')) throw new UnsupportedSyntax('a TIMESTAMP WITH LOCAL TIME ZONE literal', p.spanFrom(start))
  const text = p.expectString(`the text of the ${type} literal`)
  return { kind: 'temporal-literal', type, text, span: p.spanFrom(start) }
}

function intervalLiteral(p: Parser): ExpressionAst {
  const start = p.next()
  const negative = p.acceptSymbol('-')
  if (!negative) p.acceptSymbol('+')
  const text = p.expectString('the length of the interval')
  const qualifier = intervalQualifier(p)
  return { kind: 'interval-literal', negative, text, qualifier, span: p.spanFrom(start) }
}

function caseExpression(p: Parser): ExpressionAst {
  const start = p.next()
  const operand = p.atWord('WHEN') ? undefined : p.expression()
  const whens: { when: ExpressionAst; then: ExpressionAst }[] = []
  while (p.accept('WHEN')) {
    const values = whenValues(p, operand)
    p.expect('THEN')
    const then = p.expression()
    for (const when of values) whens.push({ when, then })
  }
  if (whens.length === 0) p.fail('WHEN')
  const otherwise = p.accept('ELSE') ? p.expression() : undefined
  p.expect('END')
  return {
    kind: 'case',
    ...(operand === undefined ? {} : { operand }),
    whens,
    ...(otherwise === undefined ? {} : { otherwise }),
    span: p.spanFrom(start),
  }
}

/** A simple CASE takes several values in one WHEN, `WHEN 1, 2 THEN`: the same as one WHEN for each. */
function whenValues(p: Parser, operand: ExpressionAst | undefined): ExpressionAst[] {
  const start = p.peek()
  const values = p.list(() => p.expression())
  if (values.length > 1 && operand === undefined) p.refuse('a searched CASE takes one condition in each WHEN', p.spanFrom(start))
  return values
}

function cast(p: Parser): ExpressionAst {
  const start = p.next()
  p.expectSymbol('(')
  const operand = p.expression()
  p.expect('AS')
  if (p.atWord('INTERVAL')) {
    const type = parseType(p)
    p.expectSymbol(')')
    return { kind: 'cast', operand, type, safe: start.value === 'TRY_CAST', span: p.spanFrom(start) }
  }
  const type = parseType(p)
  if (p.accept('FORMAT')) throw new UnsupportedSyntax('CAST … FORMAT', p.spanFrom(start))
  p.expectSymbol(')')
  return { kind: 'cast', operand, type, safe: start.value === 'TRY_CAST', span: p.spanFrom(start) }
}

function exists(p: Parser): ExpressionAst {
  const start = p.next()
  const open = p.peek()
  p.expectSymbol('(')
  if (!p.queriesAllowed) p.refuse('a query cannot stand here', open)
  const query = p.query()
  p.expectSymbol(')')
  return { kind: 'exists', query, span: p.spanFrom(start) }
}

function collection(p: Parser, keyword: 'ARRAY' | 'MAP' | 'MULTISET'): ExpressionAst {
  if (keyword === 'MAP' && !p.atSymbol('[', 1) && !p.atSymbol('(', 1)) return nameOrCall(p)
  const start = p.next()
  if (p.acceptSymbol('(')) {
    p.query()
    p.expectSymbol(')')
    throw new UnsupportedSyntax(`${keyword} over a query`, p.spanFrom(start))
  }
  p.expectSymbol('[')
  const items = p.atSymbol(']') ? [] : p.list(() => p.expression())
  p.expectSymbol(']')
  const span = p.spanFrom(start)
  if (keyword === 'MULTISET') throw new UnsupportedSyntax('the MULTISET constructor', span)
  if (keyword === 'ARRAY') return { kind: 'array', items, span }
  if (items.length % 2 !== 0) p.refuse('MAP needs an even number of values: key, value, key, value', span)
  return { kind: 'map', items, span }
}

function rowConstructor(p: Parser): ExpressionAst {
  const start = p.next()
  p.expectSymbol('(')
  const items = p.atSymbol(')') ? [] : p.list(() => p.expression())
  p.expectSymbol(')')
  return { kind: 'row', items, span: p.spanFrom(start) }
}

/** `(query)`, `(a)`, `(a, b)`, `(a - b) DAY`. */
function parenthesis(p: Parser): ExpressionAst {
  const start = p.next()
  const query = queryAfterParenthesis(p, start)
  if (query !== undefined) return query
  const items = p.list(() => p.expression())
  p.expectSymbol(')')
  const only = items.length === 1 ? items[0] : undefined
  if (only === undefined) return { kind: 'row', items, span: p.spanFrom(start) }
  if (only.kind === 'binary' && only.operator === '-' && atIntervalUnit(p)) {
    const nameSpan = p.spanFrom(start)
    const qualifier = intervalQualifier(p)
    return { kind: 'call', name: 'MINUS_DATE', nameSpan, args: [only.left, only.right], modifiers: { qualifier }, span: p.spanFrom(start) }
  }
  return { ...only, span: p.spanFrom(start) }
}

/** `((SELECT …) + 1)` begins like a query and is none: tried as a query, then as an expression. */
function queryAfterParenthesis(p: Parser, open: Span): ExpressionAst | undefined {
  const begin = p.at
  let ahead = 0
  while (p.atSymbol('(', ahead)) ahead++
  if (!['SELECT', 'WITH', 'VALUES', 'TABLE'].some((keyword) => p.atWord(keyword, ahead))) return undefined
  if (!p.queriesAllowed) p.refuse('a query cannot stand here', open)
  const noted = p.unsupported
  try {
    const query = p.query()
    p.expectSymbol(')')
    return { kind: 'scalar-query', query, span: p.spanFrom(open) }
  } catch (error) {
    if (ahead === 0) throw error
    p.at = begin
    p.unsupported = noted
    return undefined
  }
}

/** `[index]` after an expression. */
export function element(p: Parser, container: ExpressionAst): ExpressionAst {
  p.expectSymbol('[')
  const index = p.expression()
  p.expectSymbol(']')
  return { kind: 'element', container, index, span: p.spanFrom(container.span) }
}

/** `.field` after an expression that is no plain name. */
export function field(p: Parser, operand: ExpressionAst): ExpressionAst {
  p.expectSymbol('.')
  const { name } = p.identifier('a field name')
  return { kind: 'field', operand, name, span: p.spanFrom(operand.span) }
}

function nameOrCall(p: Parser): ExpressionAst {
  const token = p.peek()
  const keyword = token.kind === 'word' ? token.value : ''
  if (p.atSymbol('(', 1)) {
    const special = SPECIAL_CALLS.get(keyword)
    if (special !== undefined) return special(p)
    if (token.kind === 'quoted' || RESERVED_FUNCTIONS.has(keyword) || !RESERVED.has(keyword)) return call(p)
  }
  if (NILADIC.has(keyword)) {
    p.next()
    return { kind: 'call', name: keyword, nameSpan: spanOf(token), args: [], modifiers: {}, span: spanOf(token) }
  }
  // Flink lets the column win over the function: `SELECT user` reads a column of that name.
  if (keyword === 'USER') {
    p.next()
    return { kind: 'name', parts: [spelling(token, p.text)], span: spanOf(token) }
  }
  if (ENVIRONMENT.has(keyword)) throw new UnsupportedSyntax(keyword, spanOf(token))
  if ((keyword === 'RUNNING' || keyword === 'FINAL') && p.peek(1).kind === 'word' && p.atSymbol('(', 2)) {
    p.noteUnsupported(`${keyword} in MEASURES`, spanOf(p.next()))
    return nameOrCall(p)
  }
  return name(p)
}

function name(p: Parser): ExpressionAst {
  const start = p.peek()
  if (!p.atIdentifier()) p.fail('an expression')
  const parts = [p.identifier('a name').name]
  while (p.atSymbol('.') && !p.atSymbol('*', 1)) {
    p.next()
    const token = p.peek()
    if (p.atSymbol('(', 1) && token.kind !== 'symbol') return call(p, parts)
    parts.push(p.identifier('a name').name)
  }
  if (p.atSymbol('.')) throw new UnsupportedSyntax('the fields of a row as an expression, row.*,', p.spanFrom(start))
  return { kind: 'name', parts, span: p.spanFrom(start) }
}
