/**
 * The uplink without a cluster: each topic is a file of JSON lines, appended to and synced before it acknowledges. Same port, same rules
 * for readers (key, newest version) as Kafka.
 *
 * On disk: `<directory>/<topic>.jsonl`, one record per line (file/line.ts), only ever appended. A crash may leave a part of the last
 * send: whole lines stay, they are repeats that readers know by their version; a torn last line is cut off at the next open.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from '../../engine-lite/base/make-directory.js'
import type { Clock } from '../../engine-lite/contract/clock.js'
import { type Ack, type TopicPartitionBatch, UplinkFailure, type UplinkPort } from '../kafka/port.js'
import { parseLine, recordLine } from './line.js'

const TAIL_BYTES = 64 * 1024
const LINE_END = 0x0a
/** Names that make a file in the directory and nowhere else. */
const TOPIC_NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,200}$/

interface TopicFile {
  readonly handle: FileHandle
  /** Bytes that are whole records; a failed write may have left more. */
  sizeBytes: number
  torn: boolean
}

export class FileUplink implements UplinkPort {
  private readonly files = new Map<string, TopicFile>()

  constructor(
    private readonly directory: string,
    private readonly clock: Clock,
  ) {}

  async open(): Promise<void> {
    await this.guarded('link', async () => makeDirectory(this.directory))
  }

  /** A file is one partition. */
  async partitionCount(topic: string): Promise<number> {
    await this.fileOf(topic)
    return 1
  }

  async send({ topic, partition, records }: TopicPartitionBatch): Promise<Ack> {
    const file = await this.fileOf(topic)
    const nowMs = this.clock.nowMs()
    const bytes = Buffer.from(records.map((record) => recordLine(record, nowMs)).join(''), 'utf8')
    const baseOffset = BigInt(file.sizeBytes)
    await this.guarded('topic', async () => {
      if (file.torn) await file.handle.truncate(file.sizeBytes)
      file.torn = true
      await writeAll(file.handle, bytes, file.sizeBytes)
      await file.handle.sync()
      file.torn = false
      file.sizeBytes += bytes.length
    })
    return { topic, partition, baseOffset }
  }

  async close(): Promise<void> {
    const open = [...this.files.values()]
    this.files.clear()
    await Promise.allSettled(open.map(({ handle }) => handle.close()))
  }

  private async fileOf(topic: string): Promise<TopicFile> {
    const known = this.files.get(topic)
    if (known !== undefined) return known
    if (!TOPIC_NAME.test(topic)) throw failure(`'${topic}' is no name for a file`, 'fatal', 'topic')
    return await this.guarded('topic', async () => {
      makeDirectory(this.directory)
      const handle = await open(join(this.directory, `${topic}.jsonl`), 'a+').then(async (created) => {
        await created.close()
        return await open(join(this.directory, `${topic}.jsonl`), 'r+')
      })
      const file: TopicFile = { handle, sizeBytes: await repair(handle), torn: false }
      await syncDirectory(this.directory)
      this.files.set(topic, file)
      return file
    })
  }

  private async guarded<T>(scope: 'link' | 'topic', work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      throw failure(thrown instanceof Error ? thrown.message : String(thrown), 'retry', scope, thrown)
    }
  }
}

function failure(text: string, reaction: 'retry' | 'fatal', scope: 'link' | 'topic', cause?: unknown): UplinkFailure {
  return new UplinkFailure(text, { class: reaction, scope, kafkaCode: null, outcomeUnknown: reaction === 'retry', cause })
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const result = await handle.write(bytes, written, bytes.length - written, position + written)
    written += result.bytesWritten
  }
}

/** Cuts off what follows the last whole record. @returns the size that is left */
async function repair(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat()
  let end = size
  while (end > 0) {
    const lineEnd = await lastLineEnd(handle, end)
    if (lineEnd === end) {
      const start = await lastLineEnd(handle, end - 1)
      const line = Buffer.alloc(end - 1 - start)
      await handle.read(line, 0, line.length, start)
      if (parseLine(line.toString('utf8')) !== undefined) break
      end = start
    } else end = lineEnd
  }
  if (end < size) {
    await handle.truncate(end)
    await handle.sync()
  }
  return end
}

/** Position after the last line end before `before`, or 0. */
async function lastLineEnd(handle: FileHandle, before: number): Promise<number> {
  const chunk = Buffer.alloc(TAIL_BYTES)
  for (let to = before; to > 0; to -= Math.min(TAIL_BYTES, to)) {
    const from = Math.max(0, to - TAIL_BYTES)
    const { bytesRead } = await handle.read(chunk, 0, to - from, from)
    const found = chunk.subarray(0, bytesRead).lastIndexOf(LINE_END)
    if (found >= 0) return from + found + 1
  }
  return 0
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
