/** MATCH_RECOGNIZE. The pattern is checked for its form and kept as text. */
import type { ExpressionAst } from '../ast/expression.js'
import type { MatchRecognizeAst } from '../ast/query.js'
import { orderItems } from './over.js'
import { type Parser, spanOf } from './parser.js'

/** The parentheses after MATCH_RECOGNIZE. */
export function matchRecognize(p: Parser): MatchRecognizeAst {
  const start = p.peek()
  p.expectSymbol('(')
  const partitionBy = p.accept('PARTITION', 'BY') ? p.list(() => p.expression()) : []
  const orderBy = p.atWord('ORDER') ? orderItems(p) : []
  const measures = p.accept('MEASURES') ? p.list(() => measure(p)) : []
  const rowsPerMatch = rows(p)
  const afterMatch = skip(p)
  const pattern = patternText(p)
  const within = p.accept('WITHIN') ? p.expression() : undefined
  if (p.atWord('SUBSET')) subset(p)
  p.expect('DEFINE')
  const define = p.list(() => {
    const { name } = p.identifier('a pattern variable')
    p.expect('AS')
    return { name, condition: p.expression() }
  })
  p.expectSymbol(')')
  return {
    partitionBy,
    orderBy,
    measures,
    ...(rowsPerMatch === undefined ? {} : { rowsPerMatch }),
    ...(afterMatch === undefined ? {} : { afterMatch }),
    pattern,
    ...(within === undefined ? {} : { within }),
    define,
    span: p.spanFrom(start),
  }
}

function measure(p: Parser): { expression: ExpressionAst; alias: string } {
  const expression = p.expression()
  p.expect('AS')
  return { expression, alias: p.identifier('an alias').name }
}

function rows(p: Parser): 'ONE' | 'ALL' | undefined {
  if (p.accept('ONE')) {
    p.expect('ROW', 'PER', 'MATCH')
    return 'ONE'
  }
  if (!p.accept('ALL')) return undefined
  p.expect('ROWS', 'PER', 'MATCH')
  return 'ALL'
}

/** `AFTER MATCH SKIP …` as its words: `PAST LAST ROW`, `TO NEXT ROW`, `TO FIRST A`, `TO LAST A`, `TO A`. */
function skip(p: Parser): string | undefined {
  if (!p.accept('AFTER')) return undefined
  p.expect('MATCH', 'SKIP')
  if (p.accept('PAST')) {
    p.expect('LAST', 'ROW')
    return 'PAST LAST ROW'
  }
  p.expect('TO')
  if (p.accept('NEXT')) {
    p.expect('ROW')
    return 'TO NEXT ROW'
  }
  const side = p.atIdentifier(1) ? p.acceptOneOf('FIRST', 'LAST') : undefined
  const { name } = p.identifier('a pattern variable')
  return side === undefined ? `TO ${name}` : `TO ${side} ${name}`
}

function subset(p: Parser): void {
  const start = p.next()
  p.list(() => {
    p.identifier('a pattern variable')
    p.expectSymbol('=')
    p.identifierList('a pattern variable')
  })
  p.noteUnsupported('SUBSET', spanOf(start))
}

function patternText(p: Parser): string {
  p.expect('PATTERN')
  p.expectSymbol('(')
  const from = p.peek()
  p.acceptSymbol('^')
  alternatives(p)
  p.acceptSymbol('$')
  const to = p.previous
  p.expectSymbol(')')
  return p.sourceOf(from, to)
}

function alternatives(p: Parser): void {
  do sequence(p)
  while (p.acceptSymbol('|'))
}

function sequence(p: Parser): void {
  do {
    factor(p)
    quantifier(p)
  } while (p.atIdentifier() || p.atSymbol('(') || p.atSymbol('{') || p.atWord('PERMUTE'))
}

function factor(p: Parser): void {
  if (p.accept('PERMUTE')) {
    p.parenthesised(() => alternatives(p))
  } else if (p.acceptSymbol('(')) {
    alternatives(p)
    p.expectSymbol(')')
  } else if (p.acceptSymbol('{')) {
    p.expectSymbol('-')
    alternatives(p)
    p.expectSymbol('-')
    p.expectSymbol('}')
  } else p.identifier('a pattern variable')
}

function quantifier(p: Parser): void {
  if (p.atSymbol('{') && !p.atSymbol('-', 1)) {
    p.next()
    if (p.peek().kind === 'number') p.expectInteger('a number of rows')
    if (p.acceptSymbol(',') && p.peek().kind === 'number') p.expectInteger('a number of rows')
    p.expectSymbol('}')
  } else if (!p.acceptSymbol('*') && !p.acceptSymbol('+') && !p.acceptSymbol('?')) return
  p.acceptSymbol('?')
}
