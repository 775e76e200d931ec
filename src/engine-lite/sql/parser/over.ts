/** ORDER BY items, OVER clauses and WINDOW definitions. */
import type { FrameBound, OrderItemAst, OverAst } from '../ast/expression.js'
import { type Parser, spanOf } from './parser.js'

/** `ORDER BY a DESC NULLS LAST, b`. */
export function orderItems(p: Parser): OrderItemAst[] {
  p.expect('ORDER', 'BY')
  return p.list((): OrderItemAst => {
    const start = p.peek()
    const expression = p.expression()
    const descending = p.acceptOneOf('ASC', 'DESC') === 'DESC'
    const nulls = p.accept('NULLS') ? (p.expectOneOf('FIRST', 'LAST') as 'FIRST' | 'LAST') : undefined
    return { expression, descending, ...(nulls === undefined ? {} : { nulls }), span: p.spanFrom(start) }
  })
}

/** After OVER: a window's name or its specification in parentheses. */
export function overClause(p: Parser): OverAst {
  if (p.atSymbol('(')) return windowSpecification(p)
  const { name, span } = p.identifier('a window name')
  return { windowName: name, partitionBy: [], orderBy: [], span }
}

/** `( [name] [PARTITION BY …] [ORDER BY …] [ROWS | RANGE …] )`. */
export function windowSpecification(p: Parser): OverAst {
  const start = p.peek()
  p.expectSymbol('(')
  const windowName = p.atIdentifier() ? p.identifier('a window name').name : undefined
  const partitionBy = p.accept('PARTITION', 'BY') ? p.list(() => p.expression()) : []
  const orderBy = p.atWord('ORDER') ? orderItems(p) : []
  const unit = p.acceptOneOf('ROWS', 'RANGE') as 'ROWS' | 'RANGE' | undefined
  const frame = unit === undefined ? undefined : frameOf(p, unit)
  if (p.atWord('ALLOW') || p.atWord('DISALLOW')) {
    const word = p.next()
    p.expect('PARTIAL')
    p.noteUnsupported(`${word.value} PARTIAL`, spanOf(word))
  }
  p.expectSymbol(')')
  return {
    ...(windowName === undefined ? {} : { windowName }),
    partitionBy,
    orderBy,
    ...(frame === undefined ? {} : { frame }),
    span: p.spanFrom(start),
  }
}

function frameOf(p: Parser, unit: 'ROWS' | 'RANGE'): NonNullable<OverAst['frame']> {
  if (!p.accept('BETWEEN')) return { unit, start: frameBound(p) }
  const start = frameBound(p)
  p.expect('AND')
  return { unit, start, end: frameBound(p) }
}

function frameBound(p: Parser): FrameBound {
  if (p.accept('CURRENT')) {
    p.expect('ROW')
    return { kind: 'CURRENT ROW' }
  }
  if (p.accept('UNBOUNDED')) return { kind: `UNBOUNDED ${p.expectOneOf('PRECEDING', 'FOLLOWING') as 'PRECEDING' | 'FOLLOWING'}` }
  const offset = p.expression()
  return { kind: p.expectOneOf('PRECEDING', 'FOLLOWING') as 'PRECEDING' | 'FOLLOWING', offset }
}
