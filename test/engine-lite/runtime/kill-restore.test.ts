import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import { FAULT_POINTS } from '../../../src/engine-lite/runtime/engine-options.js'
import { contentsByKey } from '../../../src/engine-lite/testing/outbox-sink.js'
import { type Kill, PipelineDriver } from '../../../src/engine-lite/testing/pipeline-driver.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { windowsAndTotals } from './graphs.js'

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.integer({ min: 0, max: 80 }),
  fc.integer({ min: -1, max: 9 }),
)
const batches = fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 15 })
const kills: fc.Arbitrary<Kill[]> = fc.array(fc.record({ point: fc.constantFrom(...FAULT_POINTS), nth: fc.integer({ min: 1, max: 8 }) }), {
  minLength: 1,
  maxLength: 4,
})

interface Played {
  readonly contents: Map<string, string[]>
  readonly driver: PipelineDriver
  readonly source: TestSource
}

async function play(input: readonly Row[][], schedule: readonly Kill[], commitMs: number): Promise<Played> {
  const source = new TestSource('position')
  const driver = new PipelineDriver(
    {
      graphs: () => [windowsAndTotals(source)],
      commit: { waitingMs: 3, idleMs: 10 },
      // Every emission of more than two keys takes several slices, with frames in between.
      limits: { emitKeysMax: 2 },
      storage: { commitMs: () => commitMs },
    },
    schedule,
  )
  await driver.start()
  for (const batch of input) {
    source.push(batch)
    await driver.run(2)
  }
  source.end()
  await driver.run(500)
  return { contents: contentsByKey(driver.storage.disk.outbox), driver, source }
}

describe('kill −9 at any step of any commit', () => {
  it('leaves the same contents per key, in the same order, as a run without', async () => {
    await fc.assert(
      fc.asyncProperty(batches, kills, fc.constantFrom(0, 4), async (input, schedule, commitMs) => {
        const straight = await play(input, [], commitMs)
        const killed = await play(input, schedule, commitMs)
        expect(killed.driver.fatal).toEqual([])
        expect(killed.contents).toEqual(straight.contents)
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  it.each(FAULT_POINTS)('happens at %s, and is survived', async (point) => {
    const input = Array.from({ length: 12 }, (_, i) => [['a', i * 7, i] as Row, ['b', i * 7 + 1, 1] as Row])
    const straight = await play(input, [], 4)
    const killed = await play(
      input,
      [
        { point, nth: 1 },
        { point, nth: 3 },
      ],
      4,
    )
    expect(killed.driver.kills).toBe(2)
    expect(killed.contents).toEqual(straight.contents)
  })

  it('may or may not have written the commit in flight: both go on to the same contents', async () => {
    const input = Array.from({ length: 12 }, (_, i) => [['a', i * 7, i] as Row])
    const straight = await play(input, [], 4)
    for (const written of [0, 1]) {
      const source = new TestSource('position')
      const driver = new PipelineDriver({
        graphs: () => [windowsAndTotals(source)],
        commit: { waitingMs: 3 },
        storage: { commitMs: () => 4 },
      })
      await driver.start()
      for (const [i, batch] of input.entries()) {
        source.push(batch)
        await driver.run(2)
        if (i % 3 === 2) driver.kill(written)
      }
      source.end()
      await driver.run(500)
      expect(contentsByKey(driver.storage.disk.outbox)).toEqual(straight.contents)
    }
  })

  it('finds the emission of a long window where it stopped', async () => {
    const input = [Array.from({ length: 30 }, (_, i) => [`d${i}`, 1, 1] as Row), [['late', 100, 1] as Row]]
    const straight = await play(input, [], 0)
    for (let nth = 1; nth <= 6; nth++) {
      const killed = await play(input, [{ point: 'sealed', nth }], 0)
      expect(killed.contents).toEqual(straight.contents)
    }
  })
})
