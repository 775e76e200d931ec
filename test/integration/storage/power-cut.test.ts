/** Power cuts and a card that turns read-only, on a real ext4 file system in a loop device. Needs root, loop devices and python3. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteStore } from '../../../src/engine-lite/state/sqlite-store.js'
import { frame, put } from '../../contract/storage-port.suite.js'
import { checkDirectory } from '../../simulation/crash-states/check.js'

const WRITER = new URL('../../simulation/crash-states/writer.ts', import.meta.url).pathname
/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: what is not synced is gone. */
const SHUTDOWN = `import os, fcntl, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))`
const CUTS = 6

class LoopDisk {
  readonly image: string
  readonly mount: string
  device = ''

  constructor(dir: string) {
    this.image = join(dir, 'image')
    this.mount = join(dir, 'mount')
    mkdirSync(this.mount)
    writeFileSync(this.image, Buffer.alloc(24 * 1024 * 1024))
    run('mkfs.ext4', '-q', this.image)
  }

  attach(): void {
    run('mount', '-o', 'loop,noatime,errors=remount-ro', this.image, this.mount)
    this.device = basename(run('findmnt', '-n', '-o', 'SOURCE', this.mount).trim())
  }

  detach(): void {
    if (spawnSync('umount', [this.mount]).status !== 0) spawnSync('umount', ['-l', this.mount])
  }

  cut(): void {
    run('python3', '-c', SHUTDOWN, this.mount)
  }
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr || error}`)
  return stdout
}

/** Why this machine cannot do it, or undefined. */
function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'root'
  const dir = mkdtempSync(join(tmpdir(), 'millrace-loop-'))
  try {
    const disk = new LoopDisk(dir)
    disk.attach()
    try {
      disk.cut()
    } finally {
      disk.detach()
    }
    return undefined
  } catch (error) {
    return `loop devices with ext4 (${(error as Error).message.trim()})`
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const missing = obstacle()
if (missing !== undefined) console.warn(`SKIPPED: 2 tests of power cuts need ${missing}`)

describe.skipIf(missing !== undefined)('an ext4 file system', () => {
  let dir: string
  let disk: LoopDisk
  let writer: ChildProcess | undefined
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'millrace-ext4-'))
    disk = new LoopDisk(dir)
    disk.attach()
  })
  afterEach(() => {
    writer?.kill('SIGKILL')
    disk.detach()
    rmSync(dir, { recursive: true, force: true })
  })

  it('whose power is cut again and again holds every acknowledged commit', async () => {
    const log = join(dir, 'acked')
    let acked = 0
    for (let cut = 1; cut <= CUTS; cut++) {
      const out = openSync(log, 'w')
      writer = spawn(process.execPath, ['--import', 'tsx', WRITER, join(disk.mount, 'data'), '1000000'], {
        stdio: ['ignore', out, 'ignore'],
      })
      closeSync(out)
      const ended = new Promise((resolve) => writer?.once('exit', resolve))
      await settled(() => readFileSync(log, 'utf8').includes(`ACK ${acked + 50 * cut}\n`), writer)
      disk.cut()
      writer.kill('SIGKILL')
      await ended
      const lines = readFileSync(log, 'utf8').trim().split('\n')
      expect(lines.filter((line) => /^(LOSS|FATAL)/.test(line) && !/FATAL S010[67]/.test(line))).toEqual([])
      acked = Math.max(acked, ...lines.map((line) => Number(/^ACK (\d+)/.exec(line)?.[1] ?? 0)))
      disk.detach()
      disk.attach()
      expect(checkDirectory(join(disk.mount, 'data'), acked), `cut ${cut}, ${acked} acknowledged`).toBeUndefined()
      // The check committed one more.
      acked++
    }
    console.log(`power cuts: ${CUTS}, ${acked} commits acknowledged, none lost`)
  })

  it('that turned read-only refuses commits until it is repaired, and has what it acknowledged', () => {
    const trigger = `/sys/fs/ext4/${disk.device}/trigger_fs_error`
    if (!existsSync(trigger)) throw new Error(`${trigger} is missing`)
    const store = new SqliteStore({ dir: join(disk.mount, 'data'), ballastBytes: 0 })
    store.open()
    for (let id = 1; id <= 10; id++) store.commit(frame(id, { outbox: [put(`key-${id}`, 'x')] }))
    writeFileSync(trigger, '1')
    expect(() => store.commit(frame(11, { outbox: [put('key-11', 'x')] }))).toThrow(expect.objectContaining({ code: 'S0106' }))
    expect(() => store.commit(frame(11, { outbox: [put('key-11', 'x')] }))).toThrow(expect.objectContaining({ code: 'S0106' }))
    expect(store.readOutbox({ destination: 'kafka:results', afterSeq: 0, rowsMax: 100, bytesMax: 1_000_000 }).length).toBe(10)
    store.close()
    disk.detach()
    // 1: errors were corrected.
    expect(spawnSync('e2fsck', ['-fp', disk.image]).status).toBeLessThanOrEqual(1)
    disk.attach()
    const again = new SqliteStore({ dir: join(disk.mount, 'data'), ballastBytes: 0 })
    expect(again.open()).toMatchObject({ lastId: 10, losses: [] })
    again.commit(frame(11))
    again.close()
  })
})

async function settled(condition: () => boolean, process: ChildProcess): Promise<void> {
  while (!condition()) {
    if (process.exitCode !== null) throw new Error(`the writer ended with ${process.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
