/** The frame that is being filled: what sinks, operators and deliveries put into it besides the state tables. */
import type { DeadLetter } from '../contract/operator.js'
import type { OutboxPut } from '../contract/sink.js'
import type { OutboxRef } from '../contract/storage.js'

/** Rows of a record besides key and value, roughly. */
const RECORD_BYTES = 64
/** Hooks that wait for one frame at most. */
const HOOKS_MAX = 200_000
/** Dead letters kept as rows in one frame; the rest of a flood is counted, not kept. */
const LETTERS_MAX = 1_000

export class FillingFrame {
  readonly outbox: OutboxPut[] = []
  readonly letters: DeadLetter[] = []
  readonly deletes: OutboxRef[] = []
  /** Of the outbox and the letters, what the uplink put in itself. */
  readonly uplinkPuts: OutboxPut[] = []
  readonly uplinkLetters: DeadLetter[] = []
  /** Acknowledgements of the deliveries whose effects are in it. */
  readonly hooks: (() => void)[] = []
  bytes = 0
  /** Anything at all happened that it must hold. */
  touched = false
  /** Letters beyond the limit. */
  lettersDropped = 0
  /** Monotonic ms of the first acknowledgement or outbox row, of the first change, of the first delete. */
  waitingSinceMs = Number.POSITIVE_INFINITY
  touchedSinceMs = Number.POSITIVE_INFINITY
  deletesSinceMs = Number.POSITIVE_INFINITY

  put(record: OutboxPut, nowMs: number, from?: 'uplink'): void {
    this.outbox.push(record)
    if (from === 'uplink') this.uplinkPuts.push(record)
    this.bytes += RECORD_BYTES + (record.key?.length ?? 0) + (record.value?.length ?? 0)
    if (this.waitingSinceMs === Number.POSITIVE_INFINITY) this.waitingSinceMs = nowMs
    this.touch(nowMs)
  }

  letter(letter: DeadLetter, from?: 'uplink'): void {
    if (this.letters.length < LETTERS_MAX) {
      this.letters.push(letter)
      if (from === 'uplink') this.uplinkLetters.push(letter)
    } else this.lettersDropped++
    this.bytes += RECORD_BYTES + (letter.sample?.length ?? 0)
  }

  delete(refs: readonly OutboxRef[], nowMs: number): void {
    for (const ref of refs) this.deletes.push(ref)
    if (this.deletesSinceMs === Number.POSITIVE_INFINITY) this.deletesSinceMs = nowMs
  }

  /** The next frame when this one is given up: what the uplink did and said happened, whatever became of the pipelines. */
  ofUplink(nowMs: number): FillingFrame {
    const frame = new FillingFrame()
    if (this.deletes.length > 0) frame.delete(this.deletes, nowMs)
    for (const record of this.uplinkPuts) frame.put(record, nowMs, 'uplink')
    for (const letter of this.uplinkLetters) frame.letter(letter, 'uplink')
    if (this.uplinkPuts.length + this.uplinkLetters.length > 0) frame.touch(nowMs)
    return frame
  }

  hook(run: () => void, nowMs: number): void {
    this.hooks.push(run)
    if (this.waitingSinceMs === Number.POSITIVE_INFINITY) this.waitingSinceMs = nowMs
  }

  touch(nowMs: number): void {
    if (this.touched) return
    this.touched = true
    this.touchedSinceMs = nowMs
  }

  get empty(): boolean {
    return !this.touched && this.deletes.length === 0
  }

  isFull(bytesMax: number, outboxRowsMax: number): boolean {
    return this.bytes >= bytesMax || this.outbox.length >= outboxRowsMax || this.hooks.length >= HOOKS_MAX
  }
}
