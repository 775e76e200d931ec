import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { SimulatedStorage } from '../../../src/engine-lite/testing/simulated-storage.js'
import { frame, put } from '../../contract/storage-port.suite.js'

async function turn(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

describe('a simulated disk', () => {
  it('answers a commit when its time has passed, one after the other', async () => {
    const clock = new SimulatedClock()
    const storage = new SimulatedStorage(clock, { commitMs: () => 5 })
    await storage.open()
    const answered: number[] = []
    for (const id of [1, 2]) storage.commit(frame(id)).then(() => answered.push(id))
    for (const expected of [[], [1], [1, 2]]) {
      await turn()
      expect(answered).toEqual(expected)
      expect(storage.durableId).toBe(expected.length)
      clock.advance(5)
    }
  })

  it.each([0, 1])('loses what was not answered when the power is cut, or all but %d commits of it', async (written) => {
    const clock = new SimulatedClock()
    const storage = new SimulatedStorage(clock, { commitMs: () => 5 })
    await storage.open()
    let answers = 0
    storage.commit(frame(1, { outbox: [put('a', '1')] })).then(() => answers++)
    await turn()
    clock.advance(5)
    await turn()
    storage.commit(frame(2, { outbox: [put('a', '2')] })).then(() => answers++)
    await turn()
    storage.cut(written)
    clock.advance(100)
    await turn()
    expect(answers).toBe(1)
    const next = storage.reopen({ commitMs: () => 0 })
    expect((await next.open()).lastId).toBe(1 + written)
    const rows = await next.readOutbox({ destination: 'kafka:results', afterSeq: 0, rowsMax: 10, bytesMax: 1000 })
    expect(rows.map((row) => row.version.commitId)).toEqual([1 + written])
    await next.commit(frame(2 + written))
  })
})
