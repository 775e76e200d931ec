/**
 * State of a pipeline that is not running: kept as the sections it was recovered from, so that snapshots taken meanwhile carry it on
 * and the pipeline finds it when it is started again.
 */
import type { ByteReader, ByteWriter, StateTable } from '../contract/state.js'

export class RetainedTable implements StateTable {
  /** Recovered sections, in commit order; what the pipeline's tables are built from when it starts again. */
  readonly sections: readonly Uint8Array[]

  constructor(sections: readonly Uint8Array[]) {
    // Copies: the recovered frames, of which these are views, shall not be held as a whole.
    this.sections = sections.map((section) => section.slice())
  }

  get bytes(): number {
    let bytes = 0
    for (const section of this.sections) bytes += section.length
    return bytes
  }

  seal(_out: ByteWriter): boolean {
    return false
  }

  /** One recovered section per slice, byte by byte as it was: the cursor is its number. */
  snapshot(out: ByteWriter, cursor: number, _bytesMax: number): number {
    const section = this.sections[cursor]
    if (section === undefined) return -1
    for (let i = 0; i < section.length; i++) out.u8(section[i] as number)
    return cursor + 1 < this.sections.length ? cursor + 1 : -1
  }

  load(_section: ByteReader): void {
    throw new RangeError('a retained table is built from its sections')
  }
}
