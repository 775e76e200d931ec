/**
 * Expressions by precedence climbing. Powers follow Calcite's operators: OR < AND < NOT < IS < comparison < BETWEEN, IN, LIKE <
 * plus, minus < times, divide, concatenation < sign < element and field access.
 */
import type { Span } from '../../contract/errors/index.js'
import type { BinaryOperator, ExpressionAst } from '../ast/expression.js'
import type { Parser } from './parser.js'
import { element, field, primary } from './primary.js'

const POWER = { or: 1, and: 2, not: 3, is: 4, comparison: 5, range: 6, additive: 7, multiplicative: 8, sign: 9 } as const

const SYMBOLS: Readonly<Record<string, readonly [power: number, operator: BinaryOperator]>> = {
  '=': [POWER.comparison, '='],
  '<>': [POWER.comparison, '<>'],
  '<': [POWER.comparison, '<'],
  '<=': [POWER.comparison, '<='],
  '>': [POWER.comparison, '>'],
  '>=': [POWER.comparison, '>='],
  '+': [POWER.additive, '+'],
  '-': [POWER.additive, '-'],
  '*': [POWER.multiplicative, '*'],
  '/': [POWER.multiplicative, '/'],
  '%': [POWER.multiplicative, '%'],
  '||': [POWER.multiplicative, '||'],
}

/** An expression whose operators bind tighter than `minimum`. */
export function parseExpression(p: Parser, minimum: number): ExpressionAst {
  const start = p.peek()
  let left = prefix(p)
  for (;;) {
    const extended = infix(p, left, minimum, start)
    if (extended === undefined) return left
    left = extended
  }
}

function prefix(p: Parser): ExpressionAst {
  const start = p.peek()
  if (p.accept('NOT')) {
    const operand = parseExpression(p, POWER.not)
    return { kind: 'unary', operator: 'NOT', operand, span: p.spanFrom(start) }
  }
  if (p.atSymbol('-') || p.atSymbol('+')) {
    const operator = p.next().value as '-' | '+'
    const operand = parseExpression(p, POWER.sign)
    return { kind: 'unary', operator, operand, span: p.spanFrom(start) }
  }
  return postfix(p)
}

/** A primary with its `[index]` and `.field` suffixes. */
function postfix(p: Parser): ExpressionAst {
  let expression = primary(p)
  for (;;) {
    if (p.atSymbol('[')) expression = element(p, expression)
    else if (p.atSymbol('.') && expression.kind !== 'name' && !p.atSymbol('*', 1)) expression = field(p, expression)
    else return expression
  }
}

function infix(p: Parser, left: ExpressionAst, minimum: number, start: Span): ExpressionAst | undefined {
  const token = p.peek()
  if (token.kind === 'symbol') {
    if (token.value === '!=') p.fail('')
    const entry = SYMBOLS[token.value]
    if (entry === undefined || entry[0] <= minimum) return undefined
    p.next()
    if (p.atWord('ANY') || p.atWord('ALL') || p.atWord('SOME')) return quantified(p, left, start)
    return binary(p, entry[1], left, entry[0], start)
  }
  if (token.kind !== 'word') return undefined
  switch (token.value) {
    case 'OR':
      return POWER.or > minimum ? binaryWord(p, 'OR', left, POWER.or, start) : undefined
    case 'AND':
      return POWER.and > minimum ? binaryWord(p, 'AND', left, POWER.and, start) : undefined
    case 'IS':
      return is(p, left, minimum, start)
    case 'OVERLAPS':
    case 'CONTAINS':
    case 'EQUALS':
    case 'PRECEDES':
    case 'SUCCEEDS':
      return POWER.comparison > minimum ? period(p, left, start) : undefined
    case 'MEMBER':
    case 'SUBMULTISET':
    case 'MULTISET':
      return POWER.range > minimum ? multiset(p, left, start) : undefined
    default:
      return POWER.range > minimum ? range(p, left, start) : undefined
  }
}

function binary(p: Parser, operator: BinaryOperator, left: ExpressionAst, power: number, start: Span): ExpressionAst {
  const right = parseExpression(p, power)
  return { kind: 'binary', operator, left, right, span: p.spanFrom(start) }
}

function binaryWord(p: Parser, operator: 'AND' | 'OR', left: ExpressionAst, power: number, start: Span): ExpressionAst {
  p.next()
  return binary(p, operator, left, power, start)
}

/** `x > ALL (…)`: parses, is not run. */
function quantified(p: Parser, left: ExpressionAst, start: Span): ExpressionAst {
  const word = p.next()
  p.expectSymbol('(')
  const query = p.atWord('SELECT') || p.atWord('WITH') || p.atWord('VALUES') ? p.query() : undefined
  if (query === undefined) p.list(() => p.expression())
  p.expectSymbol(')')
  p.noteUnsupported(`a comparison with ${word.value}`, p.spanFrom(start))
  return left
}

function is(p: Parser, left: ExpressionAst, minimum: number, start: Span): ExpressionAst | undefined {
  const negated = p.atWord('NOT', 1)
  const at = negated ? 2 : 1
  if (p.atWord('DISTINCT', at)) {
    if (POWER.comparison <= minimum) return undefined
    p.at += at
    p.expect('DISTINCT', 'FROM')
    return binary(p, negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM', left, POWER.comparison, start)
  }
  if (POWER.is <= minimum) return undefined
  p.at += at
  const test = p.acceptOneOf('NULL', 'TRUE', 'FALSE', 'UNKNOWN') ?? jsonTest(p)
  if (test === undefined) {
    if (!p.accept('A', 'SET') && !p.accept('EMPTY')) p.fail('NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM')
    p.noteUnsupported('IS A SET and IS EMPTY', p.spanFrom(start))
    return left
  }
  return { kind: 'is', operand: left, test: test as 'NULL', negated, span: p.spanFrom(start) }
}

function jsonTest(p: Parser): string | undefined {
  if (!p.accept('JSON')) return undefined
  const kind = p.acceptOneOf('VALUE', 'OBJECT', 'ARRAY', 'SCALAR')
  return kind === undefined || kind === 'VALUE' ? 'JSON' : `JSON ${kind}`
}

/** `[NOT] BETWEEN, IN, LIKE, SIMILAR TO`. */
function range(p: Parser, left: ExpressionAst, start: Span): ExpressionAst | undefined {
  const negated = p.atWord('NOT')
  const word = p.peek(negated ? 1 : 0)
  if (word.kind !== 'word') return undefined
  switch (word.value) {
    case 'BETWEEN':
      p.at += negated ? 2 : 1
      return between(p, left, negated, start)
    case 'IN':
      p.at += negated ? 2 : 1
      return inList(p, left, negated, start)
    case 'LIKE':
    case 'SIMILAR':
      p.at += negated ? 2 : 1
      return like(p, left, negated, word.value === 'SIMILAR', start)
    default:
      if (negated) p.fail('an operator')
      return undefined
  }
}

function between(p: Parser, operand: ExpressionAst, negated: boolean, start: Span): ExpressionAst {
  const symmetric = p.acceptOneOf('SYMMETRIC', 'ASYMMETRIC') === 'SYMMETRIC'
  const low = parseExpression(p, POWER.range)
  p.expect('AND')
  const high = parseExpression(p, POWER.range)
  return { kind: 'between', operand, low, high, negated, symmetric, span: p.spanFrom(start) }
}

function inList(p: Parser, operand: ExpressionAst, negated: boolean, start: Span): ExpressionAst {
  if (!p.atSymbol('(')) p.fail('`(`')
  if (p.atWord('SELECT', 1) || p.atWord('WITH', 1) || p.atWord('VALUES', 1) || p.atWord('TABLE', 1)) {
    const open = p.next()
    if (!p.queriesAllowed) p.refuse('a query cannot stand here', open)
    const query = p.query()
    p.expectSymbol(')')
    return { kind: 'in-query', operand, query, negated, span: p.spanFrom(start) }
  }
  const items = p.parenthesised(() => p.expression())
  return { kind: 'in-list', operand, items, negated, span: p.spanFrom(start) }
}

function like(p: Parser, operand: ExpressionAst, negated: boolean, similar: boolean, start: Span): ExpressionAst {
  if (similar) p.expect('TO')
  const pattern = parseExpression(p, POWER.range)
  const escapeWith = p.accept('ESCAPE') ? parseExpression(p, POWER.range) : undefined
  return {
    kind: 'like',
    operand,
    pattern,
    ...(escapeWith === undefined ? {} : { escape: escapeWith }),
    similar,
    negated,
    span: p.spanFrom(start),
  }
}

function period(p: Parser, left: ExpressionAst, start: Span): ExpressionAst {
  const word = p.next().value
  const right = parseExpression(p, POWER.comparison)
  if (word === 'OVERLAPS' && left.kind === 'row' && right.kind === 'row') {
    const [from, to] = left.items
    const [otherFrom, otherTo] = right.items
    if (from !== undefined && to !== undefined && otherFrom !== undefined && otherTo !== undefined) {
      return { kind: 'overlaps', left: [from, to], right: [otherFrom, otherTo], span: p.spanFrom(start) }
    }
  }
  p.noteUnsupported(`the period predicate ${word}`, p.spanFrom(start))
  return left
}

function multiset(p: Parser, left: ExpressionAst, start: Span): ExpressionAst {
  const word = p.next().value
  if (word === 'MULTISET') {
    p.expectOneOf('UNION', 'INTERSECT', 'EXCEPT')
    p.acceptOneOf('ALL', 'DISTINCT')
  } else p.accept('OF')
  parseExpression(p, POWER.range)
  p.noteUnsupported(`the multiset operator ${word}`, p.spanFrom(start))
  return left
}
