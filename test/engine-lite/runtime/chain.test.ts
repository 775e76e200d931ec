import { describe, expect, it } from 'vitest'
import type { GraphNode, StreamGraph } from '../../../src/engine-lite/contract/graph.js'
import type { TwoInputOperatorFactory } from '../../../src/engine-lite/contract/operator.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import { calc } from '../../../src/engine-lite/operator/calc.js'
import { PipelineDriver } from '../../../src/engine-lite/testing/pipeline-driver.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { operator, reading, tumble, watermark } from './graphs.js'

function collector(id: string, from: string, out: unknown[], tag?: string): GraphNode {
  return {
    kind: 'sink',
    id,
    name: id,
    table: id,
    inputs: [tag === undefined ? { from } : { from, tag }],
    create: () => ({ write: (row, kind) => out.push([...row, kind]), advance: (watermarkMs) => out.push(watermarkMs), async close() {} }),
  }
}

async function run(nodes: readonly GraphNode[], ...steps: (() => void)[]): Promise<PipelineDriver> {
  const graph: StreamGraph = { pipeline: 'p', nodes }
  const driver = new PipelineDriver({ graphs: () => [graph], commit: { waitingMs: 1 } })
  await driver.start()
  for (const step of steps) {
    step()
    await driver.run(5)
  }
  expect(driver.fatal).toEqual([])
  return driver
}

describe('a chain', () => {
  it('hands a row to every reader, in the order of the graph, with its kind', async () => {
    const source = new TestSource('position')
    const out: unknown[] = []
    await run(
      [
        source.node(),
        operator(
          'double',
          ['source'],
          calc((row) => [(row[0] as number) * 2]),
        ),
        collector('a', 'source', out),
        collector('b', 'double', out),
      ],
      () => source.push([[1], [2]], [0, 3]),
    )
    expect(out).toEqual([
      [2, 0],
      [1, 0],
      [4, 3],
      [2, 3],
    ])
  })

  it('joins several inputs of a node: rows as they come, the smallest watermark', async () => {
    const [left, right] = [new TestSource('position'), new TestSource('position')]
    const out: unknown[] = []
    await run(
      [
        left.node('l'),
        right.node('r'),
        watermark('lw', 'l'),
        watermark('rw', 'r'),
        operator(
          'union',
          ['lw', 'rw'],
          calc((row) => [row[0]]),
        ),
        collector('out', 'union', out),
      ],
      () => left.push([reading('a', 12)]),
      () => right.push([reading('b', 7)]),
      () => right.push([reading('b', 30)]),
      () => left.end(),
      () => right.end(),
    )
    expect(out).toEqual([['a', 0], ['b', 0], 5, ['b', 0], 10, 28, Number.MAX_SAFE_INTEGER])
  })

  it('gives side outputs to who reads them', async () => {
    const source = new TestSource('position')
    const [late, main]: unknown[][] = [[], []]
    const driver = await run(
      [
        source.node(),
        watermark('wm', 'source'),
        tumble('win', ['wm']),
        collector('main', 'win', main as unknown[]),
        collector('late', 'win', late as unknown[], 'late'),
      ],
      () => source.push([reading('a', 1), reading('a', 25), reading('a', 2)]),
    )
    expect(late).toEqual([-1, 23, ['a', 2, 1, 0]])
    expect(driver.storage.disk.deadLetters).toEqual([])
    expect(driver.engine.ledger('p').lines.find(({ node }) => node === 'late')).toMatchObject({ in: 1, out: 1 })
  })

  it('keeps rows of a side output that nobody reads among the dead letters', async () => {
    const source = new TestSource('position')
    const driver = await run([source.node(), watermark('wm', 'source'), tumble('win', ['wm']), collector('main', 'win', [])], () =>
      source.push([reading('a', 25), reading('a', 2)]),
    )
    expect(driver.storage.disk.deadLetters).toMatchObject([{ reason: 'late', origin: 'win', sample: "['a', 2, 1]", pipeline: 'p' }])
  })

  it('feeds operators of two inputs by side, with the smaller of both watermarks', async () => {
    const [left, right] = [new TestSource('position'), new TestSource('position')]
    const out: unknown[] = []
    const tagger: TwoInputOperatorFactory = (_context, output) => ({
      processLeft: (row, kind) => output.emit(['left', ...row], kind),
      processRight: (row, kind) => output.emit(['right', ...row], kind),
      advance: (watermarkMs) => output.advance(watermarkMs),
    })
    const both: GraphNode = {
      kind: 'two-input',
      id: 'both',
      name: 'both',
      create: tagger,
      left: [{ from: 'lw' }],
      right: [{ from: 'rw' }],
      signature: '',
    }
    await run(
      [left.node('l'), right.node('r'), watermark('lw', 'l'), watermark('rw', 'r'), both, collector('out', 'both', out)],
      () => left.push([reading('a', 12)]),
      () => right.push([reading('b', 7)]),
    )
    expect(out).toEqual([['left', 'a', 12, 1, 0], ['right', 'b', 7, 1, 0], 5])
  })

  it('lets an idle source not hold back the other', async () => {
    const [left, right] = [new TestSource('position'), new TestSource('position')]
    const out: unknown[] = []
    const driver = await run(
      [
        left.node('l'),
        right.node('r'),
        watermark('lw', 'l', { idleTimeoutMs: 100 }),
        watermark('rw', 'r', { idleTimeoutMs: 100 }),
        operator(
          'union',
          ['lw', 'rw'],
          calc(() => null),
        ),
        collector('out', 'union', out),
      ],
      () => left.push([reading('a', 12)]),
      () => right.push([reading('b', 7)]),
    )
    for (let i = 0; i < 4; i++) {
      await driver.run(50)
      left.push([reading('a', 20 + i)])
    }
    await driver.run(50)
    expect(out.slice(0, 2)).toEqual([5, 18])
  })

  it('collects dead letters of sources before their rows', async () => {
    const rows: Row[] = [reading('a', 1)]
    const out: unknown[] = []
    const node: GraphNode = {
      kind: 'source',
      id: 'source',
      name: 'source',
      table: 't',
      create: (context) => ({
        async start() {
          context.deliver({ rows, bytes: 10, letters: [{ reason: 'decode', text: 'no JSON', origin: 'topic' }] })
        },
        pause() {},
        resume() {},
        async close() {},
      }),
    }
    const driver = await run([node, collector('out', 'source', out)])
    await driver.run(10_000)
    expect(driver.storage.disk.deadLetters).toMatchObject([{ reason: 'decode', origin: 'topic' }])
    expect(driver.engine.ledger('p')).toMatchObject({ rowsIn: 2, dropped: { decode: 1 } })
    expect(out).toHaveLength(1)
  })
})
