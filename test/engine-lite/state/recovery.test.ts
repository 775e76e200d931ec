import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataPaths, writeDurably } from '../../../src/engine-lite/state/data-directory.js'
import { MIGRATIONS } from '../../../src/engine-lite/state/sqlite-schema.js'
import { SqliteStore } from '../../../src/engine-lite/state/sqlite-store.js'
import type { StoreOptions } from '../../../src/engine-lite/state/store-options.js'
import { body, frame, put } from '../../contract/storage-port.suite.js'

let dir: string
let open: SqliteStore[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-recovery-'))
  open = []
})
afterEach(() => {
  for (const store of open) store.close()
  rmSync(dir, { recursive: true })
})

function store(options: Partial<StoreOptions> = {}): SqliteStore {
  const made = new SqliteStore({ dir, ballastBytes: 0, ...options })
  open.push(made)
  return made
}

const all = { destination: 'kafka:results', afterSeq: 0, rowsMax: 1000, bytesMax: 1_000_000 }
const keysOf = (of: SqliteStore) => of.readOutbox(all).map(({ key }) => Buffer.from(key ?? []).toString())

/** Frames 1–20 with snapshots 5→8 and 12→15, one outbox row each; then the file is changed behind the store's back. */
function damaged(change: (database: Database.Database) => void, keepFromId = 1): void {
  const first = store()
  first.open()
  for (let id = 1; id <= 20; id++) {
    const completes = id === 8 ? 5 : id === 15 ? 12 : undefined
    first.commit(frame(id, { body: body(id, completes), outbox: [put(`k${id}`, 'v', { eventTimeMs: id * 1000 })], keepFromId }))
  }
  first.close()
  const database = new Database(dataPaths(dir).database)
  change(database)
  database.close()
}

const breakFrame = (id: number) => (database: Database.Database) => {
  const bytes = database.prepare('SELECT body FROM frame WHERE id = ?').pluck().get(id) as Buffer
  bytes[25] = (bytes[25] as number) ^ 1
  database.prepare('UPDATE frame SET body = ? WHERE id = ?').run(bytes, id)
}

describe('a damaged frame', () => {
  it('that no restore needs is not even looked at', () => {
    damaged(breakFrame(11))
    const recovered = store().open()
    expect(recovered).toMatchObject({ epoch: 1, lastId: 20, losses: [] })
    expect(recovered.frames.map(({ id }) => id)).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20])
  })

  it('after the newest snapshot costs the commits from it on', () => {
    damaged(breakFrame(18))
    const again = store()
    const recovered = again.open()
    expect(recovered.epoch).toBe(2)
    expect(recovered.lastId).toBe(20)
    expect(recovered.frames.map(({ id, body }) => [id, body.length > 0])).toEqual([
      ...[12, 13, 14, 15, 16, 17].map((id) => [id, true]),
      ...[18, 19, 20].map((id) => [id, false]),
    ])
    expect(recovered.losses.join('\n')).toMatch(/commit frame 18: wrong checksum.*set aside as .*corrupt-1/)
    expect(recovered.losses.join('\n')).toMatch(/state of 3 commits is lost: state is that of commit 17, the newest was 20/)
    // Results of the lost commits were real; they stay, under their old versions.
    expect(keysOf(again).length).toBe(20)
    expect(again.commit(frame(21, { outbox: [put('k20', 'new')] }))).toBeGreaterThan(0)
    expect(again.readOutbox(all).at(-1)?.version).toEqual({ epoch: 2, commitId: 21, ordinal: 0 })
  })

  it('within the newest snapshot falls back a generation', () => {
    damaged(breakFrame(13))
    const recovered = store().open()
    expect(recovered.frames.filter(({ body }) => body.length > 0).map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
    expect(recovered.losses.join('\n')).toMatch(/state of 8 commits is lost: state is that of commit 12/)
  })

  it('leaves a database that opens without losses the next time, commit ids going on', () => {
    damaged(breakFrame(18))
    const first = store()
    first.open()
    first.commit(frame(21))
    first.close()
    const recovered = store().open()
    expect(recovered).toMatchObject({ epoch: 2, lastId: 21, losses: [] })
    expect(recovered.frames.map(({ id }) => id)).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21])
  })

  it('that is missing counts as damaged', () => {
    damaged((database) => database.exec('DELETE FROM frame WHERE id = 17'))
    expect(store().open().losses.join('\n')).toMatch(/commit frame 17: missing.*\n?.*state of 4 commits/)
  })

  it('with no snapshot left below it costs all state, and empty state is what goes on', () => {
    damaged((database) => {
      for (const id of [6, 13]) breakFrame(id)(database)
    }, 5)
    const again = store()
    const recovered = again.open()
    expect(recovered).toMatchObject({ epoch: 2, lastId: 20, frames: [] })
    expect(recovered.losses.join('\n')).toMatch(/state of 20 commits is lost/)
    again.commit(frame(21))
    again.close()
    const next = store().open()
    expect(next).toMatchObject({ epoch: 2, lastId: 21, losses: [] })
    expect(next.frames.map(({ id }) => id)).toEqual([21])
  })
})

describe('what was emitted', () => {
  it('is told after a fall back, and no more once something newer was emitted', () => {
    damaged(() => undefined)
    const before = store()
    before.open()
    before.readOutbox(all)
    before.close()
    const database = new Database(dataPaths(dir).database)
    breakFrame(18)(database)
    database.close()

    const mark = { destination: 'kafka:results', query: 'q1', eventTimeMs: 20_000 }
    const fallen = store()
    expect(fallen.open().emitted).toEqual([mark])
    fallen.commit(frame(21))
    fallen.close()
    const restarted = store()
    expect(restarted.open().emitted).toEqual([mark])
    restarted.commit(frame(22, { outbox: [put('k', 'v', { eventTimeMs: 21_000 })] }))
    restarted.readOutbox(all)
    restarted.close()
    expect(store().open().emitted).toBeUndefined()
  })

  it('is still told when a second damage costs no state', () => {
    damaged(() => undefined)
    const before = store()
    before.open()
    before.readOutbox(all)
    before.close()
    const database = new Database(dataPaths(dir).database)
    breakFrame(18)(database)
    database.close()
    const mark = { destination: 'kafka:results', query: 'q1', eventTimeMs: 20_000 }
    const fallen = store()
    expect(fallen.open().emitted).toEqual([mark])
    fallen.commit(frame(21))
    fallen.close()
    const again = new Database(dataPaths(dir).database)
    again.prepare("UPDATE meta SET value = 99 WHERE name = 'epoch'").run()
    again.close()
    const { losses, emitted } = store().open()
    expect(losses).toEqual([expect.stringMatching(/table of settings is damaged/)])
    expect(emitted).toEqual([mark])
  })

  it('is not told in a sound database', () => {
    damaged(() => undefined)
    const first = store()
    first.open()
    first.readOutbox(all)
    first.close()
    expect(store().open().emitted).toBeUndefined()
  })

  it('is on disk before the row is handed over', () => {
    const first = store()
    first.open()
    first.commit(frame(1, { outbox: [put('k', 'v', { eventTimeMs: 5000 })] }))
    const before = readFileSync(dataPaths(dir).emittedMark)
    first.readOutbox(all)
    const after = readFileSync(dataPaths(dir).emittedMark)
    expect(after.equals(before)).toBe(false)
    first.readOutbox(all)
    expect(readFileSync(dataPaths(dir).emittedMark).equals(after)).toBe(true)
  })

  it('notices every cut and every flipped bit of its file, and goes on without it', () => {
    const first = store()
    first.open()
    first.commit(frame(1, { outbox: [put('k', 'v', { eventTimeMs: 5000 })] }))
    first.readOutbox(all)
    first.close()
    const good = readFileSync(dataPaths(dir).emittedMark)
    for (let bit = 0; bit < good.length * 8; bit += 5) {
      const bad = Buffer.from(good)
      bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7))
      writeFileSync(dataPaths(dir).emittedMark, bad)
      const next = store()
      expect(next.open().losses, `bit ${bit}`).toEqual([expect.stringMatching(/emitted-mark was damaged/)])
      next.close()
    }
  })
})

describe('a database file', () => {
  it('that is gone is noticed by what lies beside it', () => {
    damaged(() => undefined)
    const first = store()
    first.open()
    first.readOutbox(all)
    first.close()
    rmSync(dataPaths(dir).database)
    const again = store()
    const recovered = again.open()
    expect(recovered).toMatchObject({ epoch: 2, lastId: 20, frames: [] })
    expect(recovered.emitted).toEqual([{ destination: 'kafka:results', query: 'q1', eventTimeMs: 20_000 }])
    expect(recovered.losses.join()).toMatch(/missing or empty: commits up to at least 20/)
    again.commit(frame(21))
  })

  it('that is gone after a clean end is missed to the last commit, whatever was emitted', () => {
    damaged(() => undefined)
    rmSync(dataPaths(dir).database)
    const recovered = store().open()
    expect(recovered).toMatchObject({ lastId: 20, frames: [] })
    expect(recovered.losses).toEqual([expect.stringMatching(/commits up to at least 20 /)])
  })

  it('of which nothing can be read is said to be so', () => {
    damaged(() => undefined)
    writeFileSync(dataPaths(dir).database, Buffer.alloc(40_000, 'garbage '))
    expect(store().open().losses).toEqual([
      expect.stringMatching(/set aside as /),
      expect.stringMatching(/state of 20 commits is lost/),
      expect.stringMatching(/0 rows of the outbox were saved, how many it had is not known/),
    ])
  })

  it('that is empty, or has a broken header, or is cut, is set aside and never used', () => {
    const changes: Record<string, (path: string) => void> = {
      empty: (path) => writeFileSync(path, ''),
      'zeroed header': (path) => writeFileSync(path, Buffer.concat([Buffer.alloc(100), readFileSync(path).subarray(100)])),
      'cut in half': (path) => writeFileSync(path, readFileSync(path).subarray(0, Math.floor(statSync(path).size / 2))),
      'cut to one page': (path) => writeFileSync(path, readFileSync(path).subarray(0, 4096)),
    }
    for (const [name, change] of Object.entries(changes)) {
      rmSync(dir, { recursive: true })
      damaged(() => undefined)
      change(dataPaths(dir).database)
      const again = store()
      const recovered = again.open()
      expect(recovered.epoch, name).toBe(2)
      expect(recovered.losses.length, name).toBeGreaterThan(0)
      again.commit(frame(recovered.lastId + 1))
      again.close()
      expect(store().open().losses, name).toEqual([])
      for (const each of open) each.close()
    }
  })

  it('put back from an older copy raises the epoch', () => {
    damaged(() => undefined)
    const old = readFileSync(dataPaths(dir).database)
    const first = store()
    first.open()
    first.commit(frame(21, { outbox: [put('k', 'v', { eventTimeMs: 99_000 })] }))
    first.readOutbox(all)
    first.close()
    writeFileSync(dataPaths(dir).database, old)
    const recovered = store().open()
    expect(recovered).toMatchObject({ epoch: 2, lastId: 20 })
    expect(recovered.emitted).toEqual([{ destination: 'kafka:results', query: 'q1', eventTimeMs: 99_000 }])
    expect(recovered.losses.join()).toMatch(/ends at commit 20, but commit 21 was durable: at least 1 commits/)
  })

  it('rebuilt but not renamed yet is what the next start goes on with', () => {
    damaged(breakFrame(18))
    const first = store()
    first.open()
    first.close()
    const paths = dataPaths(dir)
    writeFileSync(paths.rebuilt, readFileSync(paths.database))
    for (const end of ['', '-wal']) rmSync(paths.database + end, { force: true })
    const recovered = store().open()
    expect(recovered).toMatchObject({ epoch: 2, lastId: 20, losses: [] })
    expect(existsSync(paths.rebuilt)).toBe(false)
  })
})

describe('an outbox row with a flipped bit', () => {
  it('is set aside, counted, and never sent', () => {
    damaged((database) => database.exec("UPDATE outbox SET value = x'00' WHERE seq = 3"))
    const again = store()
    again.open()
    expect(keysOf(again).length).toBe(19)
    expect(keysOf(again)).not.toContain('k3')
    expect(again.readDeadLetters(10)[0]).toMatchObject({ reason: 'uplink-refused', count: 1, sample: 'seq 3' })
    expect(again.outboxStats()[0]?.rows).toBe(19)
  })
})

describe('the data directory', () => {
  it('is private', () => {
    rmSync(dir, { recursive: true })
    const first = store({ ballastBytes: 1000 })
    first.open()
    first.commit(frame(1, { outbox: [put('k', 'v', { eventTimeMs: 1 })] }))
    first.readOutbox(all)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777, name).toBe(0o600)
    expect(readdirSync(dir).sort()).toEqual(['ballast', 'emitted-mark', 'lock', 'millrace.db', 'millrace.db-wal', 'pid'])
  })

  it('that cannot be made is refused', () => {
    writeFileSync(join(dir, 'file'), '')
    expect(() => new SqliteStore({ dir: join(dir, 'file', 'data') }).open()).toThrow(expect.objectContaining({ code: 'S0102' }))
  })

  it('loses what an interrupted write left behind', () => {
    for (const name of ['emitted-mark.tmp', 'ballast.tmp', 'millrace.db.rebuilt.tmp']) writeFileSync(join(dir, name), 'half')
    store().open()
    expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('keeps a file that is replaced whole', () => {
    writeDurably(join(dir, 'x'), Buffer.from('one'))
    writeDurably(join(dir, 'x'), Buffer.from('two'))
    expect(readFileSync(join(dir, 'x'), 'utf8')).toBe('two')
  })
})

describe('an upgrade', () => {
  const next = 'CREATE TABLE later(a); INSERT INTO later VALUES (1)'

  it('keeps a copy and runs what is missing in one transaction', () => {
    damaged(() => undefined)
    const upgraded = store({ migrations: [...MIGRATIONS, next] })
    expect(upgraded.open()).toMatchObject({ lastId: 20, losses: [] })
    upgraded.close()
    const backup = `${dataPaths(dir).database}.backup-v${MIGRATIONS.length}`
    expect(statSync(backup).mode & 0o777).toBe(0o600)
    const copy = new Database(backup)
    expect(copy.prepare('SELECT max(id) FROM frame').pluck().get()).toBe(20)
    expect(copy.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
    copy.close()
  })

  it('that fails leaves the file as it was', () => {
    damaged(() => undefined)
    expect(() => store({ migrations: [...MIGRATIONS, next, 'CREATE nonsense'] }).open()).toThrow()
    expect(store().open()).toMatchObject({ lastId: 20, losses: [] })
  })

  it('is refused backwards, with the command that puts the copy back', () => {
    damaged(() => undefined)
    const upgraded = store({ migrations: [...MIGRATIONS, next] })
    upgraded.open()
    upgraded.close()
    const before = readFileSync(dataPaths(dir).database)
    expect(() => store().open()).toThrow(
      expect.objectContaining({ code: 'S0103', hint: expect.stringMatching(/mv .*millrace\.db\.backup-v1 .*millrace\.db/) }),
    )
    expect(readFileSync(dataPaths(dir).database).equals(before)).toBe(true)
  })
})

describe('dead letters', () => {
  it('are bounded, and what is folded away is still counted', () => {
    const first = store({ deadLetterRowsMax: 5 })
    first.open()
    for (let id = 1; id <= 20; id++) {
      first.commit(
        frame(id, { deadLetters: [{ reason: 'decode', text: 'x'.repeat(10_000), origin: `topic/${id}`, sample: new Uint8Array(9000) }] }),
      )
    }
    const letters = first.readDeadLetters(100)
    expect(letters.length).toBe(5)
    expect(letters.reduce((sum, { count }) => sum + count, 0)).toBe(20)
    expect(letters[0]).toMatchObject({ origin: 'topic/20', count: 1 })
    expect(letters[0]?.text.length).toBe(512)
    expect(letters[0]?.sample?.length).toBe(512)
    expect(letters.find(({ origin }) => origin === '(others)')?.count).toBe(16)
  })
})

describe('old frames', () => {
  it('are dropped in slices, without holding the commit up', () => {
    const first = store({ framesDroppedMax: 10 })
    first.open()
    for (let id = 1; id <= 100; id++) first.commit(frame(id))
    first.commit(frame(101, { body: body(101, 101), keepFromId: 101 }))
    for (let id = 102; id <= 112; id++) first.commit(frame(id, { keepFromId: 101 }))
    first.close()
    const database = new Database(dataPaths(dir).database)
    expect(database.prepare('SELECT min(id), count(*) FROM frame').raw().get()).toEqual([101, 12])
    database.close()
  })
})

describe('the log', () => {
  it('is written back when it has grown, and bytes of that are told', () => {
    const first = store({ checkpointPages: 20 })
    first.open()
    let most = 0
    let least = Number.POSITIVE_INFINITY
    for (let id = 1; id <= 200; id++) {
      const bytes = first.commit(frame(id, { body: body(id) }))
      expect(bytes).toBeGreaterThan(0)
      most = Math.max(most, bytes)
      least = Math.min(least, bytes)
      first.maintain()
    }
    expect(statSync(`${dataPaths(dir).database}-wal`).size).toBeLessThan(40 * 4120)
    expect(most).toBeGreaterThan(2 * least)
  })

  it('that cannot be written back for want of space is tried again later', () => {
    const first = store({ checkpointPages: 20, faults: [{ call: 'checkpoint', nth: 1, error: 'ENOSPC' }] })
    first.open()
    for (let id = 1; id <= 100; id++) {
      first.commit(frame(id))
      first.maintain()
    }
    expect(statSync(`${dataPaths(dir).database}-wal`).size).toBeLessThan(60 * 4120)
  })

  it('that fails to be written back stops the store', () => {
    const first = store({ checkpointPages: 20, faults: [{ call: 'checkpoint', nth: 1, error: 'EIO' }] })
    first.open()
    expect(() => {
      for (let id = 1; id <= 100; id++) {
        first.commit(frame(id))
        first.maintain()
      }
    }).toThrow(expect.objectContaining({ code: 'S0107' }))
  })
})
