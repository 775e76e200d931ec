/** What all sections of state tables share: the first byte names the kind of table, so that a section never feeds another kind. */
import { MillraceError } from '../contract/errors/index.js'
import type { ByteReader, ByteWriter } from '../contract/state.js'

export const KEYS_SECTION = 1
export const SLOTS_SECTION = 2
export const PANES_SECTION = 3
export const ITEMS_SECTION = 4
export const CELL_SECTION = 5

/** @throws MillraceError R0201 when the section was written by another kind of table */
export function expectSection(section: ByteReader, kind: number): void {
  const found = section.u8()
  if (found === kind) return
  throw new MillraceError('R0201', `saved state is of kind ${found}, the plan wants kind ${kind}`, {
    hint: 'start the pipeline under another name, or with an empty data directory',
  })
}

/** Up to here an integer leaves two bits of a varint free. */
const PACKED_MAX = 2 ** 50

/**
 * A double of a column. Integers (counts, times) take 1–8 bytes: varint of magnitude × 4 + sign × 2. All else takes 9: varint 1, then f64.
 */
export function writeNumber(out: ByteWriter, value: number): void {
  if (Number.isInteger(value) && value < PACKED_MAX && value > -PACKED_MAX && (value !== 0 || !Object.is(value, -0))) {
    out.varint(value < 0 ? -value * 4 + 2 : value * 4)
  } else {
    out.varint(1)
    out.f64(value)
  }
}

export function readNumber(from: ByteReader): number {
  const packed = from.varint()
  if (packed === 1) return from.f64()
  return packed % 4 === 2 ? -(packed - 2) / 4 : packed / 4
}
