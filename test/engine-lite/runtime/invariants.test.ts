import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import { FAULT_POINTS } from '../../../src/engine-lite/runtime/engine-options.js'
import { contentsByKey } from '../../../src/engine-lite/testing/outbox-sink.js'
import { type Kill, PipelineDriver } from '../../../src/engine-lite/testing/pipeline-driver.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { operator, reading, watermark, windows, windowsAndTotals } from './graphs.js'

const kills: fc.Arbitrary<Kill[]> = fc.array(fc.record({ point: fc.constantFrom(...FAULT_POINTS), nth: fc.integer({ min: 1, max: 10 }) }), {
  maxLength: 5,
})

describe('I1: no acknowledgement precedes its durable commit', () => {
  it('acknowledges only what is on the disk, and in the end everything', async () => {
    await fc.assert(
      fc.asyncProperty(kills, fc.integer({ min: 0, max: 9 }), async (schedule, commitMs) => {
        const source = new TestSource('acknowledge')
        const driver = new PipelineDriver(
          { graphs: () => [windowsAndTotals(source)], commit: { waitingMs: 5 }, storage: { commitMs: () => commitMs } },
          schedule,
        )
        // The running totals put a row into the outbox for every reading: what is acknowledged must be there.
        source.onAcknowledge = (batch) => {
          const values = [...contentsByKey(driver.storage.disk.outbox).values()].flat()
          expect(values.some((value) => value.includes(`"d${batch}"`))).toBe(true)
        }
        await driver.start()
        for (let i = 1; i <= 12; i++) {
          source.push([reading(`d${i}`, i)])
          await driver.run(3)
        }
        await driver.run(200)
        expect(new Set(source.acknowledged).size).toBe(12)
        expect(driver.fatal).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('acknowledges nothing while commits hang', async () => {
    const source = new TestSource('acknowledge')
    const driver = new PipelineDriver({ graphs: () => [windows(source)], commit: { waitingMs: 5 }, storage: { commitMs: () => 1_000_000 } })
    await driver.start()
    for (let i = 0; i < 5; i++) source.push([reading('a', i)])
    await driver.run(10_000)
    expect(source.acknowledged).toEqual([])
  })
})

describe('I4: commit ids rise by one and never come from a clock', () => {
  it('counts on after kills and clock steps', async () => {
    const clock = new SimulatedClock()
    const source = new TestSource('position')
    const driver = new PipelineDriver({ graphs: () => [windows(source)], commit: { waitingMs: 1, idleMs: 1 }, clock })
    await driver.start()
    for (let i = 0; i < 20; i++) {
      source.push([reading('a', i)])
      clock.stepWall((i % 2 === 0 ? -1 : 1) * 1e9)
      await driver.run(5)
      if (i % 5 === 4) driver.kill()
    }
    await driver.run(10)
    const ids = driver.storage.disk.frames.map(({ id }) => id)
    expect(ids).toEqual(ids.map((_, i) => (ids[0] as number) + i))
    expect(driver.engine.status().lastCommitId).toBe(ids.at(-1))
  })
})

describe('I5: a watermark never goes back', () => {
  it('at any operator, through kills and rows out of order', async () => {
    await fc.assert(
      fc.asyncProperty(kills, fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 25 }), async (schedule, times) => {
        const source = new TestSource('position')
        let seen: number[] = []
        const spy = () =>
          operator('spy', ['watermark'], (context, out) => {
            let last = context.timers.watermarkMs
            seen = []
            return {
              process: (row, kind) => out.emit(row, kind),
              advance: (watermarkMs) => {
                expect(watermarkMs).toBeGreaterThan(last)
                last = watermarkMs
                seen.push(watermarkMs)
                out.advance(watermarkMs)
              },
            }
          })
        const graph = () => ({
          pipeline: 'p',
          nodes: [
            source.node(),
            watermark('watermark', 'source'),
            spy(),
            {
              kind: 'sink' as const,
              id: 'sink',
              name: 'sink',
              table: 't',
              inputs: [{ from: 'spy' }],
              create: () => ({ write() {}, async close() {} }),
            },
          ],
        })
        const driver = new PipelineDriver({ graphs: () => [graph()], commit: { waitingMs: 2, idleMs: 2 } }, schedule)
        await driver.start()
        for (const atMs of times) {
          source.push([reading('a', atMs)])
          await driver.run(3)
        }
        expect(driver.fatal).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

describe('I8: wall-clock steps change no result of an event-time operator', () => {
  it('whatever the steps', async () => {
    const run = async (steps: readonly number[]) => {
      const clock = new SimulatedClock()
      const source = new TestSource('position')
      const driver = new PipelineDriver({
        graphs: () => [windows(source, { idleTimeoutMs: 50, whenSilentMs: 40, silentLimitMs: 10, silentGraceMs: 0 })],
        commit: { waitingMs: 5 },
        clock,
      })
      await driver.start()
      for (let i = 0; i < 20; i++) {
        source.push([reading('a', i * 4), reading('b', i * 4 + 1)])
        clock.stepWall(steps[i % Math.max(1, steps.length)] ?? 0)
        await driver.run(4)
      }
      await driver.run(300)
      return contentsByKey(driver.storage.disk.outbox)
    }
    const straight = await run([])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1_800_000_000_000, max: 1_800_000_000_000 }), { minLength: 1, maxLength: 10 }),
        async (steps) => {
          expect(await run(steps)).toEqual(straight)
        },
      ),
      { numRuns: 15 },
    )
  })
})

describe('I2: results and the state they came from are durable together', () => {
  it('after every frame the outbox holds exactly the windows that the state no longer does', async () => {
    const source = new TestSource('position')
    const rows: Row[][] = Array.from({ length: 30 }, (_, i) => [reading('a', i * 3)])
    const driver = new PipelineDriver({ graphs: () => [windows(source)], commit: { waitingMs: 1, idleMs: 1 } })
    await driver.start()
    for (const [i, batch] of rows.entries()) {
      source.push(batch)
      await driver.run(5)
      // A restart from here neither repeats nor loses a window.
      if (i % 4 === 0) driver.kill()
    }
    source.end()
    await driver.run(50)
    const contents = contentsByKey(driver.storage.disk.outbox)
    expect([...contents.values()].every((versions) => versions.length === 1)).toBe(true)
    const counted = [...contents.values()].flat().reduce((total, value) => total + ((JSON.parse(value) as unknown[])[3] as number), 0)
    expect(counted).toBe(30)
  })
})
