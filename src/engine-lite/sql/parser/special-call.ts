/** Calls with keywords inside their parentheses; they become plain arguments plus modifiers, as {@link CallAst} lists. */
import type { CallAst, CallModifiers, ExpressionAst } from '../ast/expression.js'
import { suffixes } from './call.js'
import { timeUnit } from './interval.js'
import { jsonArray, jsonExists, jsonObject, jsonQuery, jsonValue } from './json-call.js'
import { type Parser, spanOf, UnsupportedSyntax } from './parser.js'

type Body = (p: Parser) => { args: ExpressionAst[]; modifiers?: CallModifiers }

/** Parses name, parentheses and suffixes around the inside of a special form. */
function special(body: Body): (p: Parser) => CallAst {
  return (p) => {
    const start = p.next()
    p.expectSymbol('(')
    const { args, modifiers } = body(p)
    p.expectSymbol(')')
    const all = { ...modifiers }
    suffixes(p, all)
    return { kind: 'call', name: start.value, nameSpan: spanOf(start), args, modifiers: all, span: p.spanFrom(start) }
  }
}

const extract: Body = (p) => {
  const unit = timeUnit(p)
  p.expect('FROM')
  return { args: [p.expression()], modifiers: { unit } }
}

/** `FLOOR(x)`, `FLOOR(t TO DAY)`. */
const floor: Body = (p) => {
  const args = [p.expression()]
  if (p.accept('TO')) return { args, modifiers: { unit: timeUnit(p) } }
  return { args }
}

/** `TIMESTAMPADD(HOUR, n, t)`. */
const timestampArithmetic: Body = (p) => {
  const unit = timeUnit(p)
  p.expectSymbol(',')
  const first = p.expression()
  p.expectSymbol(',')
  return { args: [first, p.expression()], modifiers: { unit } }
}

/** `TRIM(BOTH 'x' FROM s)`, `TRIM('x' FROM s)`, `TRIM(s)`. */
const trim: Body = (p) => {
  const side = p.acceptOneOf('BOTH', 'LEADING', 'TRAILING') as 'BOTH' | 'LEADING' | 'TRAILING' | undefined
  if (side !== undefined && p.accept('FROM')) return { args: [p.expression()], modifiers: { trim: side } }
  const first = p.expression()
  if (!p.accept('FROM')) {
    return { args: [first], modifiers: { trim: side ?? 'BOTH' } }
  }
  return { args: [p.expression(), first], modifiers: { trim: side ?? 'BOTH' } }
}

/** `SUBSTRING(s FROM a FOR b)`, `SUBSTRING(s, a, b)`. */
const substring: Body = (p) => {
  const args = [p.expression()]
  if (p.accept('FROM')) {
    args.push(p.expression())
    if (p.accept('FOR')) args.push(p.expression())
    return { args }
  }
  while (p.acceptSymbol(',')) args.push(p.expression())
  return { args }
}

/** `POSITION(a IN s [FROM n])`: the needle stops before IN, which is an operator elsewhere. */
const position: Body = (p) => {
  const needle = p.expression(6)
  p.expect('IN')
  const args = [needle, p.expression()]
  if (p.accept('FROM')) args.push(p.expression())
  return { args }
}

/** `OVERLAY(s PLACING r FROM a FOR b)`. */
const overlay: Body = (p) => {
  const args = [p.expression()]
  if (p.accept('PLACING')) {
    args.push(p.expression())
    p.expect('FROM')
    args.push(p.expression())
    if (p.accept('FOR')) args.push(p.expression())
    return { args }
  }
  while (p.acceptSymbol(',')) args.push(p.expression())
  return { args }
}

const convert: Body = (p) => {
  throw new UnsupportedSyntax('CONVERT … USING', spanOf(p.previous))
}

/** The forms by name. FLOOR with a unit of time and without share a name, so do both forms of SUBSTRING. */
export const SPECIAL_CALLS: ReadonlyMap<string, (p: Parser) => CallAst> = new Map(
  Object.entries({
    EXTRACT: extract,
    FLOOR: floor,
    CEIL: floor,
    CEILING: floor,
    TIMESTAMPADD: timestampArithmetic,
    TIMESTAMPDIFF: timestampArithmetic,
    TRIM: trim,
    SUBSTRING: substring,
    POSITION: position,
    OVERLAY: overlay,
    CONVERT: convert,
    JSON_EXISTS: jsonExists,
    JSON_VALUE: jsonValue,
    JSON_QUERY: jsonQuery,
    JSON_OBJECT: jsonObject,
    JSON_OBJECTAGG: jsonObject,
    JSON_ARRAY: jsonArray,
    JSON_ARRAYAGG: jsonArray,
  } satisfies Record<string, Body>).map(([name, body]) => [name, special(body)]),
)
