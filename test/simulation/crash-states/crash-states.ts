/**
 * Every content that the files of a directory may have after a power cut, given what a process did to them.
 *
 * Model: a sync makes all writes to its file before it durable. Writes after a file's last sync may have reached the disk or not, in
 * any order, the last sectors of each torn at 512 bytes. Creating, removing, renaming and truncating take place at once and in order.
 * Limits of the model: no lost directory entries, no write beyond its own range.
 */
import type { DiskOperation } from './recording.js'

const SECTOR_BYTES = 512

/** Files by name. */
export type DiskContent = ReadonlyMap<string, Buffer>

export interface CrashState {
  /** Operations before the cut. */
  readonly step: number
  readonly variant: string
  /** Newest commit acknowledged before the cut. */
  readonly acked: number
  readonly files: DiskContent
}

interface Write {
  readonly offset: number
  readonly bytes: Buffer
}

interface FileState {
  durable: Buffer
  pending: Write[]
}

const VARIANTS = ['none', 'all', 'torn', 'random 1', 'random 2', 'random 3'] as const

/**
 * @param start content before the first operation
 * @param random uniform in [0, 1), seeded
 */
export function* crashStates(operations: readonly DiskOperation[], start: DiskContent, random: () => number): Generator<CrashState> {
  const files = new Map<string, FileState>([...start].map(([name, durable]) => [name, { durable, pending: [] }]))
  let acked = 0
  for (let step = 0; step <= operations.length; step++) {
    const pending = [...files.values()].some((file) => file.pending.length > 0)
    for (const variant of pending ? VARIANTS : (['none'] as const)) {
      const content = new Map([...files].map(([name, file]) => [name, survive(file, variant, random)]))
      yield { step, variant, acked, files: content }
    }
    const operation = operations[step]
    if (operation === undefined) return
    if (operation.kind === 'ack') acked = operation.commitId
    else apply(files, operation)
  }
}

function apply(files: Map<string, FileState>, operation: Exclude<DiskOperation, { kind: 'ack' }>): void {
  const file = files.get(operation.file) ?? { durable: Buffer.alloc(0), pending: [] }
  switch (operation.kind) {
    case 'unlink':
      files.delete(operation.file)
      return
    case 'rename':
      files.delete(operation.file)
      files.set(operation.to, file)
      return
    case 'write':
      file.pending.push(operation)
      break
    case 'truncate':
      file.durable = resized(file.durable, operation.length)
      file.pending = file.pending
        .filter(({ offset }) => offset < operation.length)
        .map(({ offset, bytes }) => ({ offset, bytes: bytes.subarray(0, operation.length - offset) }))
      break
    case 'sync':
      file.durable = file.pending.reduce(written, file.durable)
      file.pending = []
      break
    case 'create':
      break
  }
  files.set(operation.file, file)
}

function survive({ durable, pending }: FileState, variant: (typeof VARIANTS)[number], random: () => number): Buffer {
  if (variant === 'none' || pending.length === 0) return durable
  if (variant === 'all') return pending.reduce(written, durable)
  if (variant === 'torn') {
    const last = pending[pending.length - 1] as Write
    return written(pending.slice(0, -1).reduce(written, durable), torn(last, random))
  }
  let content = durable
  for (const write of pending) if (random() < 0.5) content = written(content, random() < 0.5 ? torn(write, random) : write)
  return content
}

/** The sectors before a random one. */
function torn({ offset, bytes }: Write, random: () => number): Write {
  const sectors = Math.ceil(bytes.length / SECTOR_BYTES)
  return { offset, bytes: bytes.subarray(0, Math.floor(random() * sectors) * SECTOR_BYTES) }
}

function written(content: Buffer, { offset, bytes }: Write): Buffer {
  const result = Buffer.alloc(Math.max(content.length, bytes.length === 0 ? 0 : offset + bytes.length))
  content.copy(result)
  bytes.copy(result, offset)
  return result
}

function resized(content: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length)
  content.copy(result)
  return result
}
