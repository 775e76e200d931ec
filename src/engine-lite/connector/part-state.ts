/** What a file sink must know after a restart: which part is open and how long it was when the last durable frame was sealed. */
import type { ByteReader, ByteWriter, StateTable } from '../contract/state.js'

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
    return -1
  }

  load(section: ByteReader): void {
    if (section.done) return
    this.part = section.varint()
    this.lengthBytes = section.varint()
    this.recovered = true
  }

  #write(out: ByteWriter): void {
    out.varint(this.part)
    out.varint(this.lengthBytes)
  }
}
