/** Ordinary function calls with their suffixes: DISTINCT, ORDER BY, FILTER, WITHIN GROUP, IGNORE NULLS, OVER. */
import type { CallAst, CallModifiers, ExpressionAst } from '../ast/expression.js'
import { spelling } from '../lexer/token.js'
import { orderItems, overClause } from './over.js'
import { type Parser, spanOf } from './parser.js'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A call whose name comes next; `qualifier` are the parts before it in `db.f(x)`. */
export function call(p: Parser, qualifier: readonly string[] = []): CallAst {
  const start = p.next()
  const own = start.kind === 'word' ? start.value : spelling(start, p.text)
  const name = [...qualifier, own].join('.')
  const modifiers: Writable<CallModifiers> = {}
  const args: ExpressionAst[] = []
  const argNames: (string | undefined)[] = []
  p.expectSymbol('(')
  if (p.acceptSymbol('*')) modifiers.star = true
  else if (!p.atSymbol(')')) {
    if (p.acceptOneOf('DISTINCT', 'ALL') === 'DISTINCT') modifiers.distinct = true
    p.list(() => {
      const named = p.atSymbol('=>', 1)
      argNames.push(named ? p.identifier('an argument name').name : undefined)
      if (named) p.expectSymbol('=>')
      args.push(argument(p))
    })
    nullTreatment(p, modifiers)
    if (p.atWords('ORDER', 'BY')) modifiers.orderBy = orderItems(p)
  }
  p.expectSymbol(')')
  if (argNames.some((argName) => argName !== undefined)) modifiers.argNames = argNames
  suffixes(p, modifiers)
  return { kind: 'call', name, nameSpan: spanOf(start), args, modifiers, span: p.spanFrom(start) }
}

function argument(p: Parser): ExpressionAst {
  const start = p.peek()
  if (p.accept('DEFAULT')) {
    p.noteUnsupported('DEFAULT as an argument', spanOf(start))
    return { kind: 'null-literal', span: spanOf(start) }
  }
  return p.expression()
}

function nullTreatment(p: Parser, modifiers: Writable<CallModifiers>): void {
  if (p.accept('IGNORE', 'NULLS')) modifiers.ignoreNulls = true
  else if (p.accept('RESPECT', 'NULLS')) modifiers.ignoreNulls = false
}

/** What may follow the closing parenthesis of any call. */
export function suffixes(p: Parser, modifiers: Writable<CallModifiers>): void {
  nullTreatment(p, modifiers)
  if (p.accept('WITHIN')) {
    p.expect('GROUP')
    p.expectSymbol('(')
    if (!p.atWords('ORDER', 'BY')) p.fail('ORDER BY')
    modifiers.withinGroup = orderItems(p)
    p.expectSymbol(')')
  }
  if (p.atWord('FILTER') && p.atSymbol('(', 1)) {
    p.expect('FILTER')
    p.expectSymbol('(')
    p.expect('WHERE')
    modifiers.filter = p.expression()
    p.expectSymbol(')')
  }
  nullTreatment(p, modifiers)
  if (p.accept('OVER')) modifiers.over = overClause(p)
}
