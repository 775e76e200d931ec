import { describe, expect, it } from 'vitest'
import { MillraceError } from '../../../src/engine-lite/contract/errors/index.js'
import type { StreamGraph } from '../../../src/engine-lite/contract/graph.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import { nullMetrics } from '../../../src/engine-lite/metrics/registry.js'
import { calc } from '../../../src/engine-lite/operator/calc.js'
import { Engine } from '../../../src/engine-lite/runtime/engine.js'
import { nullStorage } from '../../../src/engine-lite/runtime/null-storage.js'
import { contentsByKey, outboxSink } from '../../../src/engine-lite/testing/outbox-sink.js'
import { PipelineDriver } from '../../../src/engine-lite/testing/pipeline-driver.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'
import { operator, reading, tumble, watermark, windows } from './graphs.js'

const QUIET = { debug() {}, info() {}, warn() {}, error() {} }
const fails = (message: string) =>
  calc((row) => {
    if (row[2] === 'bad') throw new RangeError(message)
    return row
  })
const failsForGood = calc((row) => {
  if (row[2] === 'bug') throw new MillraceError('R0001', 'broken')
  return row
})

function through(name: string, source: TestSource, create: ReturnType<typeof calc>): StreamGraph {
  return {
    pipeline: name,
    nodes: [
      source.node(`${name}-source`),
      operator('calc', [`${name}-source`], create, ''),
      outboxSink([{ from: 'calc' }], 1, `${name}-out`),
    ],
  }
}

describe('a bounded run', () => {
  it('lets all windows close at the end, commits, ends the sinks and finishes, with real time and no storage', async () => {
    const out: Row[] = []
    let ended = false
    const source = new TestSource('position')
    source.push(Array.from({ length: 1_000 }, (_, i) => reading(`d${i % 10}`, i * 100, i)))
    source.end()
    const graph: StreamGraph = {
      pipeline: 'p',
      nodes: [
        source.node(),
        watermark('watermark', 'source'),
        operator(
          'calc',
          ['watermark'],
          calc((row) => ((row[2] as number) % 2 === 0 ? row : null)),
          '',
        ),
        tumble('tumble', ['calc'], 10_000),
        {
          kind: 'sink',
          id: 'sink',
          name: 'sink',
          table: 't',
          inputs: [{ from: 'tumble' }],
          create: () => ({
            write: (row) => out.push(row),
            end: () => {
              ended = true
            },
            async close() {},
          }),
        },
      ],
    }
    const engine = new Engine({
      storage: nullStorage(),
      clock: systemClock(),
      metrics: nullMetrics(),
      log: QUIET,
      onFatal: (error) => expect.unreachable(error.message),
    })
    await engine.deploy(graph)
    await engine.start()
    await engine.finished
    expect(ended).toBe(true)
    expect(out).toHaveLength(50)
    expect(out[0]).toEqual(['d0', 0, 10, 450])
    expect(out.reduce((total, row) => total + (row[2] as number), 0)).toBe(500)
    expect(engine.status().pipelines).toMatchObject([{ name: 'p', state: 'finished', watermarkMs: Number.MAX_SAFE_INTEGER }])
    await engine.stop()
    expect(engine.status().state).toBe('stopped')
  })

  it('rejects with the error of a row where rows may not fail', async () => {
    const source = new TestSource('position')
    source.push([reading('a', 1), reading('a', 2, 'bad')])
    source.end()
    const driver = new PipelineDriver({
      graphs: () => [through('p', source, fails('division by zero'))],
      deploy: { onError: 'fail', restart: { kind: 'none' } },
    })
    await driver.start()
    await driver.run(100)
    await expect(driver.engine.finished).rejects.toMatchObject({ code: 'R0101', message: 'division by zero' })
    expect(driver.engine.status().pipelines[0]).toMatchObject({ state: 'stopped', error: { message: 'division by zero' } })
  })
})

describe('a row that fails', () => {
  it('becomes a dead letter with its reason and the row; the good rows go on', async () => {
    const source = new TestSource('acknowledge')
    const driver = new PipelineDriver({ graphs: () => [through('p', source, fails('division by zero'))], commit: { waitingMs: 5 } })
    await driver.start()
    source.push([reading('a', 1), reading('b', 2, 'bad'), reading('c', 3)])
    await driver.run(50)
    expect(driver.storage.disk.deadLetters).toMatchObject([
      { reason: 'expression', text: 'division by zero', origin: 'calc', sample: "['b', 2, 'bad']", pipeline: 'p' },
    ])
    expect(contentsByKey(driver.storage.disk.outbox).size).toBe(2)
    expect(source.acknowledged).toEqual([1])
  })

  it('fails one reader only: others of the same row get it', async () => {
    const source = new TestSource('position')
    const graph: StreamGraph = {
      pipeline: 'p',
      nodes: [
        source.node(),
        operator('bad', ['source'], fails('no'), ''),
        operator(
          'good',
          ['source'],
          calc((row) => row),
          '',
        ),
        outboxSink([{ from: 'bad' }], 1, 'bad-out'),
        outboxSink([{ from: 'good' }], 1, 'good-out'),
      ],
    }
    const driver = new PipelineDriver({ graphs: () => [graph], commit: { waitingMs: 5 } })
    await driver.start()
    source.push([reading('a', 1, 'bad')])
    await driver.run(50)
    expect([...contentsByKey(driver.storage.disk.outbox).keys()]).toEqual(['p/good-out ["a"]'])
  })
})

describe('a pipeline that fails', () => {
  it('takes all pipelines back to the last commit, and repeats nothing', async () => {
    const [first, second] = [new TestSource('position'), new TestSource('position')]
    let broken = true
    const flaky = calc((row) => {
      if (row[2] === 'bug' && broken) {
        broken = false
        throw new MillraceError('R0001', 'broken')
      }
      return row
    })
    const driver = new PipelineDriver({
      graphs: () => [
        through('p', first, flaky),
        through(
          'q',
          second,
          calc((row) => row),
        ),
      ],
      commit: { waitingMs: 20 },
    })
    await driver.start()
    first.push([reading('a', 1)])
    second.push([reading('x', 1)])
    await driver.run(100)
    first.push([reading('a', 2)])
    second.push([reading('x', 2)])
    await driver.run(5)
    first.push([reading('a', 3, 'bug')])
    await driver.run(1)
    expect(driver.engine.status()).toMatchObject({
      state: 'running',
      pipelines: [
        { name: 'p', state: 'restarting', restarts: 1 },
        { name: 'q', state: 'running', restarts: 0 },
      ],
    })
    await driver.run(2_000)
    expect(driver.engine.status().pipelines[0]).toMatchObject({ state: 'running' })
    const contents = contentsByKey(driver.storage.disk.outbox)
    expect(contents.get('p/p-out ["a"]')).toHaveLength(3)
    expect(contents.get('q/q-out ["x"]')).toHaveLength(2)
    expect(driver.fatal).toEqual([])
  })

  it('is left stopped when its restarts are used up; its state is carried on, the others go on', async () => {
    const [first, second] = [new TestSource('position'), new TestSource('position')]
    const bad: StreamGraph = {
      pipeline: 'p',
      nodes: [
        first.node(),
        watermark('watermark', 'source'),
        operator('calc', ['watermark'], failsForGood, ''),
        tumble('tumble', ['calc']),
        outboxSink([{ from: 'tumble' }], 2),
      ],
    }
    const driver = new PipelineDriver({
      graphs: () => [
        bad,
        through(
          'q',
          second,
          calc((row) => row),
        ),
      ],
      commit: { waitingMs: 5 },
      deploy: { restart: { kind: 'fixed-delay', attempts: 2, delayMs: 10 } },
    })
    await driver.start()
    first.push([reading('a', 1), reading('a', 2)])
    await driver.run(50)
    first.push([reading('a', 3, 'bug')])
    await driver.run(200)
    expect(driver.engine.status().pipelines[0]).toMatchObject({ state: 'stopped', restarts: 2, error: { code: 'R0001' } })
    second.push([reading('x', 1)])
    await driver.run(100)
    expect(contentsByKey(driver.storage.disk.outbox).get('q/q-out ["x"]')).toHaveLength(1)
    await expect(driver.engine.finished).rejects.toThrow('broken')
  })

  it('fails when its source cannot go on', async () => {
    const source = new TestSource('position')
    const driver = new PipelineDriver({ graphs: () => [windows(source)], deploy: { restart: { kind: 'none' } } })
    await driver.start()
    source.fail(new Error('file is gone'))
    await driver.run(10)
    expect(driver.engine.status().pipelines[0]).toMatchObject({ state: 'stopped', error: { message: 'file is gone' } })
  })
})

describe('a saved state', () => {
  it('of another plan is refused, with the differences', async () => {
    const source = new TestSource('position')
    const first = new PipelineDriver({ graphs: () => [windows(source)], commit: { waitingMs: 1 } })
    await first.start()
    source.push([reading('a', 1)])
    await first.run(10)
    first.kill()
    const graph = windows(source)
    const changed: StreamGraph = {
      ...graph,
      nodes: graph.nodes.map((node) => (node.kind === 'operator' && node.id === 'tumble' ? { ...node, signature: 'other' } : node)),
    }
    const engine = new Engine({
      storage: first.storage.reopen(),
      clock: first.clock,
      metrics: nullMetrics(),
      log: QUIET,
      onFatal: () => {},
    })
    await engine.deploy(changed)
    await expect(engine.start()).rejects.toMatchObject({ code: 'R0201', detail: ['p/tumble: saved tumble, the plan has other'] })
  })

  it('of a pipeline that is not deployed is carried on for the day it is', async () => {
    const source = new TestSource('position')
    const driver = new PipelineDriver({ graphs: () => [windows(source)], commit: { waitingMs: 1 } })
    await driver.start()
    source.push([reading('a', 1), reading('a', 2)])
    await driver.run(10)
    driver.kill()
    const other = new TestSource('position')
    const without = new Engine({
      storage: driver.storage.reopen(),
      clock: driver.clock,
      metrics: nullMetrics(),
      log: QUIET,
      onFatal: () => {},
      commit: { waitingMs: 1 },
    })
    await without.deploy(
      through(
        'q',
        other,
        calc((row) => row),
      ),
    )
    const started = without.start()
    await driver.settle()
    await started
    other.push([reading('x', 1)])
    for (let i = 0; i < 10; i++) {
      driver.clock.advance(1)
      await driver.settle()
    }
    const stopped = without.stop()
    await driver.settle()
    await stopped
    await driver.restart()
    source.push([reading('a', 20)])
    await driver.run(20)
    expect(contentsByKey(driver.storage.disk.outbox).get('p/sink ["a",0]')).toEqual(['["+I","a",0,2,2]'])
  })
})

describe('stopping', () => {
  it('commits what went in, closes sources, and the next start goes on there', async () => {
    const source = new TestSource('position')
    const driver = new PipelineDriver({ graphs: () => [windows(source)] })
    await driver.start()
    source.push([reading('a', 1)])
    await driver.run(1)
    const stopped = driver.engine.stop()
    await driver.settle()
    await stopped
    expect(source.acknowledged).toEqual([1])
    expect(driver.engine.status().state).toBe('stopped')
    expect(contentsByKey(driver.storage.disk.outbox).size).toBe(0)
    await driver.restart()
    source.push([reading('a', 15)])
    await driver.run(300)
    expect(contentsByKey(driver.storage.disk.outbox).get('p/sink ["a",0]')).toEqual(['["+I","a",0,1,1]'])
  })

  it('while it starts waits for the start', async () => {
    const source = new TestSource('position')
    const driver = new PipelineDriver({ graphs: () => [] })
    await driver.engine.deploy(windows(source))
    const started = driver.engine.start()
    const stopped = driver.engine.stop()
    await driver.settle()
    await Promise.all([started, stopped])
    expect(driver.engine.status().state).toBe('stopped')
  })

  it('with drain lets every window close first', async () => {
    const source = new TestSource('position')
    const driver = new PipelineDriver({ graphs: () => [windows(source)] })
    await driver.start()
    source.push([reading('a', 1)])
    const stopped = driver.engine.stop({ drain: true })
    await driver.run(10)
    await stopped
    expect(contentsByKey(driver.storage.disk.outbox).get('p/sink ["a",0]')).toHaveLength(1)
  })
})

describe('the ledger', () => {
  it('balances: every row that came in is out, dropped by reason, filtered or held', async () => {
    const source = new TestSource('acknowledge')
    const graph: StreamGraph = {
      pipeline: 'p',
      nodes: [
        source.node(),
        watermark('watermark', 'source'),
        operator(
          'filter',
          ['watermark'],
          calc((row) => (row[2] === 'bad' ? failRow() : (row[2] as number) > 0 ? row : null)),
          '',
        ),
        tumble('tumble', ['filter']),
        outboxSink([{ from: 'tumble' }], 2),
      ],
    }
    const driver = new PipelineDriver({ graphs: () => [graph], commit: { waitingMs: 1 } })
    await driver.start()
    source.push([
      reading('a', 1),
      reading('a', 25),
      reading('a', 2),
      reading('a', null),
      reading('a', 26, 'bad'),
      reading('a', 27, -1),
      reading('b', 28),
    ])
    await driver.run(10)
    const check = () => {
      const ledger = driver.engine.ledger('p')
      expect(ledger).toMatchObject({
        rowsIn: 7,
        rowsOut: 1,
        rowsQueued: 0,
        rowsHeld: 2,
        dropped: { late: 1, 'null-rowtime': 1, expression: 1 },
      })
      expect(
        ledger.lines.map(({ node, in: rowsIn, out, dropped }) => [node, rowsIn, out, Object.values(dropped).reduce((a, b) => a + b, 0)]),
      ).toEqual([
        ['source', 7, 7, 0],
        ['watermark', 7, 6, 1],
        ['filter', 6, 4, 1],
        ['tumble', 4, 1, 1],
        ['sink', 1, 1, 0],
      ])
    }
    check()
    driver.kill()
    await driver.run(10)
    check()
  })
})

function failRow(): never {
  throw new RangeError('bad value')
}
