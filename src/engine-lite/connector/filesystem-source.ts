/**
 * Reads a file, or the files of a folder in order of name, line by line, once. The position is (file, offset behind the last line that
 * was delivered), so a restart goes on with the next line. Files added to the folder behind the position's name are read too.
 */
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MillraceError } from '../contract/errors/index.js'
import type { Decoder } from '../contract/format.js'
import type { DeadLetter } from '../contract/operator.js'
import type { Row } from '../contract/row.js'
import type { Source, SourceColumn, SourceContext } from '../contract/source.js'
import { LineSplitter } from './line-splitter.js'

const BLOCK_BYTES = 64 * 1_024
/** Longer lines become dead letters: one line must not fill the memory. */
export const LINE_BYTES_MAX = 1_024 * 1_024

interface FilePosition {
  readonly file: string
  readonly offset: number
}

interface FileFacts {
  readonly path: string
  readonly size: number
  readonly modifiedMs: number
}

export class FilesystemSource implements Source {
  readonly #context: SourceContext
  readonly #path: string
  readonly #decoder: Decoder
  /** Position and key of metadata columns. */
  readonly #metadata: readonly { readonly at: number; readonly key: string }[]
  readonly #block = new Uint8Array(BLOCK_BYTES)
  /** Set while paused: resolves on resume or close. */
  #paused: { readonly wait: Promise<void>; readonly release: () => void } | undefined
  #closed = false
  #reading: Promise<void> = Promise.resolve()

  constructor(context: SourceContext, path: string, decoder: Decoder, columns: readonly SourceColumn[]) {
    this.#context = context
    this.#path = path
    this.#decoder = decoder
    this.#metadata = columns.flatMap(({ metadataKey: key }, at) => (key === undefined ? [] : [{ at, key }]))
  }

  /** @throws MillraceError C0001 if there is no such file or folder */
  async start(): Promise<void> {
    const files = await this.#list()
    this.#context.connected(true)
    this.#reading = this.#readAll(files).catch((error: unknown) => this.#context.fail(unreadable(this.#path, error)))
  }

  pause(): void {
    if (this.#paused !== undefined || this.#closed) return
    let release = () => {}
    const wait = new Promise<void>((resolve) => {
      release = resolve
    })
    this.#paused = { wait, release }
  }

  resume(): void {
    this.#paused?.release()
    this.#paused = undefined
  }

  async close(): Promise<void> {
    this.#closed = true
    this.resume()
    await this.#reading
  }

  async #list(): Promise<string[]> {
    try {
      if (!(await stat(this.#path)).isDirectory()) return [this.#path]
      const entries = await readdir(this.#path, { withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile() && !/^[._]/.test(entry.name))
        .map((entry) => join(this.#path, entry.name))
        .sort()
    } catch (error) {
      throw unreadable(this.#path, error)
    }
  }

  async #readAll(files: readonly string[]): Promise<void> {
    const from = this.#context.from as FilePosition | undefined
    for (const path of files) {
      if (from !== undefined && path < from.file) continue
      await this.#readFile(path, path === from?.file ? from.offset : 0)
      if (this.#closed) return
    }
    this.#context.end()
  }

  async #readFile(path: string, from: number): Promise<void> {
    const handle = await open(path, 'r')
    try {
      const { size, mtimeMs } = await handle.stat()
      await this.#readBlocks(handle, from, { path, size, modifiedMs: Math.floor(mtimeMs) })
    } finally {
      await handle.close()
    }
  }

  async #readBlocks(handle: FileHandle, from: number, file: FileFacts): Promise<void> {
    const lines = new LineSplitter(LINE_BYTES_MAX, from)
    let offset = from
    for (;;) {
      await this.#paused?.wait
      if (this.#closed) return
      const { bytesRead } = await handle.read(this.#block, 0, BLOCK_BYTES, offset)
      if (this.#closed) return
      offset += bytesRead
      const block = this.#block.subarray(0, bytesRead)
      this.#deliver(file, bytesRead, (into) => (bytesRead === 0 ? lines.end(into) : lines.push(block, into)))
      if (bytesRead === 0) return
    }
  }

  #deliver(file: FileFacts, bytes: number, read: (into: Parameters<LineSplitter['end']>[0]) => void): void {
    const rows: Row[] = []
    const letters: DeadLetter[] = []
    let last = -1
    read({
      line: (block, start, end, endOffset) => {
        last = endOffset
        if (start === end) return
        const before = rows.length
        const error = this.#decoder.decode(block, start, end, rows)
        if (error !== undefined) {
          letters.push({ reason: 'decode', text: error.text, origin: file.path, sample: block.slice(start, Math.min(end, start + 512)) })
        }
        for (let at = before; at < rows.length; at += 1) this.#fillMetadata(rows[at]!, file)
      },
      tooLong: (endOffset) => {
        last = endOffset
        letters.push({ reason: 'too-large', text: `a line of more than ${LINE_BYTES_MAX} bytes ends at ${endOffset}`, origin: file.path })
      },
    })
    if (last === -1) return
    const position: FilePosition = { file: file.path, offset: last }
    this.#context.deliver({ rows, bytes, position, ...(letters.length > 0 && { letters }) })
  }

  #fillMetadata(row: Row, file: FileFacts): void {
    for (const { at, key } of this.#metadata) {
      if (key === 'file.path') row[at] = file.path
      else if (key === 'file.name') row[at] = basename(file.path)
      else if (key === 'file.size') row[at] = file.size
      else if (key === 'file.modification-time') row[at] = file.modifiedMs
    }
  }
}

function unreadable(path: string, cause: unknown): MillraceError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new MillraceError('C0001', `cannot read ${path}`, { detail: [reason], cause })
}
