/**
 * From the tree as written to the typed tree: names become columns, functions are chosen by their argument types, Flink's implicit casts
 * are put in. Queries hang their own meaning (aggregates, OVER, subqueries) on the hooks of {@link Scope}.
 */
import { MillraceError } from '../../contract/errors/index.js'
import type { ExpressionAst } from '../ast/expression.js'
import { BOOLEAN, NULL } from '../types/make.js'
import { isNumeric } from '../types/predicate.js'
import { printType } from '../types/print.js'
import { bindCall } from './bind-call.js'
import { bindLiteral, bindNumber } from './bind-literal.js'
import { bindBetween, bindInList } from './bind-range.js'
import type { BoundExpr } from './bound.js'
import { caseBranch } from './case-branch.js'
import { castTo, writtenCast } from './cast-to.js'
import { accessField } from './field-access.js'
import { makeCall } from './make-call.js'
import { makeCase, negateIf, nullLiteral } from './make-case.js'
import type { Scope } from './scope.js'
import { childrenOf } from './traverse.js'

/**
 * The typed form of an expression. Throws MillraceError with `place.span`: E0103 bad literal, E0203 unknown function, E0204 wrong
 * argument types, E0205 type mismatch, E0206 / E0207 names, E0212 aggregate where none may stand, E0301 valid but not built yet.
 *
 * @example
 * bindExpression(parseExpression('temp * 1.8 + 32'), tableScope(columns)).type // DOUBLE for a DOUBLE column
 */
export function bindExpression(ast: ExpressionAst, scope: Scope): BoundExpr {
  const known = scope.intercept?.(ast)
  if (known !== undefined) return known
  switch (ast.kind) {
    case 'name':
      return scope.resolve(ast)
    case 'null-literal':
    case 'boolean-literal':
    case 'number-literal':
    case 'string-literal':
    case 'binary-literal':
    case 'temporal-literal':
    case 'interval-literal':
      return bindLiteral(ast)
    case 'call':
      return bindCall(ast, scope, bindExpression)
    case 'case':
      return bindCase(ast, scope)
    case 'cast':
      return writtenCast(bindExpression(ast.operand, scope), ast.type.type, ast.safe, ast.span)
    case 'between':
      return bindBetween(ast, scope, bindExpression)
    case 'in-list':
      return bindInList(ast, scope, bindExpression)
    case 'in-query':
    case 'exists':
    case 'scalar-query':
      if (scope.subquery !== undefined) return scope.subquery(ast)
      throw new MillraceError('E0301', 'a subquery here is not built yet', { place: { span: ast.span } })
    default:
      return bindOperator(ast, scope)
  }
}

/** An expression that must be BOOLEAN: WHERE, HAVING, ON, FILTER, WHEN. Throws E0205 otherwise. */
export function bindCondition(ast: ExpressionAst, scope: Scope): BoundExpr {
  const bound = bindExpression(ast, scope)
  if (bound.type.kind !== 'BOOLEAN' && bound.type.kind !== 'NULL') {
    throw new MillraceError('E0205', `a condition is BOOLEAN, not ${printType(bound.type)}`, { place: { span: ast.span } })
  }
  return castTo(bound, BOOLEAN)
}

type OperatorAst = Extract<
  ExpressionAst,
  { kind: 'unary' | 'binary' | 'is' | 'like' | 'array' | 'map' | 'row' | 'element' | 'field' | 'overlaps' }
>

function bindOperator(ast: OperatorAst, scope: Scope): BoundExpr {
  const bind = (operand: ExpressionAst) => bindExpression(operand, scope)
  switch (ast.kind) {
    case 'unary':
      return bindUnary(ast, scope)
    case 'binary':
      return makeCall(ast.operator, [bind(ast.left), bind(ast.right)], ast.span)
    case 'is':
      return bindIs(ast, bind(ast.operand))
    case 'like': {
      const args = [bind(ast.operand), bind(ast.pattern), ...(ast.escape === undefined ? [] : [bind(ast.escape)])]
      return negateIf(ast.negated, makeCall(ast.similar ? 'SIMILAR' : 'LIKE', args, ast.span), ast.span)
    }
    case 'array':
    case 'map':
    case 'row':
      return makeCall(ast.kind.toUpperCase(), ast.items.map(bind), ast.span)
    case 'element':
      return makeCall('ITEM', [bind(ast.container), bind(ast.index)], ast.span)
    case 'field':
      return accessField(bind(ast.operand), ast.name, ast.span)
    case 'overlaps':
      return makeCall('OVERLAPS', [...ast.left, ...ast.right].map(bind), ast.span)
  }
}

function bindUnary(ast: Extract<ExpressionAst, { kind: 'unary' }>, scope: Scope): BoundExpr {
  const { operand, operator, span } = ast
  if (operator === '-' && operand.kind === 'number-literal') return { ...bindNumber(operand.text, true, operand), span }
  const bound = bindExpression(operand, scope)
  if (operator === 'NOT') return makeCall('NOT', [withoutNullJson(bound)], span)
  if (operator === '-') return makeCall('NEGATE', [bound], span)
  if (!isNumeric(bound.type) && !bound.type.kind.startsWith('INTERVAL')) {
    throw new MillraceError('E0204', `+ takes a number, not ${printType(bound.type)}`, { place: { span } })
  }
  return bound
}

function bindIs(ast: Extract<ExpressionAst, { kind: 'is' }>, operand: BoundExpr): BoundExpr {
  if (!ast.test.startsWith('JSON')) return makeCall(`IS ${ast.negated ? 'NOT ' : ''}${ast.test}`, [operand], ast.span)
  const test = makeCall(`IS ${ast.test}`, [operand], ast.span)
  return ast.negated ? negateIf(true, withoutNullJson(test), ast.span) : test
}

/** `NULL IS JSON` is FALSE in Flink, and so is its negation, which depends on where it stands: refused while the text may be NULL. */
function withoutNullJson(expr: BoundExpr): BoundExpr {
  if (expr.kind === 'call' && expr.fn.name.startsWith('IS JSON') && expr.args[0]!.type.nullable) {
    throw new MillraceError('E0301', 'the negation of IS JSON where the text may be NULL is not built', {
      hint: "write COALESCE(text, '') IS NOT JSON",
      ...(expr.span === undefined ? {} : { place: { span: expr.span } }),
    })
  }
  for (const child of childrenOf(expr)) withoutNullJson(child)
  return expr
}

function bindCase(ast: Extract<ExpressionAst, { kind: 'case' }>, scope: Scope): BoundExpr {
  const operand = ast.operand === undefined ? undefined : bindExpression(ast.operand, scope)
  const whens = ast.whens.map(({ when, then }) =>
    caseBranch(
      operand === undefined ? bindCondition(when, scope) : makeCall('=', [operand, bindExpression(when, scope)], when.span),
      bindExpression(then, scope),
    ),
  )
  const otherwise = ast.otherwise === undefined ? nullLiteral(NULL) : bindExpression(ast.otherwise, scope)
  return makeCase(whens, otherwise, ast.span)
}

export { makeCase, nullLiteral } from './make-case.js'
