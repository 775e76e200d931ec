import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MillraceError } from '../../../src/engine-lite/contract/errors/index.js'
import { dataPaths } from '../../../src/engine-lite/state/data-directory.js'
import { SqliteStore } from '../../../src/engine-lite/state/sqlite-store.js'
import { body, frame, put } from '../../contract/storage-port.suite.js'

/** Every how many bytes of the file one is flipped; a prime, so that it meets every place in a page. */
const STRIDE = 61

let dir: string
let sound: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-flips-'))
  sound = join(dir, 'sound')
  const store = new SqliteStore({ dir: sound, ballastBytes: 0, pageSize: 1024 })
  store.open()
  for (let id = 1; id <= 12; id++) {
    const outbox = Array.from({ length: 3 }, (_, n) => put(`key-${id}-${n}`, `value ${id}`.repeat(n * 20), { eventTimeMs: id }))
    store.commit(
      frame(id, { body: body(id, id === 8 ? 5 : undefined), outbox, deadLetters: [{ reason: 'late', text: 'late', origin: 'x' }] }),
    )
  }
  store.commit(frame(13, { outboxDeletes: store.readOutbox(all).slice(0, 5), keepFromId: 5 }))
  store.close()
})
afterAll(() => rmSync(dir, { recursive: true }))

const all = { destination: 'kafka:results', afterSeq: 0, rowsMax: 1000, bytesMax: 1_000_000 }

/** 'detected' when the store said so, else what it restored, to be compared with what a sound file gives. */
function observe(at: string): unknown {
  const store = new SqliteStore({ dir: at, ballastBytes: 0 })
  try {
    const { epoch, lastId, frames, losses } = store.open()
    if (losses.length > 0) {
      // Whatever was found, the store must be able to go on.
      store.commit(frame(lastId + 1, { outbox: [put('next', 'x')] }))
      return 'detected'
    }
    const rows = store.readOutbox(all)
    if (store.readDeadLetters(10).some(({ reason }) => reason === 'uplink-refused')) return 'detected'
    store.commit(frame(lastId + 1, { outbox: [put('next', 'x'), put('key-12-0', 'y')] }))
    return { epoch, lastId, frames, rows, after: store.readOutbox(all).length }
  } catch (error) {
    if (error instanceof MillraceError) return 'detected'
    throw error
  } finally {
    store.close()
  }
}

it('a flipped byte anywhere in the database is detected or harmless', () => {
  const clean = join(dir, 'clean')
  cpSync(sound, clean, { recursive: true })
  const expected = observe(clean)
  expect(expected).not.toBe('detected')
  const bytes = readFileSync(dataPaths(sound).database)
  const broken = join(dir, 'broken')
  let detected = 0
  let tried = 0
  for (let at = 0; at < bytes.length; at += STRIDE) {
    rmSync(broken, { recursive: true, force: true })
    cpSync(sound, broken, { recursive: true })
    const flipped = Buffer.from(bytes)
    flipped[at] = (flipped[at] as number) ^ (1 << (at % 8))
    writeFileSync(dataPaths(broken).database, flipped)
    const seen = observe(broken)
    tried++
    if (seen === 'detected') detected++
    else expect(seen, `byte ${at} of ${bytes.length}`).toEqual(expected)
  }
  expect(tried).toBeGreaterThan(150)
  expect(detected).toBeGreaterThan(tried / 3)
}, 60_000)
