/** The SELECT list as named expressions, stars expanded. Names follow Flink: alias, else the last part of a name, else EXPR$n. */
import { closestName } from '../../base/closest-name.js'
import type { ExpressionAst } from '../ast/expression.js'
import type { SelectAst, SelectItemAst } from '../ast/query.js'
import type { BoundColumn } from '../expr/bound.js'
import type { ScopeInput } from '../expr/scope.js'
import { fail } from './context.js'

export type OutputItem = { readonly name: string } & (
  | { readonly kind: 'expression'; readonly ast: ExpressionAst }
  /** From a star. */
  | { readonly kind: 'column'; readonly column: BoundColumn }
)

/** @throws MillraceError E0207 for a star of an unknown table */
export function expandItem(item: SelectItemAst, inputs: readonly ScopeInput[], ordinal: number): OutputItem[] {
  if (item.kind === 'star') return starItems(item, inputs)
  const name = item.alias ?? implicitName(item.expression) ?? `EXPR$${ordinal}`
  return [{ kind: 'expression', name, ast: item.expression }]
}

function implicitName(ast: ExpressionAst): string | undefined {
  return ast.kind === 'name' ? ast.parts.at(-1) : undefined
}

function starItems(item: Extract<SelectItemAst, { kind: 'star' }>, inputs: readonly ScopeInput[]): OutputItem[] {
  const { qualifier, span } = item
  const matching = inputs.filter(({ name }) => qualifier.every((part, i) => part === name[name.length - qualifier.length + i]))
  if (inputs.length === 0) return fail('E0207', 'there is no table here whose columns * could mean', span)
  if (matching.length === 0) {
    const names = inputs.map(({ name }) => name.join('.')).filter((name) => name !== '')
    const close = closestName(qualifier.join('.'), names)
    return fail('E0207', `unknown table \`${qualifier.join('.')}\``, span, {
      detail: [`tables here: ${names.join(', ')}`],
      ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
    })
  }
  return matching.flatMap(({ columns, offset }) =>
    columns.map(
      ({ name, type }, i): OutputItem => ({ kind: 'column', name, column: { kind: 'column', index: offset + i, name, type, span } }),
    ),
  )
}

/** Names that the SELECT list gives by AS, for hints. */
export function aliasesOf(select: SelectAst): string[] {
  return select.items.flatMap((item) => (item.kind === 'expression' && item.alias !== undefined ? [item.alias] : []))
}
