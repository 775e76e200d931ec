/** Lines of a byte stream that comes in blocks. Ends at LF, a CR before it is cut off; the last line needs no end. */

const LF = 0x0a
const CR = 0x0d

export interface LineSink {
  /** @param endOffset offset in the stream behind the line and its end */
  line(bytes: Uint8Array, start: number, end: number, endOffset: number): void
  /** A line longer than the limit was left out. */
  tooLong(endOffset: number): void
}

export class LineSplitter {
  readonly #bytesMax: number
  /** Begin of a line whose end has not come yet. */
  #rest: Uint8Array | undefined
  #skipping = false
  #offset: number

  /** @param offset of the first byte in the stream */
  constructor(bytesMax: number, offset = 0) {
    this.#bytesMax = bytesMax
    this.#offset = offset
  }

  /** The block may be reused by the caller afterwards. */
  push(block: Uint8Array, into: LineSink): void {
    let bytes = block
    let start = 0
    if (this.#rest !== undefined) {
      bytes = new Uint8Array(this.#rest.length + block.length)
      bytes.set(this.#rest)
      bytes.set(block, this.#rest.length)
      this.#rest = undefined
    }
    // Offset in the stream of bytes[0].
    const base = this.#offset - (bytes.length - block.length)
    this.#offset += block.length
    for (let end = bytes.indexOf(LF, start); end !== -1; end = bytes.indexOf(LF, start)) {
      this.#emit(bytes, start, end, base + end + 1, into)
      start = end + 1
    }
    if (this.#skipping) return
    if (bytes.length - start > this.#bytesMax) this.#skipping = true
    else if (start < bytes.length) this.#rest = bytes.slice(start)
  }

  /** The stream is over. */
  end(into: LineSink): void {
    const rest = this.#rest
    if (this.#skipping) into.tooLong(this.#offset)
    else if (rest !== undefined) this.#emit(rest, 0, rest.length, this.#offset, into)
    this.#rest = undefined
    this.#skipping = false
  }

  #emit(bytes: Uint8Array, start: number, lineEnd: number, endOffset: number, into: LineSink): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd
    if (this.#skipping || end - start > this.#bytesMax) into.tooLong(endOffset)
    else into.line(bytes, start, end, endOffset)
    this.#skipping = false
  }
}
