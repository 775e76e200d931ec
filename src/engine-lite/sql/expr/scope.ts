/**
 * What a name means at some place of a query. The expression binder knows nothing about queries; whoever builds one gives it a
 * scope, and with it the hooks by which grouped queries, OVER and subqueries take the nodes that are theirs.
 */

import { closestName } from '../../base/closest-name.js'
import { MillraceError } from '../../contract/errors/index.js'
import type { Column, Schema } from '../../contract/type.js'
import type { CallAst, ExpressionAst, NameAst } from '../ast/expression.js'
import type { BoundColumn, BoundExpr } from './bound.js'
import { accessFields } from './field-access.js'

/** Binds an expression: `bindExpression`, handed to the parts of the binder that it calls. */
export type Bind = (ast: ExpressionAst, scope: Scope) => BoundExpr

export interface Scope {
  /** The column (and fields of it) that a dotted name means. Throws E0206 or E0207. */
  resolve(name: NameAst): BoundExpr
  /** Asked first for every node: an expression that the query has already computed (a GROUP BY item). Undefined: bind it as usual. */
  intercept?(ast: ExpressionAst): BoundExpr | undefined
  /** An aggregate call without OVER. Without this hook aggregates are refused with E0212. */
  aggregate?(call: CallAst): BoundExpr
  /** A call with OVER. Without this hook E0301. */
  over?(call: CallAst): BoundExpr
  /** A call that only means something inside one kind of query (TUMBLE_START, GROUPING, MATCH_ROWTIME). Undefined: an ordinary function. */
  special?(call: CallAst): BoundExpr | undefined
  /** `IN (query)`, `EXISTS (query)`, a scalar query. Without this hook E0301. */
  subquery?(ast: Extract<ExpressionAst, { kind: 'in-query' | 'exists' | 'scalar-query' }>): BoundExpr
}

/** One input of FROM: its columns occupy the positions `offset … offset + columns.length − 1` of the row. */
export interface ScopeInput {
  /** Alias, or the parts of the table's name; empty for an anonymous input. A qualifier matches the tail of it. */
  readonly name: readonly string[]
  readonly columns: Schema
  readonly offset: number
}

/** A scope over one or more inputs standing side by side in one row. */
export class InputScope implements Scope {
  constructor(readonly inputs: readonly ScopeInput[]) {}

  resolve(name: NameAst): BoundExpr {
    const { parts } = name
    for (let qualifierLength = parts.length - 1; qualifierLength >= 0; qualifierLength--) {
      const found = this.find(name, parts.slice(0, qualifierLength), parts[qualifierLength]!)
      if (found !== undefined) return accessFields(found, parts.slice(qualifierLength + 1), name.span)
    }
    throw this.unknown(name)
  }

  private find(name: NameAst, qualifier: readonly string[], column: string): BoundColumn | undefined {
    const found: { input: ScopeInput; index: number }[] = []
    for (const input of this.inputs) {
      if (!endsWith(input.name, qualifier)) continue
      input.columns.forEach((candidate, index) => {
        if (candidate.name === column) found.push({ input, index })
      })
    }
    if (found.length > 1) {
      const detail = found.map(({ input }) => `candidate: ${[...input.name, column].join('.')}`)
      throw new MillraceError('E0206', `column \`${column}\` is ambiguous`, {
        place: { span: name.span },
        detail,
        hint: 'put the table name or alias and a dot before it',
      })
    }
    const only = found[0]
    if (only === undefined) return undefined
    return columnAt(only.input.columns[only.index]!, only.input.offset + only.index, name)
  }

  private unknown(name: NameAst): MillraceError {
    const { parts } = name
    const qualifier = parts.slice(0, -1)
    const inputs = this.inputs.filter((input) => qualifier.length === 0 || endsWith(input.name, qualifier))
    const tables = this.inputs.map((input) => input.name.join('.')).filter((text) => text !== '')
    if (inputs.length === 0) {
      const close = closestName(qualifier.join('.'), [...tables, ...this.allColumns()])
      return new MillraceError('E0207', `unknown table or column \`${qualifier.join('.')}\``, {
        place: { span: name.span },
        detail: [`tables here: ${tables.join(', ')}`],
        ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
      })
    }
    const columns = inputs.flatMap((input) => input.columns.map((column) => column.name))
    const close = closestName(parts.at(-1)!, columns)
    return new MillraceError('E0207', `unknown column \`${parts.join('.')}\``, {
      place: { span: name.span },
      detail: [columns.length === 0 ? 'there are no columns here' : `columns here: ${columns.join(', ')}`],
      ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
    })
  }

  private allColumns(): string[] {
    return this.inputs.flatMap((input) => input.columns.map((column) => column.name))
  }
}

/** A scope over the columns of one table, under its name or alias. */
export function tableScope(columns: Schema, name: readonly string[] = []): InputScope {
  return new InputScope([{ name, columns, offset: 0 }])
}

/** A scope for expressions that may not use columns (VALUES, LIMIT). */
export const NO_COLUMNS: Scope = new InputScope([])

function columnAt(column: Column, index: number, name: NameAst): BoundColumn {
  return { kind: 'column', index, name: column.name, type: column.type, span: name.span }
}

function endsWith(name: readonly string[], qualifier: readonly string[]): boolean {
  if (qualifier.length === 0) return true
  const start = name.length - qualifier.length
  return start >= 0 && qualifier.every((part, i) => part === name[start + i])
}
