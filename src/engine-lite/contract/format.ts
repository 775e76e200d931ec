/** Formats: bytes to rows and back. */

import type { Row, RowKind } from './row.js'
import type { SourceColumn } from './source.js'
import type { Column } from './type.js'

/** Why a payload is no row. A value, not an exception: decoders run on the hot path. */
export interface DecodeError {
  readonly text: string
}

export interface Decoder {
  /**
   * Decodes one message from `bytes[start, end)`. Fills the physical columns of a fresh row (metadata positions are left null)
   * and appends it to `into`; a message may give none or several rows. Returns an error, and appends nothing, when the message is bad.
   */
  decode(bytes: Uint8Array, start: number, end: number, into: Row[]): DecodeError | undefined
}

export interface Encoder {
  encode(row: Row, kind: RowKind): Uint8Array
}

export interface FormatSpec {
  /** `json`, `raw`. */
  readonly name: string
  /** Option names it takes, without prefix, with the allowed values or a check. */
  readonly options: readonly OptionSpec[]
  /** @param columns all columns of the source row; metadata columns are skipped, unused ones may be left null */
  decoder?(columns: readonly SourceColumn[], options: ReadonlyMap<string, string>): Decoder
  encoder?(columns: readonly Column[], options: ReadonlyMap<string, string>): Encoder
}

export interface OptionSpec {
  readonly name: string
  readonly help: string
  readonly required?: boolean
  readonly default?: string
  readonly values?: readonly string[]
  readonly type?: 'text' | 'int' | 'boolean' | 'duration' | 'size'
}
