/** Faults of the disk, injected into a real process or a real file system. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteStore } from '../../../src/engine-lite/state/sqlite-store.js'
import { frame, put } from '../../contract/storage-port.suite.js'
import { checkDirectory } from '../../simulation/crash-states/check.js'
import { hasStrace } from '../../simulation/crash-states/recording.js'

const isRoot = process.getuid?.() === 0
if (!hasStrace) skipped(4, 'strace')
if (!isRoot) skipped(4, 'root, to mount small file systems')

function skipped(tests: number, need: string): void {
  if (process.env.CI !== undefined) throw new Error(`${need} is needed here`)
  console.warn(`SKIPPED: ${tests} tests of storage faults need ${need}`)
}

const WRITER = new URL('../../simulation/crash-states/writer.ts', import.meta.url).pathname

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-faults-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

interface Run {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly lines: readonly string[]
  readonly acked: number
}

function write(commits: number, inject?: string): Run {
  const program = [process.execPath, '--import', 'tsx', WRITER, dir, String(commits)]
  const call = inject?.split(':')[0]
  const strace = inject === undefined ? [] : ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${inject}`]
  const [command = '', ...args] = [...strace, ...program]
  const { status, signal, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  const lines = stdout.trim().split('\n')
  const acked = Math.max(0, ...lines.map((line) => Number(/^ACK (\d+)/.exec(line)?.[1] ?? 0)))
  return { status, signal, lines, acked }
}

describe.skipIf(!hasStrace)('a process', () => {
  it('whose sync fails stops at once, acknowledges nothing more, and recovers', () => {
    let stopped = 0
    for (const nth of [1, 2, 4, 6, 9, 14, 20, 27, 35, 44]) {
      rmSync(dir, { recursive: true })
      mkdirSync(dir, { mode: 0o700 })
      const run = write(30, `fsync:error=EIO:when=${nth}`)
      if (run.status === 0) continue
      stopped++
      expect([run.status, run.lines.at(-1)], `sync ${nth}`).toEqual([3, 'FATAL S0107'])
      expect(checkDirectory(dir, run.acked), `sync ${nth}`).toBeUndefined()
    }
    expect(stopped).toBeGreaterThan(6)
  })

  it('without space acknowledges nothing it could not write, and has all it acknowledged', () => {
    for (const nth of [10, 40, 90, 150, 220]) {
      rmSync(dir, { recursive: true })
      mkdirSync(dir, { mode: 0o700 })
      const run = write(30, `pwrite64:error=ENOSPC:when=${nth}+`)
      const last = run.lines.at(-1) ?? ''
      expect(last === `FULL ${run.acked + 1}` || last === 'FATAL S0105', `write ${nth}: ${last}`).toBe(true)
      expect(checkDirectory(dir, run.acked), `write ${nth}`).toBeUndefined()
    }
  })

  it('that lacks space for a moment goes on with the same frame', () => {
    const run = write(30, 'pwrite64:error=ENOSPC:when=120')
    expect([run.status, run.acked]).toEqual([0, 30])
    expect(run.lines.filter((line) => line.startsWith('FULL')).length).toBeLessThanOrEqual(1)
    expect(checkDirectory(dir, 30)).toBeUndefined()
  })

  it('that is killed at any sync or write has all it acknowledged, over many lives', () => {
    let acked = 0
    for (const [call, nth] of [
      ['fsync', 3],
      ['fsync', 9],
      ['pwrite64', 25],
      ['fsync', 20],
      ['pwrite64', 77],
      ['pwrite64', 130],
    ] as const) {
      const run = write(30, `${call}:signal=SIGKILL:when=${nth}`)
      expect(run.lines.some((line) => line.startsWith('LOSS') || line.startsWith('FATAL'))).toBe(false)
      acked = Math.max(acked, run.acked)
    }
    expect(acked).toBeGreaterThan(20)
    expect(checkDirectory(dir, acked)).toBeUndefined()
  })
})

describe('a second process', () => {
  it('is refused at once, with the pid of the owner; when that is killed, the directory is free', () => {
    const store = new SqliteStore({ dir, ballastBytes: 0 })
    store.open()
    expect(write(1).lines).toEqual(['FATAL S0101'])
    expect(readFileSync(join(dir, 'pid'), 'utf8').trim()).toBe(String(process.pid))
    expect(() => new SqliteStore({ dir, ballastBytes: 0 }).open()).toThrow(new RegExp(`${dir} is in use by process ${process.pid}`))
    store.commit(frame(1))
    store.close()
    expect(write(1).lines).toEqual(['OPEN 1', expect.stringMatching(/^FATAL/)])
  })

  it('with the command line of SQLite is kept out of the database', () => {
    const store = new SqliteStore({ dir, ballastBytes: 0 })
    store.open()
    store.commit(frame(1))
    const script = `const D = require('better-sqlite3'); new D(process.argv[1], { timeout: 0 }).exec('DELETE FROM frame')`
    const other = spawnSync(process.execPath, ['-e', script, join(dir, 'millrace.db')], { encoding: 'utf8', cwd: process.cwd() })
    expect(other.stderr).toMatch(/locked/)
    store.close()
  })
})

describe.skipIf(!isRoot)('a small file system', () => {
  const all = { destination: 'kafka:results', afterSeq: 0, rowsMax: 100_000, bytesMax: 100_000_000 }
  let mount: string
  beforeEach(() => {
    mount = join(dir, 'mount')
    mkdirSync(mount)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', mount], { encoding: 'utf8' })
    if (mounted.status !== 0) throw new Error(mounted.stderr)
  })
  afterEach(() => {
    spawnSync('umount', ['-l', mount])
  })

  /** Commits until the disk is full; returns the frame that did not fit. */
  function fill(store: SqliteStore): number {
    for (let id = 1; ; id++) {
      try {
        store.commit(frame(id, { outbox: [put(`key-${id}`, 'x'.repeat(20_000))] }))
        store.maintain()
      } catch (error) {
        expect(error).toMatchObject({ code: 'S0105', retriable: true })
        return id
      }
    }
  }

  it('that is full refuses rows, takes deletes thanks to the ballast, and then takes rows again', () => {
    const store = new SqliteStore({ dir: join(mount, 'data'), ballastBytes: 512 * 1024, checkpointPages: 50 })
    store.open()
    const id = fill(store)
    expect(id).toBeGreaterThan(20)
    const row = () => frame(id, { outbox: [put(`key-${id}`, 'x'.repeat(20_000))] })
    expect(() => store.commit(row())).toThrow(expect.objectContaining({ code: 'S0105' }))
    const rows = store.readOutbox(all)
    expect(rows.length).toBe(id - 1)
    store.commit(frame(id, { body: new Uint8Array(0), outboxDeletes: rows.slice(0, 30) }))
    store.maintain()
    expect(store.readOutbox(all).length).toBe(id - 1 - 30)
    for (let next = id + 1; next < id + 10; next++) store.commit(frame(next, { outbox: [put(`key-${next}`, 'x'.repeat(20_000))] }))
    expect(store.readOutbox(all).length).toBe(id - 1 - 30 + 9)
    store.close()
  })

  it('that is full takes deletes apart from a frame, and the waiting frame after them', () => {
    const store = new SqliteStore({ dir: join(mount, 'data'), ballastBytes: 512 * 1024, checkpointPages: 50 })
    store.open()
    const id = fill(store)
    store.deleteOutbox(store.readOutbox(all).slice(0, 30))
    store.commit(frame(id, { outbox: [put(`key-${id}`, 'x'.repeat(20_000))] }))
    expect(store.readOutbox(all).length).toBe(id - 30)
    store.close()
  })

  it('that was full lets the file grow again once there is room', () => {
    const filler = join(mount, 'filler')
    writeFileSync(filler, Buffer.alloc(2_000_000))
    const store = new SqliteStore({ dir: join(mount, 'data'), ballastBytes: 256 * 1024, checkpointPages: 50 })
    store.open()
    const id = fill(store)
    store.commit(frame(id, { body: new Uint8Array(0), outboxDeletes: store.readOutbox(all).slice(0, 3) }))
    rmSync(filler)
    store.maintain()
    for (let next = id + 1; next < id + 60; next++) {
      store.commit(frame(next, { outbox: [put(`key-${next}`, 'x'.repeat(20_000))] }))
      store.maintain()
    }
    expect(store.readOutbox(all).length).toBe(id - 1 - 3 + 59)
    store.close()
  })

  it('that is full sheds rows by the policy, also after a restart', () => {
    const options = { dir: join(mount, 'data'), ballastBytes: 512 * 1024, checkpointPages: 50 }
    const store = new SqliteStore(options)
    store.open()
    const id = fill(store)
    store.close()
    writeFileSync(join(mount, 'filler'), Buffer.alloc(Math.max(0, statfsSync(mount).bavail * 4096 - 8192)))
    const again = new SqliteStore(options)
    expect(again.open()).toMatchObject({ lastId: id - 1, losses: [] })
    expect(again.dropOutbox('kafka:results', 25 * 20_000, 'oldest')).toBe(25)
    again.close()
  })
})
