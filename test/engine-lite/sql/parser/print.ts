/** Fully parenthesised text of an expression: shows how the parser grouped it. */
import type { ExpressionAst } from '../../../../src/engine-lite/sql/ast/expression.js'

export function print(e: ExpressionAst): string {
  const all = (items: readonly ExpressionAst[]) => items.map(print).join(', ')
  switch (e.kind) {
    case 'name':
      return e.parts.join('.')
    case 'number-literal':
      return e.text
    case 'string-literal':
      return `'${e.value}'`
    case 'null-literal':
      return 'NULL'
    case 'boolean-literal':
      return String(e.value)
    case 'binary-literal':
      return `X'${e.hex}'`
    case 'temporal-literal':
      return `${e.type} '${e.text}'`
    case 'interval-literal': {
      const { from, to, precision, fraction } = e.qualifier
      return `INTERVAL ${e.negative ? '-' : ''}'${e.text}' ${from}${precision ?? ''}${to === undefined ? '' : ` TO ${to}`}${fraction ?? ''}`
    }
    case 'unary':
      return `(${e.operator} ${print(e.operand)})`
    case 'binary':
      return `(${print(e.left)} ${e.operator} ${print(e.right)})`
    case 'is':
      return `(${print(e.operand)} IS ${e.negated ? 'NOT ' : ''}${e.test})`
    case 'between':
      return `(${print(e.operand)} ${e.negated ? 'NOT ' : ''}BETWEEN ${e.symmetric ? 'SYMMETRIC ' : ''}${print(e.low)} AND ${print(e.high)})`
    case 'in-list':
      return `(${print(e.operand)} ${e.negated ? 'NOT ' : ''}IN (${all(e.items)}))`
    case 'in-query':
      return `(${print(e.operand)} ${e.negated ? 'NOT ' : ''}IN <query>)`
    case 'exists':
      return 'EXISTS <query>'
    case 'scalar-query':
      return '<query>'
    case 'like':
      return `(${print(e.operand)} ${e.negated ? 'NOT ' : ''}${e.similar ? 'SIMILAR' : 'LIKE'} ${print(e.pattern)}${e.escape === undefined ? '' : ` ESCAPE ${print(e.escape)}`})`
    case 'case':
      return `CASE${e.operand === undefined ? '' : ` ${print(e.operand)}`}${e.whens.map((w) => ` WHEN ${print(w.when)} THEN ${print(w.then)}`).join('')}${e.otherwise === undefined ? '' : ` ELSE ${print(e.otherwise)}`} END`
    case 'cast':
      return `${e.safe ? 'TRY_CAST' : 'CAST'}(${print(e.operand)} AS ${e.type.type.kind})`
    case 'call':
      return `${e.name}(${e.modifiers.star ? '*' : ''}${e.modifiers.distinct ? 'DISTINCT ' : ''}${all(e.args)})`
    case 'array':
      return `[${all(e.items)}]`
    case 'map':
      return `MAP[${all(e.items)}]`
    case 'row':
      return `ROW(${all(e.items)})`
    case 'element':
      return `${print(e.container)}[${print(e.index)}]`
    case 'field':
      return `${print(e.operand)}.${e.name}`
    case 'overlaps':
      return `(${all(e.left)}) OVERLAPS (${all(e.right)})`
  }
}
