/** A pipeline fails: the frame being filled is given up, but not what the uplink said into it, which is true for good. */
import { describe, expect, it } from 'vitest'
import type { DeadLetter } from '../../../src/engine-lite/contract/operator.js'
import type { OutboxPut } from '../../../src/engine-lite/contract/sink.js'
import { PipelineDriver } from '../../../src/engine-lite/testing/pipeline-driver.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { reading, windows } from './graphs.js'

const REFUSED: DeadLetter = { reason: 'uplink-refused', text: 'the record is too large', origin: 'kafka:out' }
const GAP: OutboxPut = { destination: 'gaps', mode: 'upsert', key: Buffer.of(1), value: Buffer.of(2), query: 'gap', eventTimeMs: null }

/** One window in the outbox, one reading after it in the frame being filled. */
async function oneWindowWaits(source: TestSource, commitMs = 0): Promise<PipelineDriver> {
  const driver = new PipelineDriver({
    graphs: () => [windows(source)],
    commit: { waitingMs: 10 },
    storage: { commitMs: () => commitMs },
  })
  await driver.start()
  source.push([reading('a', 1), reading('a', 15)])
  await driver.run(1_000)
  expect(driver.storage.disk.outbox).toHaveLength(1)
  return driver
}

/** A row that Kafka refuses leaves the outbox and becomes a dead letter; a gap record tells the cloud. */
function refuse(driver: PipelineDriver): void {
  driver.engine.deleteFromOutbox(driver.storage.disk.outbox.map(({ seq, version }) => ({ seq, version })))
  driver.engine.deadLetter(REFUSED)
  driver.engine.put(GAP)
}

async function expectRefusedOnce(driver: PipelineDriver): Promise<void> {
  await driver.run(10_000)
  expect(driver.engine.status()).toMatchObject({ state: 'running', pipelines: [{ state: 'running', restarts: 1 }] })
  expect(await driver.storage.readDeadLetters(10)).toMatchObject([{ ...REFUSED, count: 1 }])
  expect(driver.storage.disk.outbox.map(({ destination }) => destination)).toEqual(['gaps'])
  expect(driver.fatal).toEqual([])
}

describe('a frame that is given up because a pipeline failed', () => {
  it('leaves behind what the uplink did: rows removed, their dead letters, records of gaps', async () => {
    const source = new TestSource('position')
    const driver = await oneWindowWaits(source)
    refuse(driver)
    source.push([reading('a', 16)])
    source.fail(new Error('the cable is out'))
    await expectRefusedOnce(driver)
  })

  it('does so while the frame before it is still being written', async () => {
    const source = new TestSource('position')
    const driver = await oneWindowWaits(source, 100)
    source.push([reading('a', 16)])
    await driver.run(50)
    refuse(driver)
    source.fail(new Error('the cable is out'))
    await expectRefusedOnce(driver)
  })

  it('gives up what operators and sinks put into it', async () => {
    const source = new TestSource('acknowledge')
    const driver = await oneWindowWaits(source)
    source.push([reading('a', 30)])
    await driver.run(1)
    source.fail(new Error('the cable is out'))
    await driver.run(10_000)
    expect(source.acknowledged).toEqual([1, 2])
    expect(driver.storage.disk.outbox).toHaveLength(2)
  })
})
