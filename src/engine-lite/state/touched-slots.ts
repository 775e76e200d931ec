/** Which slots changed since the last frame: one byte per slot against repeats, and the list of them. No set, no allocation per row. */
export class TouchedSlots {
  #marks: Uint8Array
  #list: Int32Array
  #count = 0

  constructor(capacity: number) {
    this.#marks = new Uint8Array(capacity)
    this.#list = new Int32Array(capacity)
  }

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#marks.length * 5
  }

  /** @param slot below the capacity */
  touch(slot: number): void {
    if (this.#marks[slot] !== 0) return
    this.#marks[slot] = 1
    this.#list[this.#count++] = slot
  }

  grow(capacity: number): void {
    const marks = new Uint8Array(capacity)
    marks.set(this.#marks)
    this.#marks = marks
    const list = new Int32Array(capacity)
    list.set(this.#list)
    this.#list = list
  }

  /** The touched slots, ascending, valid until the next touch or clear. Sorting a small list costs less than its longer deltas on disk. */
  sorted(): Int32Array {
    if (this.#count * 16 > this.#marks.length) this.#collectByWalk()
    else this.#list.subarray(0, this.#count).sort()
    return this.#list.subarray(0, this.#count)
  }

  clear(): void {
    if (this.#count * 16 > this.#marks.length) {
      this.#marks.fill(0)
    } else {
      for (let i = 0; i < this.#count; i++) this.#marks[this.#list[i] as number] = 0
    }
    this.#count = 0
  }

  #collectByWalk(): void {
    let count = 0
    for (let slot = 0; slot < this.#marks.length; slot++) if (this.#marks[slot] !== 0) this.#list[count++] = slot
  }
}
