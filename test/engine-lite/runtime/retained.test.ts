import { describe, expect, it } from 'vitest'
import type { StreamGraph } from '../../../src/engine-lite/contract/graph.js'
import type { Recovered } from '../../../src/engine-lite/contract/storage.js'
import { contentsByKey, outboxSink } from '../../../src/engine-lite/testing/outbox-sink.js'
import { PipelineDriver } from '../../../src/engine-lite/testing/pipeline-driver.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { reading, tumble, watermark } from './graphs.js'

function windowsOf(pipeline: string, source: TestSource): StreamGraph {
  return {
    pipeline,
    nodes: [source.node(), watermark('watermark', 'source'), tumble('tumble', ['watermark']), outboxSink([{ from: 'tumble' }], 2)],
  }
}

/** Two pipelines in mid-window, killed; then a process that deploys only q. `recovered` is what its storage gave it. */
async function startWithout() {
  const [p, q] = [new TestSource('position'), new TestSource('position')]
  let graphs = [windowsOf('p', p), windowsOf('q', q)]
  const driver = new PipelineDriver({ graphs: () => graphs, commit: { waitingMs: 5 } })
  await driver.start()
  p.push([reading('a', 1), reading('a', 2), reading('b', 3)])
  q.push([reading('x', 1)])
  await driver.run(50)
  driver.kill()
  graphs = [windowsOf('q', q)]
  const recovered: Recovered[] = []
  const { disk } = driver.storage
  const recover = disk.recover.bind(disk)
  disk.recover = () => {
    recovered.push(recover())
    return recovered[recovered.length - 1] as Recovered
  }
  await driver.restart()
  return { driver, p, q, recovered }
}

describe('state of a pipeline that is not deployed', () => {
  it('is found when the pipeline is deployed while the engine runs, before any frame and after many', async () => {
    for (const rows of [0, 1, 20]) {
      const { driver, p, q } = await startWithout()
      for (let n = 0; n < rows; n++) {
        q.push([reading('x', 2)])
        await driver.run(20)
      }
      const deployed = driver.engine.deploy(windowsOf('p', p))
      await driver.settle()
      await deployed
      p.push([reading('a', 4), reading('a', 50)])
      await driver.run(50)
      expect(contentsByKey(driver.storage.disk.outbox).get('p/sink ["a",0]')).toEqual([expect.stringContaining('3')])
      expect(driver.fatal).toEqual([])
    }
  })

  it('is kept apart from the frames it was recovered from: their bytes may go once there is a new frame', async () => {
    const { driver, p, q, recovered } = await startWithout()
    q.push([reading('x', 2)])
    await driver.run(50)
    for (const { frames } of recovered) for (const { body } of frames) body.fill(0xff)
    const deployed = driver.engine.deploy(windowsOf('p', p))
    await driver.settle()
    await deployed
    p.push([reading('a', 4), reading('a', 50)])
    await driver.run(50)
    expect(contentsByKey(driver.storage.disk.outbox).get('p/sink ["a",0]')).toEqual([expect.stringContaining('3')])
    expect(driver.fatal).toEqual([])
  })
})
