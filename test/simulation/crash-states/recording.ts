/** Records what a process does to the files of a directory, by strace, as a list of operations. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type DiskOperation =
  | { readonly kind: 'create' | 'sync' | 'unlink'; readonly file: string }
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number }
  | { readonly kind: 'rename'; readonly file: string; readonly to: string }
  /** The process said that this commit is durable. */
  | { readonly kind: 'ack'; readonly commitId: number }

export const hasStrace = spawnSync('strace', ['-V']).status === 0

const CALLS = 'openat,close,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2'

/** @param dir files below it are recorded, by name; it must be flat */
export function record(dir: string, command: readonly string[]): DiskOperation[] {
  const scratch = mkdtempSync(join(tmpdir(), 'millrace-strace-'))
  const output = join(scratch, 'trace')
  try {
    const run = spawnSync('strace', ['-f', '-qq', '-xx', '-s', '2000000', '-o', output, '-e', `trace=${CALLS}`, ...command], {
      encoding: 'utf8',
    })
    if (run.status !== 0) throw new Error(`strace ended with ${run.status}: ${run.stderr}\n${run.stdout}`)
    return parse(readFileSync(output, 'latin1'), `${dir}/`)
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

interface OpenFile {
  readonly file: string
  position: number
}

/** One line per call, `pid call(arguments) = result`; calls cut in two by another thread are joined first. */
function parse(trace: string, prefix: string): DiskOperation[] {
  const operations: DiskOperation[] = []
  const descriptors = new Map<number, OpenFile>()
  const known = new Set<string>()
  for (const line of joined(trace)) {
    const match = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(line)
    if (match === null) continue
    const [, call = '', argumentText = '', result = ''] = match
    if (Number(result) < 0) continue
    note(call, splitArguments(argumentText), Number(result), { operations, descriptors, known, prefix })
  }
  return operations
}

interface Notes {
  readonly operations: DiskOperation[]
  readonly descriptors: Map<number, OpenFile>
  readonly known: Set<string>
  readonly prefix: string
}

function note(call: string, args: readonly string[], result: number, notes: Notes): void {
  const { operations, descriptors, known, prefix } = notes
  const nameIn = (argument: string | undefined): string | undefined => {
    const path = bytesOf(argument ?? '').toString()
    return path.startsWith(prefix) ? path.slice(prefix.length) : undefined
  }
  const opened = descriptors.get(Number(args[0]))
  switch (call) {
    case 'openat': {
      const file = nameIn(args[1])
      const flags = args[2] ?? ''
      descriptors.delete(result)
      if (file === undefined || file === '' || flags.includes('O_DIRECTORY')) return
      descriptors.set(result, { file, position: 0 })
      if (!known.has(file) && flags.includes('O_CREAT')) operations.push({ kind: 'create', file })
      else if (flags.includes('O_TRUNC')) operations.push({ kind: 'truncate', file, length: 0 })
      known.add(file)
      return
    }
    case 'close':
      descriptors.delete(Number(args[0]))
      return
    case 'write': {
      const bytes = bytesOf(args[1] ?? '')
      const ack = args[0] === '1' ? /^ACK (\d+)/.exec(bytes.toString()) : null
      if (ack !== null) operations.push({ kind: 'ack', commitId: Number(ack[1]) })
      if (opened === undefined) return
      operations.push({ kind: 'write', file: opened.file, offset: opened.position, bytes: bytes.subarray(0, result) })
      opened.position += result
      return
    }
    case 'pwrite64':
      if (opened !== undefined)
        operations.push({ kind: 'write', file: opened.file, offset: Number(args[3]), bytes: bytesOf(args[1] ?? '').subarray(0, result) })
      return
    case 'fsync':
    case 'fdatasync':
      if (opened !== undefined) operations.push({ kind: 'sync', file: opened.file })
      return
    case 'ftruncate':
      if (opened !== undefined) operations.push({ kind: 'truncate', file: opened.file, length: Number(args[1]) })
      return
    default: {
      const names = args.map(nameIn).filter((name) => name !== undefined)
      if (call.startsWith('unlink') && names[0] !== undefined) operations.push({ kind: 'unlink', file: names[0] })
      if (call.startsWith('rename') && names[0] !== undefined && names[1] !== undefined) {
        operations.push({ kind: 'rename', file: names[0], to: names[1] })
        known.add(names[1])
      }
      if (names[0] !== undefined) known.delete(names[0])
    }
  }
}

function joined(trace: string): string[] {
  const lines: string[] = []
  const unfinished = new Map<string, string>()
  for (const line of trace.split('\n')) {
    const space = line.indexOf(' ')
    const pid = line.slice(0, space)
    const rest = line.slice(space + 1).trimStart()
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(pid, rest.slice(0, -'<unfinished ...>'.length).trimEnd())
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    lines.push(resumed === null ? rest : `${unfinished.get(pid) ?? ''}${resumed[1]}`)
  }
  return lines
}

/** Strings are hexadecimal under -xx, so no comma or quote is inside them. */
function splitArguments(text: string): string[] {
  return text.split(',').map((argument) => argument.trim())
}

function bytesOf(argument: string): Buffer {
  return Buffer.from(argument.replace(/[^0-9a-fA-F]*x|"/g, '').replace(/\.\.\.$/, ''), 'hex')
}
