/** One value of an operator. Section (after the kind byte): the value. */
import type { ByteReader, ByteWriter, Cell, StateTable } from '../contract/state.js'
import { CELL_SECTION, expectSection } from './section.js'
import { freshInitial } from './slot-table.js'

export class StateCell<T> implements Cell<T>, StateTable {
  #value: T
  #changed = false

  constructor(initial: T) {
    this.#value = freshInitial(initial) as T
  }

  get bytes(): number {
    return 64
  }

  get(): T {
    return this.#value
  }

  /** Also after changing a container in place, so that the next frame holds it. */
  set(value: T): void {
    this.#value = value
    this.#changed = true
  }

  seal(out: ByteWriter): boolean {
    if (!this.#changed) return false
    this.#write(out)
    this.#changed = false
    return true
  }

  snapshot(out: ByteWriter, _cursor: number, _bytesMax: number): number {
    this.#write(out)
    return -1
  }

  load(section: ByteReader): void {
    expectSection(section, CELL_SECTION)
    this.#value = section.value() as T
  }

  #write(out: ByteWriter): void {
    out.u8(CELL_SECTION)
    out.value(this.#value)
  }
}
