/** `(p1 = 'a', p2 = 1)` after PARTITION. */
import type { Parser } from './parser.js'

/** Values may be missing (`(x, y = 1)`) unless `valuesNeeded`. */
export function partitionSpec(p: Parser, valuesNeeded: boolean): void {
  p.parenthesised(() => {
    p.identifier('a column name')
    if (valuesNeeded) p.expectSymbol('=')
    else if (!p.acceptSymbol('=')) return
    p.expression()
  })
}
