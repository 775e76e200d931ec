/** The keyword forms of the SQL/JSON functions. */
import type { CallModifiers, ExpressionAst, JsonBehavior, JsonModifiers } from '../ast/expression.js'
import { orderItems } from './over.js'
import { type Parser, spanOf } from './parser.js'
import { parseType } from './type.js'

interface Body {
  args: ExpressionAst[]
  modifiers?: CallModifiers
}

function input(p: Parser): ExpressionAst[] {
  const json = p.expression()
  formatJson(p)
  p.expectSymbol(',')
  return [json, p.expression()]
}

/** `FORMAT JSON` is the default of every input and changes nothing. */
function formatJson(p: Parser): void {
  if (!p.atWords('FORMAT', 'JSON')) return
  const start = p.next()
  p.next()
  p.noteUnsupported('FORMAT JSON', p.spanFrom(start))
}

/** `… ON EMPTY`, `… ON ERROR`, each at most once. */
function behaviors(p: Parser): JsonModifiers {
  let result: JsonModifiers = {}
  for (let behavior = jsonBehavior(p); behavior !== undefined; behavior = jsonBehavior(p)) {
    p.expect('ON')
    const event = p.expectOneOf('EMPTY', 'ERROR')
    if ((event === 'EMPTY' ? result.onEmpty : result.onError) !== undefined) p.refuse(`ON ${event} is given twice`, p.previous)
    result = event === 'EMPTY' ? { ...result, onEmpty: behavior } : { ...result, onError: behavior }
  }
  return result
}

function jsonBehavior(p: Parser): JsonBehavior | undefined {
  if (p.accept('DEFAULT')) return { kind: 'DEFAULT', value: p.expression() }
  if (p.accept('EMPTY')) {
    return { kind: p.acceptOneOf('ARRAY', 'OBJECT') === 'OBJECT' ? 'EMPTY OBJECT' : 'EMPTY ARRAY' }
  }
  const kind = p.acceptOneOf('NULL', 'ERROR', 'TRUE', 'FALSE', 'UNKNOWN')
  return kind === undefined ? undefined : { kind: kind as 'NULL' }
}

function returning(p: Parser): Pick<JsonModifiers, 'returning'> {
  return p.accept('RETURNING') ? { returning: parseType(p) } : {}
}

export function jsonExists(p: Parser): Body {
  const args = input(p)
  return { args, modifiers: { json: behaviors(p) } }
}

export function jsonValue(p: Parser): Body {
  const args = input(p)
  return { args, modifiers: { json: { ...returning(p), ...behaviors(p) } } }
}

export function jsonQuery(p: Parser): Body {
  const args = input(p)
  const type = returning(p)
  let wrapper: JsonModifiers['wrapper']
  if (p.accept('WITHOUT')) wrapper = 'WITHOUT'
  else if (p.accept('WITH')) wrapper = p.acceptOneOf('CONDITIONAL', 'UNCONDITIONAL') === 'CONDITIONAL' ? 'CONDITIONAL' : 'UNCONDITIONAL'
  if (wrapper !== undefined) {
    p.accept('ARRAY')
    p.expect('WRAPPER')
  }
  return { args, modifiers: { json: { ...type, ...(wrapper === undefined ? {} : { wrapper }), ...behaviors(p) } } }
}

function onNull(p: Parser): JsonModifiers {
  const what = p.acceptOneOf('NULL', 'ABSENT')
  if (what === undefined) return {}
  p.expect('ON', 'NULL')
  return { onNull: what as 'NULL' | 'ABSENT' }
}

/** `KEY k VALUE v`, `k VALUE v`, `k : v`; args alternate keys and values. */
export function jsonObject(p: Parser): Body {
  const args: ExpressionAst[] = []
  const empty = p.atSymbol(')') || p.atWords('NULL', 'ON') || p.atWords('ABSENT', 'ON')
  if (!empty) {
    p.list(() => {
      if (p.atWord('KEY') && !p.atSymbol(',', 1) && !p.atWord('VALUE', 1) && !p.atSymbol(':', 1)) p.expect('KEY')
      args.push(p.expression())
      if (!p.acceptSymbol(':') && !p.acceptSymbol(',')) p.expect('VALUE')
      args.push(p.expression())
      formatJson(p)
    })
  }
  return { args, modifiers: { json: onNull(p) } }
}

export function jsonArray(p: Parser): Body {
  const args: ExpressionAst[] = []
  const empty = p.atSymbol(')') || p.atWords('NULL', 'ON') || p.atWords('ABSENT', 'ON')
  if (!empty) {
    p.list(() => {
      args.push(p.expression())
      formatJson(p)
    })
  }
  const start = p.peek()
  const orderBy = p.atWord('ORDER') ? orderItems(p) : undefined
  if (orderBy !== undefined) p.noteUnsupported('ORDER BY inside JSON_ARRAYAGG', spanOf(start))
  return { args, modifiers: { json: onNull(p) } }
}
