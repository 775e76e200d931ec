/** Hints: `OPTIONS('k'='v')`, `STATE_TTL('t' = '1d')`, `BROADCAST(t)` between slash-star-plus and star-slash. */
import type { HintAst } from '../ast/query.js'
import { spelling } from '../lexer/token.js'
import type { Parser } from './parser.js'

export function hints(p: Parser): HintAst[] {
  if (p.peek().kind !== 'hint-start') return []
  p.next()
  const items: HintAst[] = []
  do {
    items.push(hint(p))
    p.acceptSymbol(',')
  } while (!p.acceptSymbol('*/'))
  return items
}

function hint(p: Parser): HintAst {
  const start = p.peek()
  const { name } = p.identifier('the name of a hint')
  const options: { key: string; value: string }[] = []
  if (p.acceptSymbol('(')) {
    if (!p.atSymbol(')')) p.list(() => options.push(option(p)))
    p.expectSymbol(')')
  }
  return { name: name.toUpperCase(), options, span: p.spanFrom(start) }
}

/** `'key' = 'value'`, `key = 'value'`, or a bare value, which has an empty key. */
function option(p: Parser): { key: string; value: string } {
  const first = p.next()
  if (!['string', 'word', 'quoted', 'number'].includes(first.kind)) p.fail('an option', first)
  const text = first.kind === 'string' ? first.value : spelling(first, p.text)
  if (!p.acceptSymbol('=')) return { key: '', value: text }
  return { key: text, value: p.expectString('the value of the option') }
}
