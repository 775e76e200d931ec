/** `row.field`: the field of a ROW value as a call, NULL where the row is NULL. */

import { closestName } from '../../base/closest-name.js'
import { MillraceError, type Span } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import type { ResolvedFunction, ScalarFunction } from '../functions/definition.js'
import { withNullability } from '../types/make.js'
import { printType } from '../types/print.js'
import type { BoundExpr } from './bound.js'

const FIELD: ScalarFunction = {
  name: 'FIELD',
  nulls: 'strict',
  deterministic: true,
  resolve: () => 'a field is accessed by its name',
}

/** The operand, or the field of a field … of it. Throws E0207 for a field that is not there, E0205 where the operand is no ROW. */
export function accessFields(operand: BoundExpr, names: readonly string[], span: Span): BoundExpr {
  let result = operand
  for (const name of names) result = accessField(result, name, span)
  return result
}

/** Field of a ROW by name. */
export function accessField(operand: BoundExpr, name: string, span: Span | undefined): BoundExpr {
  const { type } = operand
  const place = span === undefined ? {} : { place: { span } }
  if (type.kind !== 'ROW') throw new MillraceError('E0205', `\`${name}\` is no field: ${printType(type)} is not a ROW`, place)
  const index = type.fields.findIndex((field) => field.name === name)
  if (index === -1) {
    const names = type.fields.map((field) => field.name)
    const close = closestName(name, names)
    throw new MillraceError('E0207', `unknown field \`${name}\``, {
      ...place,
      detail: [`fields here: ${names.join(', ')}`],
      ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
    })
  }
  return fieldAt(operand, index, span)
}

/** Field of a ROW by position. */
export function fieldAt(operand: BoundExpr, index: number, span: Span | undefined): BoundExpr {
  const { type } = operand
  if (type.kind !== 'ROW') throw new MillraceError('R0001', 'fieldAt on a value that is not a ROW')
  const fieldType = type.fields[index]!.type
  const resultType = withNullability(fieldType, fieldType.nullable || type.nullable)
  const base = {
    kind: 'call' as const,
    fn: FIELD,
    resolved: resolveField(index, type, resultType),
    variant: String(index),
    args: [operand],
    type: resultType,
  }
  return span === undefined ? base : { ...base, span }
}

function resolveField(index: number, rowType: LogicalType, type: LogicalType): ResolvedFunction {
  return {
    type,
    argTypes: [rowType],
    inline: ([row]) => `${row}[${index}]`,
    evaluate: ([row]) => (row as readonly unknown[])[index],
  }
}
