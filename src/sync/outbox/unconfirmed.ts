/** Rows that were sent (or set aside) and whose removal from the outbox is not durable yet: after a crash these are sent again. */
import type { CommitId } from '../../engine-lite/contract/sink.js'

export class UnconfirmedRows {
  /** By seq: the frame that removes it. Frames rise, so the oldest stand first. */
  private readonly frameBySeq = new Map<number, CommitId>()

  get size(): number {
    return this.frameBySeq.size
  }

  has(seq: number): boolean {
    return this.frameBySeq.has(seq)
  }

  add(seq: number, frame: CommitId): void {
    this.frameBySeq.set(seq, frame)
  }

  /** This frame is durable, and with it all before. */
  confirm(durable: CommitId): void {
    for (const [seq, frame] of this.frameBySeq) {
      if (frame > durable) break
      this.frameBySeq.delete(seq)
    }
  }
}
