/** Calls of table functions, window TVFs among them: `TUMBLE(TABLE t, DESCRIPTOR(ts), SIZE => INTERVAL '1' MINUTE)`. */
import type { Span } from '../../contract/errors/index.js'
import type { TableAst, TableFunctionArgAst } from '../ast/query.js'
import { orderItems } from './over.js'
import type { Parser } from './parser.js'

export function tableFunction(p: Parser): Extract<TableAst, { kind: 'table-function' }> {
  const start = p.peek()
  const name = functionName(p)
  p.expectSymbol('(')
  const args = p.atSymbol(')') ? [] : p.list(() => argument(p))
  p.expectSymbol(')')
  return { kind: 'table-function', name, args, lateral: false, ordinality: false, span: p.spanFrom(start) }
}

/** Upper-cased unless quoted, parts joined by dots. */
function functionName(p: Parser): string {
  const parts: string[] = []
  do {
    const token = p.peek()
    const { name } = p.identifier('the name of a table function')
    parts.push(token.kind === 'word' ? token.value : name)
  } while (p.acceptSymbol('.'))
  return parts.join('.')
}

function argument(p: Parser): TableFunctionArgAst {
  const start = p.peek()
  if (!p.atSymbol('=>', 1)) return value(p, start, undefined)
  // MODEL is reserved, and the newest Flink takes it here all the same.
  const name = p.accept('MODEL') ? 'MODEL' : p.identifier('an argument name').name
  p.expectSymbol('=>')
  return value(p, start, name)
}

function value(p: Parser, start: Span, name: string | undefined): TableFunctionArgAst {
  const named = name === undefined ? {} : { name }
  if (p.accept('DESCRIPTOR')) {
    p.expectSymbol('(')
    const columns = p.list(() => descriptorColumn(p))
    p.expectSymbol(')')
    return { ...named, kind: 'descriptor', columns, span: p.spanFrom(start) }
  }
  if (p.accept('MODEL')) {
    const model = p.objectName('a model name')
    p.noteUnsupported('a MODEL argument', model.span)
    return { ...named, kind: 'expression', expression: { kind: 'name', ...model }, span: p.spanFrom(start) }
  }
  const table = tableArgument(p)
  if (table === undefined) return { ...named, kind: 'expression', expression: p.expression(), span: p.spanFrom(start) }
  const partitionBy = p.accept('PARTITION', 'BY') ? partitionColumns(p) : []
  const orderBy = p.atWord('ORDER') ? orderItems(p) : []
  return { ...named, kind: 'table', table, partitionBy, orderBy, span: p.spanFrom(start) }
}

/** A descriptor names one column; a dotted path to a nested field is joined. */
function descriptorColumn(p: Parser): string {
  return p.objectName('a column name').parts.join('.')
}

function tableArgument(p: Parser): TableAst | undefined {
  const start = p.peek()
  if (p.accept('TABLE')) {
    if (p.acceptSymbol('(')) {
      const inner = tableFunction(p)
      p.expectSymbol(')')
      return inner
    }
    const { parts } = p.objectName('a table name')
    return { kind: 'table', parts, hints: [], span: p.spanFrom(start) }
  }
  const query = p.atSymbol('(') && ['SELECT', 'WITH', 'VALUES'].some((word) => p.atWord(word, 1))
  if (!query) return undefined
  p.next()
  const derived = p.query()
  p.expectSymbol(')')
  return { kind: 'derived', query: derived, lateral: false, span: p.spanFrom(start) }
}

function partitionColumns(p: Parser): ReturnType<Parser['expression']>[] {
  if (!p.atSymbol('(')) return [p.expression()]
  return p.parenthesised(() => p.expression())
}
