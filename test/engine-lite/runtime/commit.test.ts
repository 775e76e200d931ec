import { describe, expect, it } from 'vitest'
import { contentsByKey } from '../../../src/engine-lite/testing/outbox-sink.js'
import { PipelineDriver } from '../../../src/engine-lite/testing/pipeline-driver.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { reading, windows } from './graphs.js'

async function started(
  source: TestSource,
  options: Partial<ConstructorParameters<typeof PipelineDriver>[0]> = {},
): Promise<PipelineDriver> {
  const driver = new PipelineDriver({ graphs: () => [windows(source)], ...options })
  await driver.start()
  return driver
}
const lastId = (driver: PipelineDriver) => driver.engine.status().lastCommitId

describe('how often to commit', () => {
  it('is not at all while nothing happens', async () => {
    const driver = await started(new TestSource('acknowledge'))
    await driver.run(60_000)
    expect(lastId(driver)).toBe(0)
  })

  it('is not when operators only look at the clock', async () => {
    const source = new TestSource('position')
    const silence = { idleTimeoutMs: 100, whenSilentMs: 1_000, silentLimitMs: 10, silentGraceMs: 0 }
    const driver = await started(source, { graphs: () => [windows(source, silence)] })
    source.push([reading('a', 1)])
    await driver.run(20_000)
    const before = lastId(driver)
    await driver.run(600_000)
    expect(lastId(driver)).toBe(before)
    expect(driver.storage.disk.outbox).toHaveLength(1)
  })

  it('is stretched by a budget of bytes per day', async () => {
    const count = async (bytesPerDayMax: number) => {
      const source = new TestSource('acknowledge')
      const driver = await started(source, { commit: { waitingMs: 10, bytesPerDayMax } })
      for (let i = 0; i < 100; i++) {
        source.push([reading('a', i)])
        await driver.run(20)
      }
      return lastId(driver)
    }
    expect(await count(0)).toBeGreaterThan(90)
    expect(await count(100_000_000)).toBeLessThan(20)
  })

  it.each([
    ['balanced', 200],
    ['latency', 15],
  ] as const)('is after the interval of `%s` while an acknowledgement waits', async (mode, intervalMs) => {
    const source = new TestSource('acknowledge')
    const driver = await started(source, { commit: { mode } })
    source.push([reading('a', 1)])
    await driver.run(intervalMs - 1)
    expect(lastId(driver)).toBe(0)
    source.push([reading('a', 2)])
    await driver.run(2)
    expect(lastId(driver)).toBe(1)
    expect(source.acknowledged).toEqual([1, 2])
  })

  it('is at once when somebody asks', async () => {
    const source = new TestSource('acknowledge')
    const driver = await started(source)
    source.push([reading('a', 1)])
    await driver.settle()
    driver.engine.requestSeal()
    await driver.settle()
    expect(source.acknowledged).toEqual([1])
  })

  it('is at once when the frame is full', async () => {
    const source = new TestSource('acknowledge')
    const driver = await started(source, { commit: { bytesMax: 100 } })
    source.push(Array.from({ length: 10 }, (_, i) => reading('a', i)))
    await driver.settle()
    expect(source.acknowledged).toEqual([1])
  })

  it('is when 1,000 deletes of the uplink wait, or the first of them for a second', async () => {
    const source = new TestSource('position')
    const driver = await started(source, { commit: { waitingMs: 10 } })
    source.push([reading('a', 1), reading('b', 1), reading('a', 15)])
    await driver.run(50)
    const refs = driver.storage.disk.outbox.map(({ seq, version }) => ({ seq, version }))
    expect(refs).toHaveLength(2)
    const before = lastId(driver)
    driver.engine.deleteFromOutbox(refs.slice(0, 1))
    await driver.run(999)
    expect(lastId(driver)).toBe(before)
    await driver.run(2)
    expect(lastId(driver)).toBe(before + 1)
    expect(driver.storage.disk.outbox).toHaveLength(1)
    expect(driver.storage.disk.frames.at(-1)?.body).toHaveLength(0)
    driver.engine.deleteFromOutbox(Array.from({ length: 1_000 }, () => refs[1] as (typeof refs)[number]))
    await driver.settle()
    expect(driver.storage.disk.outbox).toHaveLength(0)
  })
})

describe('one frame in flight while the next is filled', () => {
  it('commits in groups: what came during a slow commit goes with the next one', async () => {
    const source = new TestSource('acknowledge')
    const driver = await started(source, { commit: { waitingMs: 1 }, storage: { commitMs: () => 100 } })
    source.push([reading('a', 1)])
    await driver.run(10)
    for (let i = 2; i <= 50; i++) source.push([reading('a', i)])
    await driver.run(60)
    expect(source.acknowledged).toEqual([])
    await driver.run(600)
    expect(source.acknowledged).toHaveLength(50)
    expect(lastId(driver)).toBe(2)
  })

  it('takes no more when both are full, pauses the sources, and goes on after the answer', async () => {
    const source = new TestSource('acknowledge')
    const driver = await started(source, { commit: { bytesMax: 40 }, limits: { queueRowsMax: 6 }, storage: { commitMs: () => 100 } })
    for (let i = 0; i < 12; i++) source.push([reading('a', i), reading('b', i)])
    await driver.run(10)
    expect(driver.engine.status()).toMatchObject({ paused: true, queueRows: 20 })
    expect(source.paused).toBe(true)
    await driver.run(5_000)
    expect(source.paused).toBe(false)
    expect(source.acknowledged).toHaveLength(12)
    expect(driver.engine.status()).toMatchObject({ paused: false, queueRows: 0 })
  })
})

describe('a disk that refuses', () => {
  it.each(['ENOSPC', 'EROFS'] as const)(
    'with %s keeps the frame, acknowledges nothing, says so, and goes on when it can',
    async (error) => {
      const source = new TestSource('acknowledge')
      const driver = await started(source, { commit: { waitingMs: 5 }, storage: { faults: [{ call: 'commit', nth: 1, times: 3, error }] } })
      source.push([reading('a', 1), reading('a', 15)])
      await driver.run(100)
      expect(driver.engine.status().degraded).toMatchObject({ code: error === 'ENOSPC' ? 'S0105' : 'S0106' })
      expect(source.acknowledged).toEqual([])
      await driver.run(60_000)
      expect(driver.engine.status().degraded).toBeNull()
      expect(source.acknowledged).toEqual([1])
      expect(contentsByKey(driver.storage.disk.outbox).get('p/sink ["a",0]')).toHaveLength(1)
      expect(driver.fatal).toEqual([])
    },
  )

  it('lets the deletes of the uplink go first, since they make the space', async () => {
    const source = new TestSource('acknowledge')
    const driver = await started(source, {
      commit: { waitingMs: 5 },
      storage: { faults: [{ call: 'commit', nth: 2, times: 2, error: 'ENOSPC' }] },
    })
    source.push([reading('a', 1), reading('a', 15)])
    await driver.run(50)
    const refs = driver.storage.disk.outbox.map(({ seq, version }) => ({ seq, version }))
    source.push([reading('a', 16)])
    await driver.run(50)
    driver.engine.deleteFromOutbox(refs)
    await driver.run(1_100)
    expect(driver.storage.disk.outbox).toHaveLength(0)
    expect(driver.engine.status().degraded).not.toBeNull()
    await driver.run(60_000)
    expect(source.acknowledged).toEqual([1, 2])
  })

  it('with EIO ends the process without an acknowledgement', async () => {
    const source = new TestSource('acknowledge')
    const driver = await started(source, { commit: { waitingMs: 5 }, storage: { faults: [{ call: 'commit', nth: 1, error: 'EIO' }] } })
    source.push([reading('a', 1)])
    await driver.run(1_000)
    expect(driver.fatal).toMatchObject([{ code: 'S0107' }])
    expect(source.acknowledged).toEqual([])
    expect(driver.engine.status().state).toBe('failed')
    source.push([reading('a', 2)])
    await driver.run(1_000)
    expect(lastId(driver)).toBe(0)
  })
})
