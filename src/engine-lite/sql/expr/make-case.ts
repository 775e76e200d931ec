/** CASE, NOT and NULL in the typed tree. */
import { MillraceError, type Span } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import { commonType } from '../types/common.js'
import { nullable, withAttribute, withNullability } from '../types/make.js'
import { printType } from '../types/print.js'
import type { BoundExpr } from './bound.js'
import { type CaseBranch, caseBranch } from './case-branch.js'
import { castTo } from './cast-to.js'
import { makeCall } from './make-call.js'

/** NOT around it where asked for. */
export function negateIf(negated: boolean, expr: BoundExpr, span: Span): BoundExpr {
  return negated ? makeCall('NOT', [expr], span) : expr
}

/** CASE over bound parts: branches are brought to their common type. Throws E0205 where there is none. */
export function makeCase(whens: readonly CaseBranch[], otherwise: BoundExpr, span: Span): BoundExpr {
  const branches = [...whens.map(({ then }) => then), otherwise]
  const common = commonType(branches.map((branch) => branch.type))
  if (common === undefined || common.kind === 'NULL') {
    const types = branches.map((branch) => printType(branch.type)).join(', ')
    throw new MillraceError('E0205', common === undefined ? `branches have no common type: ${types}` : 'every branch is NULL', {
      place: { span },
    })
  }
  const type = withNullability(
    withAttribute(common, undefined),
    branches.some((branch) => branch.type.nullable),
  )
  return {
    kind: 'case',
    whens: whens.map(({ when, then }) => caseBranch(when, castTo(then, common))),
    otherwise: castTo(otherwise, common),
    type,
    span,
  }
}

/** NULL of a type. */
export function nullLiteral(type: LogicalType): BoundExpr {
  return { kind: 'literal', value: null, type: nullable(type) }
}
