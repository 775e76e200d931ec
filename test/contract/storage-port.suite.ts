/** What every storage must do, run on each: in-thread, behind the worker, simulated. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeadLetter } from '../../src/engine-lite/contract/operator.js'
import type { OutboxPut } from '../../src/engine-lite/contract/sink.js'
import type { CommitFrame, OutboxRow, StoragePort } from '../../src/engine-lite/contract/storage.js'
import { encodeFrame, snapshotMarker } from '../../src/engine-lite/state/frame.js'
import type { StorageFault } from '../../src/engine-lite/state/storage-faults.js'

export interface StorageUnderTest {
  /** A storage on the test's disk, not open yet. Called again it is the next process on the same disk. */
  create(faults?: readonly StorageFault[]): StoragePort
  /** After each test: closes what is open and removes the disk. */
  dispose(): Promise<void>
}

const text = new TextEncoder()

export function put(key: string | null, value: string | null, more: Partial<OutboxPut> = {}): OutboxPut {
  return {
    destination: 'kafka:results',
    mode: 'upsert',
    key: key === null ? null : text.encode(key),
    value: value === null ? null : text.encode(value),
    query: 'q1',
    eventTimeMs: null,
    ...more,
  }
}

/** A frame whose body is a real one, holding nothing but its id and what `more` says. */
export function frame(id: number, more: Partial<CommitFrame> = {}): CommitFrame {
  return {
    id,
    sealedAtMs: 1_700_000_000_000 + id,
    body: body(id),
    outbox: [],
    outboxDeletes: [],
    deadLetters: [],
    keepFromId: 1,
    ...more,
  }
}

/** @param completes the first frame of a snapshot that this one completes */
export function body(id: number, completes?: number): Uint8Array {
  const sections = completes === undefined ? [] : [snapshotMarker(completes)]
  const positions = new Map([['source', id]])
  return encodeFrame({ id, sealedAtMs: id, sections, positions, watermarks: new Map(), signatures: new Map() })
}

const all = { destination: 'kafka:results', afterSeq: 0, rowsMax: 1000, bytesMax: 1_000_000 }
const plain = (rows: readonly OutboxRow[]) =>
  rows.map(({ key, value, version }) => [
    key === null ? null : Buffer.from(key).toString(),
    value === null ? null : Buffer.from(value).toString(),
    version.commitId,
    version.ordinal,
  ])

export function storagePortSuite(name: string, prepare: () => StorageUnderTest): void {
  describe(`storage ${name}`, () => {
    let disk: StorageUnderTest
    let storage: StoragePort
    beforeEach(() => {
      disk = prepare()
      storage = disk.create()
    })
    afterEach(() => disk.dispose())

    const reopen = async (faults?: readonly StorageFault[]) => {
      await storage.close()
      storage = disk.create(faults)
      return storage.open()
    }

    describe('frames', () => {
      it('of a new disk: none, first epoch', async () => {
        const recovered = await storage.open()
        expect(recovered).toEqual({ epoch: recovered.epoch, lastId: 0, frames: [], losses: [] })
        expect(recovered.epoch).toBeGreaterThan(0)
      })

      it('come back in order, with the epoch unchanged', async () => {
        const { epoch } = await storage.open()
        const bodies = [1, 2, 3].map((id) => Buffer.from(body(id)))
        for (const id of [1, 2, 3]) expect((await storage.commit(frame(id))).id).toBe(id)
        const recovered = await reopen()
        expect(recovered.epoch).toBe(epoch)
        expect(recovered.lastId).toBe(3)
        expect(recovered.losses).toEqual([])
        expect(recovered.frames.map(({ id, body }) => [id, Buffer.from(body)])).toEqual(bodies.map((b, i) => [i + 1, b]))
      })

      it('may be handed over without waiting, and are answered in order', async () => {
        await storage.open()
        const answers = await Promise.all([1, 2, 3, 4, 5].map((id) => storage.commit(frame(id))))
        expect(answers.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5])
      })

      it('with an id that is not the next are refused and change nothing', async () => {
        await storage.open()
        await storage.commit(frame(1))
        for (const id of [1, 3])
          await expect(storage.commit(frame(id, { outbox: [put('k', 'v')] }))).rejects.toMatchObject({ code: 'R0001' })
        await storage.commit(frame(2))
        expect(await storage.readOutbox(all)).toEqual([])
      })

      it('may have no body', async () => {
        await storage.open()
        await storage.commit(frame(1))
        await storage.commit(frame(2, { body: new Uint8Array(0) }))
        const recovered = await reopen()
        expect(recovered.lastId).toBe(2)
        expect(recovered.frames.at(-1)?.body.length ?? 0).toBe(0)
      })

      it('below keepFromId are gone after a while, those a restore needs stay', async () => {
        await storage.open()
        for (let id = 1; id <= 9; id++) await storage.commit(frame(id))
        await storage.commit(frame(10, { body: body(10, 8) }))
        await storage.commit(frame(11, { body: body(11), keepFromId: 8 }))
        const recovered = await reopen()
        expect(recovered.frames[0]?.id).toBe(8)
        expect(recovered.frames.map(({ id }) => id).slice(-4)).toEqual([8, 9, 10, 11])
      })

      it('keep a body that is a view of a larger buffer, and leave its neighbours alone', async () => {
        await storage.open()
        const whole = new Uint8Array(1000).fill(7)
        const inner = body(1)
        whole.set(inner, 100)
        await storage.commit(frame(1, { body: whole.subarray(100, 100 + inner.length) }))
        expect(whole[0]).toBe(7)
        const recovered = await reopen()
        expect(Buffer.from(recovered.frames[0]?.body ?? [])).toEqual(Buffer.from(inner))
      })
    })

    describe('outbox', () => {
      it('gives rows back in the order they were put, with their versions', async () => {
        const { epoch } = await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1', { eventTimeMs: 60_000 }), put('b', '2')] }))
        await storage.commit(frame(2, { outbox: [put('c', null), put(null, '4')] }))
        const rows = await storage.readOutbox(all)
        expect(plain(rows)).toEqual([
          ['a', '1', 1, 0],
          ['b', '2', 1, 1],
          ['c', null, 2, 0],
          [null, '4', 2, 1],
        ])
        expect(rows[0]).toMatchObject({
          destination: 'kafka:results',
          mode: 'upsert',
          query: 'q1',
          eventTimeMs: 60_000,
          createdAtMs: 1_700_000_000_001,
        })
        expect(rows.every((row) => row.version.epoch === epoch)).toBe(true)
        expect(rows[3]?.eventTimeMs).toBeNull()
      })

      it('survives the process', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1')] }))
        const before = await storage.readOutbox(all)
        await reopen()
        expect(await storage.readOutbox(all)).toEqual(before)
      })

      it('replaces a pending upsert row of the same key, with a new place in the order', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1'), put('b', '1')] }))
        const [first] = await storage.readOutbox(all)
        await storage.commit(frame(2, { outbox: [put('a', '2'), put('a', '3')] }))
        const rows = await storage.readOutbox(all)
        expect(plain(rows)).toEqual([
          ['b', '1', 1, 1],
          ['a', '3', 2, 1],
        ])
        expect(rows[1]?.seq).toBeGreaterThan(rows[0]?.seq ?? 0)
        expect(rows[1]?.seq).not.toBe(first?.seq)
      })

      it('keeps every append row, and rows of the same key elsewhere', async () => {
        await storage.open()
        const append = { mode: 'append' } as const
        const elsewhere = { destination: 'kafka:other' }
        await storage.commit(frame(1, { outbox: [put('a', '1', append), put('a', '2', append), put('a', '3', elsewhere), put('a', '4')] }))
        expect(plain(await storage.readOutbox(all)).map((row) => row[1])).toEqual(['1', '2', '4'])
        expect(plain(await storage.readOutbox({ ...all, destination: 'kafka:other' })).map((row) => row[1])).toEqual(['3'])
        expect(await storage.readOutbox({ ...all, destination: 'kafka:none' })).toEqual([])
      })

      it('reads on from a place, up to a number of rows and bytes, and at least one row', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: ['a', 'b', 'c', 'd'].map((key) => put(key, 'x'.repeat(100))) }))
        const rows = await storage.readOutbox({ ...all, rowsMax: 2 })
        expect(rows.length).toBe(2)
        const rest = await storage.readOutbox({ ...all, afterSeq: rows[1]?.seq ?? 0 })
        expect(plain(rest).map((row) => row[0])).toEqual(['c', 'd'])
        expect((await storage.readOutbox({ ...all, bytesMax: 1 })).length).toBe(1)
        expect((await storage.readOutbox({ ...all, bytesMax: 400 })).length).toBe(2)
      })

      it('deletes what was acknowledged, but not a newer version of it', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1'), put('b', '1')] }))
        const [a, b] = (await storage.readOutbox(all)) as [OutboxRow, OutboxRow]
        // While the answer for a was on its way, a newer version of it was put.
        await storage.commit(frame(2, { outbox: [put('a', '2')], outboxDeletes: [a, b] }))
        expect(plain(await storage.readOutbox(all))).toEqual([['a', '2', 2, 0]])
        const [newer] = (await storage.readOutbox(all)) as [OutboxRow]
        await storage.commit(frame(3, { outboxDeletes: [{ seq: newer.seq, version: { ...newer.version, ordinal: 9 } }] }))
        expect((await storage.readOutbox(all)).length).toBe(1)
        await storage.commit(frame(4, { outboxDeletes: [newer] }))
        await reopen()
        expect(await storage.readOutbox(all)).toEqual([])
      })

      it('never uses a place twice, not even after the newest row went and the process with it', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1')] }))
        const [a] = (await storage.readOutbox(all)) as [OutboxRow]
        await storage.commit(frame(2, { outboxDeletes: [a] }))
        await reopen()
        await storage.commit(frame(3, { outbox: [put('b', '1')] }))
        expect((await storage.readOutbox(all))[0]?.seq).toBeGreaterThan(a.seq)
      })

      it('can delete acknowledged rows apart from a frame', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1'), put('b', '1')] }))
        const [a] = (await storage.readOutbox(all)) as [OutboxRow]
        await storage.deleteOutbox?.([a])
        expect(plain(await storage.readOutbox(all))).toEqual([['b', '1', 1, 1]])
        await storage.commit(frame(2))
      })

      it('counts rows and bytes by destination', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '12345'), put('b', null), put('a', '1', { destination: 'kafka:other' })] }))
        await storage.commit(frame(2, { outbox: [put('a', '1234567')] }))
        const before = await storage.outboxStats()
        const results = before.find(({ destination }) => destination === 'kafka:results')
        expect(results).toMatchObject({ rows: 2, oldestAtMs: 1_700_000_000_001 })
        const [b] = (await storage.readOutbox(all)) as [OutboxRow]
        await storage.commit(frame(3, { outboxDeletes: [b] }))
        await reopen()
        const after = (await storage.outboxStats()).find(({ destination }) => destination === 'kafka:results')
        expect(after).toMatchObject({ rows: 1, oldestAtMs: 1_700_000_000_002 })
        expect((results?.bytes ?? 0) - (after?.bytes ?? 0)).toBe(after === undefined ? 0 : after.bytes - 7)
      })

      it('drops pending rows from either end until the bytes are gone', async () => {
        await storage.open()
        await storage.commit(frame(1, { outbox: ['a', 'b', 'c', 'd', 'e'].map((key) => put(key, 'x')) }))
        const each = ((await storage.outboxStats())[0]?.bytes ?? 0) / 5
        expect(await storage.dropOutbox('kafka:results', each + 1, 'oldest')).toBe(2)
        expect(await storage.dropOutbox('kafka:results', 1, 'newest')).toBe(1)
        expect(await storage.dropOutbox('kafka:none', 1, 'newest')).toBe(0)
        await reopen()
        expect(plain(await storage.readOutbox(all)).map((row) => row[0])).toEqual(['c', 'd'])
      })
    })

    describe('dead letters', () => {
      const letter = (more: Partial<DeadLetter> = {}): DeadLetter => ({ reason: 'decode', text: 'no JSON', origin: 'plant/1', ...more })

      it('are kept by reason and origin, newest first, with their count and the last sample', async () => {
        await storage.open()
        const sample = Uint8Array.of(1, 2)
        await storage.commit(frame(1, { deadLetters: [letter(), letter({ text: 'again', sample }), letter({ reason: 'late' })] }))
        await storage.commit(frame(2, { deadLetters: [letter({ text: 'once more', sample: 'row', pipeline: '' })] }))
        const letters = await storage.readDeadLetters(10)
        expect(letters.map(({ reason, count, text }) => [reason, count, text])).toEqual([
          ['decode', 3, 'once more'],
          ['late', 1, 'no JSON'],
        ])
        expect(letters[0]?.sample).toBe('row')
        expect(letters[0]?.atMs).toBe(1_700_000_000_002)
        await reopen()
        expect((await storage.readDeadLetters(1)).map(({ count }) => count)).toEqual([3])
      })
    })

    describe('faults', () => {
      it.each([
        ['ENOSPC', 'S0105'],
        ['EROFS', 'S0106'],
      ] as const)('%s at a commit: nothing is written, and the same frame can be tried again', async (error, code) => {
        storage = disk.create([{ call: 'commit', nth: 2, times: 2, error }])
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1')] }))
        const second = frame(2, {
          outbox: [put('a', '2'), put('b', '2', { destination: 'kafka:new', query: 'q2' })],
          deadLetters: [{ reason: 'late', text: 't', origin: 'o' }],
        })
        const expected = Buffer.from(second.body)
        for (let n = 0; n < 2; n++) {
          await expect(storage.commit(second)).rejects.toMatchObject({ code, retriable: true })
          expect(plain(await storage.readOutbox(all))).toEqual([['a', '1', 1, 0]])
          expect(await storage.readDeadLetters(10)).toEqual([])
        }
        await storage.commit(second)
        expect(plain(await storage.readOutbox(all))).toEqual([['a', '2', 2, 0]])
        expect((await storage.readOutbox({ ...all, destination: 'kafka:new' })).length).toBe(1)
        const recovered = await reopen()
        expect(Buffer.from(recovered.frames[1]?.body ?? [])).toEqual(expected)
      })

      it('EIO at a commit: it fails, and so does every call after it', async () => {
        storage = disk.create([{ call: 'commit', nth: 2, error: 'EIO' }])
        await storage.open()
        await storage.commit(frame(1))
        const second = storage.commit(frame(2))
        const third = storage.commit(frame(3))
        await expect(second).rejects.toMatchObject({ code: 'S0107', retriable: false })
        await expect(third).rejects.toMatchObject({ code: 'S0107' })
        await expect(storage.readOutbox(all)).rejects.toMatchObject({ code: 'S0107' })
        await expect(storage.commit(frame(2))).rejects.toMatchObject({ code: 'S0107' })
        const recovered = await reopen()
        expect(recovered.lastId).toBe(1)
      })

      it.each(['readOutbox', 'deleteOutbox', 'dropOutbox'] as const)('EIO at %s is fatal as well', async (call) => {
        storage = disk.create([{ call, nth: 1, error: 'EIO' }])
        await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1')] }))
        const calls = {
          readOutbox: () => storage.readOutbox(all),
          deleteOutbox: () => storage.deleteOutbox?.([]),
          dropOutbox: () => storage.dropOutbox('kafka:results', 1, 'oldest'),
        }
        await expect(calls[call]()).rejects.toMatchObject({ code: 'S0107' })
        await expect(storage.commit(frame(2))).rejects.toMatchObject({ code: 'S0107' })
      })

      it('a second owner is refused at once', async () => {
        await storage.open()
        const second = disk.create()
        await expect(second.open()).rejects.toMatchObject({ code: 'S0101' })
        await second.close()
        await storage.commit(frame(1))
      })

      it('calls before open are refused', async () => {
        await expect(storage.commit(frame(1))).rejects.toMatchObject({ retriable: false })
      })

      it('calls after close are refused, until it is opened again', async () => {
        const { epoch } = await storage.open()
        await storage.commit(frame(1, { outbox: [put('a', '1')] }))
        await storage.close()
        await expect(storage.commit(frame(2))).rejects.toMatchObject({ retriable: false })
        expect(await storage.open()).toMatchObject({ epoch, lastId: 1, losses: [] })
        await storage.commit(frame(2))
        expect((await storage.readOutbox(all)).length).toBe(1)
        await storage.close()
        await storage.close()
      })
    })
  })
}
