/** What a file sink must know after a restart: which part is open and how long it was when the last durable frame was sealed. */
import { MillraceError } from '../contract/errors/index.js'
import type { ByteReader, ByteWriter, StateTable } from '../contract/state.js'

/** First byte of a section, as every table has one of its own: a section never feeds another kind. */
const PART_SECTION = 20
const SNAPSHOT_END = -1

export class PartState implements StateTable {
  readonly bytes = 16
  /** Number of the open part; −1 before the first. */
  part = -1
  /** Length of the open part that the frame being sealed speaks of. */
  lengthBytes = 0
  /** Whether a frame was loaded: without one this sink never committed. */
  recovered = false
  #touched = false

  set(part: number, lengthBytes: number): void {
    if (part === this.part && lengthBytes === this.lengthBytes) return
    this.part = part
    this.lengthBytes = lengthBytes
    this.#touched = true
  }

  seal(out: ByteWriter): boolean {
    if (!this.#touched) return false
    this.#touched = false
    this.#write(out)
    return true
  }

  snapshot(out: ByteWriter): number {
    if (this.part >= 0) this.#write(out)
    return SNAPSHOT_END
  }

  load(section: ByteReader): void {
    const kind = section.u8()
    if (kind !== PART_SECTION) throw new MillraceError('R0201', `saved state is of kind ${kind}, a file sink wants kind ${PART_SECTION}`)
    this.part = section.varint()
    this.lengthBytes = section.varint()
    this.recovered = true
  }

  #write(out: ByteWriter): void {
    out.u8(PART_SECTION)
    out.varint(this.part)
    out.varint(this.lengthBytes)
  }
}
