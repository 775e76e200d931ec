/** GROUP BY with GROUPING SETS, CUBE and ROLLUP. */
import type { ExpressionAst } from '../ast/expression.js'
import type { GroupByAst, GroupItemAst } from '../ast/query.js'
import { type Parser, spanOf } from './parser.js'

export function groupBy(p: Parser): GroupByAst {
  const start = p.peek()
  p.expect('GROUP', 'BY')
  const quantifier = p.peek()
  if (p.acceptOneOf('ALL', 'DISTINCT') === 'DISTINCT') p.noteUnsupported('GROUP BY DISTINCT', spanOf(quantifier))
  const items = p.list(() => item(p))
  return { items, span: p.spanFrom(start) }
}

function item(p: Parser): GroupItemAst {
  const start = p.peek()
  if (p.accept('GROUPING', 'SETS')) {
    const sets = p.parenthesised(() => set(p))
    return { kind: 'grouping-sets', sets, span: p.spanFrom(start) }
  }
  const kind = p.atSymbol('(', 1) ? p.acceptOneOf('ROLLUP', 'CUBE') : undefined
  if (kind !== undefined) {
    const items = p.parenthesised(() => set(p))
    return { kind: kind === 'CUBE' ? 'cube' : 'rollup', items, span: p.spanFrom(start) }
  }
  if (p.atSymbol('(') && p.atSymbol(')', 1)) {
    p.at += 2
    return { kind: 'grouping-sets', sets: [[]], span: p.spanFrom(start) }
  }
  return { kind: 'expression', expression: p.expression() }
}

/** `()`, `(a, b)` or `a`; a nested GROUPING SETS, ROLLUP or CUBE is valid and not represented. */
function set(p: Parser): readonly ExpressionAst[] {
  if (p.atSymbol('(') && p.atSymbol(')', 1)) {
    p.at += 2
    return []
  }
  const start = p.peek()
  if (p.atWords('GROUPING', 'SETS') || ((p.atWord('ROLLUP') || p.atWord('CUBE')) && p.atSymbol('(', 1))) {
    item(p)
    p.noteUnsupported('nested grouping sets', p.spanFrom(start))
    return []
  }
  const expression = p.expression()
  return expression.kind === 'row' ? expression.items : [expression]
}
