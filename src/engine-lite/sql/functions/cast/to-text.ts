/** Casts to CHAR and VARCHAR: the printed form, cut or padded. */
import { isCharacter } from '../../types/predicate.js'
import { valuePrinter } from '../../values/print-value.js'
import { fitText } from '../../values/text.js'
import { timeZone } from '../../values/time-zone.js'
import { type ConversionRule, contextual, pure } from './definition.js'

export const toTextConversion: ConversionRule = (from, to) => {
  if (to.kind !== 'CHAR' && to.kind !== 'VARCHAR') return undefined
  if (isCharacter(from)) return undefined
  const { print, needsZone } = valuePrinter(from)
  if (!needsZone) return pure((value: unknown) => fitText(print(value, undefined), to))
  return contextual((value: unknown, context) => fitText(print(value, timeZone(context.timeZone)), to))
}
