/**
 * Appends rows to part files so that each row is in them exactly once, whatever happens in between.
 *
 * Files `part-<sink>-<n>.<format>` in the folder; the open one is `.part-…` until a commit covers it. Rows are gathered in memory. At each seal
 * they are appended and synced, and the frame holds (part, length). After a crash the part is cut to the length of the last
 * durable frame: what was written for a frame that never became durable is gone from the file as it is from the state, and comes again.
 *
 * | crash | on restart |
 * |---|---|
 * | before the seal | nothing was written |
 * | after the sync, before the commit | the part is cut back, or removed if no commit ever covered it |
 * | after the commit, before the hidden name goes | the part gets its name |
 *
 * The sync in the seal is the one place where the loop waits for a disk: a frame must not speak of bytes that a power cut can take.
 * A reader may see rows of a frame whose commit is under way (a few milliseconds); they are cut off if that commit never comes.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeDirectory } from '../base/make-directory.js'
import { MillraceError } from '../contract/errors/index.js'
import type { Encoder } from '../contract/format.js'
import type { Row, RowKind } from '../contract/row.js'
import type { Sink, SinkContext } from '../contract/sink.js'
import { PartState } from './part-state.js'

const LF = 0x0a
/** Gathered rows beyond this are written before the seal, not yet synced. */
const BUFFER_BYTES_MAX = 1_024 * 1_024

export interface FilesystemSinkOptions {
  readonly folder: string
  readonly encoder: Encoder
  readonly extension: string
  readonly fileBytesMax: number
  readonly fileAgeMaxMs: number
}

export class FilesystemSink implements Sink {
  readonly #context: SinkContext
  readonly #options: FilesystemSinkOptions
  readonly #state = new PartState()
  /** Files of this sink begin with it. */
  readonly #name: string
  #buffer = new Uint8Array(16 * 1_024)
  #used = 0
  #file: number | undefined
  #part: number
  /** Bytes in the open file, synced or not. */
  #length = 0
  #openedMs = 0
  #hidden = false
  /** Parts that got their bytes in the frame under way and are still hidden. */
  #toShow: number[] = []

  /** @throws MillraceError S0102 if the folder cannot be used */
  constructor(context: SinkContext, options: FilesystemSinkOptions) {
    this.#context = context
    this.#options = options
    this.#name = `part-${context.id.replace(/[^\w-]+/g, '_')}-`
    context.state('parts', this.#state)
    this.#part = this.#guard(() => this.#recover())
  }

  write(row: Row, kind: RowKind): void {
    const bytes = this.#options.encoder.encode(row, kind)
    this.#reserve(bytes.length + 1)
    this.#buffer.set(bytes, this.#used)
    this.#buffer[this.#used + bytes.length] = LF
    this.#used += bytes.length + 1
    if (this.#used > BUFFER_BYTES_MAX) this.#guard(() => this.#flush())
  }

  seal(): void {
    this.#guard(() => {
      this.#flush()
      if (this.#file === undefined) return
      if (this.#length !== this.#state.lengthBytes || this.#part !== this.#state.part) {
        fdatasyncSync(this.#file)
        this.#state.set(this.#part, this.#length)
        if (this.#hidden && !this.#toShow.includes(this.#part)) this.#toShow.push(this.#part)
      }
      this.#roll(this.#file)
    })
  }

  committed(): void {
    this.#guard(() => {
      for (const part of this.#toShow) renameSync(this.#path(part, true), this.#path(part, false))
      if (this.#toShow.includes(this.#part)) this.#hidden = false
      this.#toShow = []
    })
  }

  close(): Promise<void> {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    return Promise.resolve()
  }

  /** Cuts the open part to what is durable and removes what no frame knows of. @returns the number of the open or next part */
  #recover(): number {
    const { folder } = this.#options
    makeDirectory(folder)
    const { part, lengthBytes, recovered } = this.#state
    const own = readdirSync(folder).filter((name) => name.replace(/^\./, '').startsWith(this.#name))
    for (const name of own) {
      const isHidden = name.startsWith('.')
      if (isHidden && !(recovered && this.#numberOf(name) === part)) rmSync(join(folder, name))
    }
    if (!recovered) return 1 + Math.max(-1, ...own.filter((name) => !name.startsWith('.')).map((name) => this.#numberOf(name)))
    if (existsSync(this.#path(part, true))) renameSync(this.#path(part, true), this.#path(part, false))
    this.#resume(part, lengthBytes)
    return part
  }

  #resume(part: number, lengthBytes: number): void {
    const path = this.#path(part, false)
    const file = openSync(path, 'a')
    const found = fstatSync(file).size
    if (found < lengthBytes) {
      this.#context.log.error({ path, lengthBytes, found }, 'part file is shorter than what was committed: somebody cut it')
    } else ftruncateSync(file, lengthBytes)
    this.#file = file
    this.#length = Math.min(found, lengthBytes)
    this.#openedMs = this.#context.clock.monotonicMs()
  }

  #flush(): void {
    if (this.#used === 0) return
    if (this.#file === undefined) {
      this.#file = openSync(this.#path(this.#part, true), 'a')
      this.#length = 0
      this.#hidden = true
      this.#openedMs = this.#context.clock.monotonicMs()
    }
    for (let at = 0; at < this.#used; ) at += writeSync(this.#file, this.#buffer, at, this.#used - at)
    this.#length += this.#used
    this.#used = 0
  }

  /** Right behind a seal only, so that a frame never speaks of two parts. */
  #roll(file: number): void {
    const ageMs = this.#context.clock.monotonicMs() - this.#openedMs
    if (this.#length < this.#options.fileBytesMax && ageMs < this.#options.fileAgeMaxMs) return
    closeSync(file)
    this.#file = undefined
    this.#part += 1
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#used + bytes))
    larger.set(this.#buffer.subarray(0, this.#used))
    this.#buffer = larger
  }

  #path(part: number, hidden: boolean): string {
    return join(this.#options.folder, `${hidden ? '.' : ''}${this.#name}${part}.${this.#options.extension}`)
  }

  #numberOf(name: string): number {
    return Number.parseInt(name.slice(name.indexOf(this.#name) + this.#name.length), 10)
  }

  #guard<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new MillraceError('S0102', `cannot write part files in ${this.#options.folder}`, { detail: [reason], cause: error })
    }
  }
}
