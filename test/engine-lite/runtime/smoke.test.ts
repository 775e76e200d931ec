import { describe, expect, it } from 'vitest'
import type { AggregateProgram } from '../../../src/engine-lite/contract/aggregate.js'
import type { StreamGraph } from '../../../src/engine-lite/contract/graph.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import type { SourceContext } from '../../../src/engine-lite/contract/source.js'
import { MetricRegistry } from '../../../src/engine-lite/metrics/registry.js'
import { calc } from '../../../src/engine-lite/operator/calc.js'
import { watermarkAssigner } from '../../../src/engine-lite/operator/watermark-assigner.js'
import { Engine } from '../../../src/engine-lite/runtime/engine.js'
import { nullStorage } from '../../../src/engine-lite/runtime/null-storage.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'
import { windowAggregate } from '../../../src/engine-lite/window/window-aggregate.js'

const countSum: AggregateProgram = {
  layout: [
    { name: 'count', storage: 'f64', initial: 0 },
    { name: 'sum', storage: 'f64', initial: 0 },
  ],
  arity: 2,
  source: '',
  add(columns, slot, row) {
    ;(columns[0] as Float64Array)[slot]! += 1
    ;(columns[1] as Float64Array)[slot]! += row[2] as number
  },
  result(columns, slot, into, at) {
    into[at] = (columns[0] as Float64Array)[slot]
    into[at + 1] = (columns[1] as Float64Array)[slot]
  },
}

describe('an engine', () => {
  it('runs a bounded source through filter and window to its end', async () => {
    const out: Row[] = []
    let context: SourceContext | undefined
    const graph: StreamGraph = {
      pipeline: 'p',
      nodes: [
        {
          kind: 'source',
          id: 'source',
          name: 'readings',
          table: 'readings',
          create: (c) => {
            context = c
            return {
              async start() {
                const rows: Row[] = []
                for (let i = 0; i < 1000; i++) rows.push([`d${i % 10}`, i * 100, i])
                c.deliver({ rows, bytes: 1000 })
                c.end()
              },
              pause() {},
              resume() {},
              async close() {},
            }
          },
        },
        {
          kind: 'operator',
          id: 'wm',
          name: 'watermark',
          signature: 'wm',
          inputs: [{ from: 'source' }],
          create: watermarkAssigner({ rowtime: 1, watermarkOf: (row) => (row[1] as number) - 1000 }),
        },
        {
          kind: 'operator',
          id: 'calc',
          name: 'calc',
          signature: '',
          inputs: [{ from: 'wm' }],
          create: calc((row) => ((row[2] as number) % 2 === 0 ? row : null)),
        },
        {
          kind: 'operator',
          id: 'win',
          name: 'window',
          signature: 'w',
          inputs: [{ from: 'calc' }],
          create: windowAggregate({
            keys: { arity: 1, keyOf: (row) => row[0] as string, valuesOf: (row) => [row[0]] },
            rowtime: 1,
            window: { kind: 'tumble', sizeMs: 10_000, offsetMs: 0 },
            program: countSum,
            windowColumns: ['start', 'end'],
          }),
        },
        {
          kind: 'sink',
          id: 'sink',
          name: 'out',
          table: 'out',
          inputs: [{ from: 'win' }],
          create: () => ({
            write: (row) => {
              out.push(row)
            },
            async close() {},
          }),
        },
      ],
    }
    const engine = new Engine({
      storage: nullStorage(),
      clock: systemClock(),
      metrics: new MetricRegistry().group(),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      onFatal: (e) => {
        throw e
      },
    })
    await engine.deploy(graph)
    await engine.start()
    await engine.finished
    expect(out.length).toBe(50)
    expect(out[0]).toEqual(['d0', 0, 10000, 10, 450])
    expect(out.reduce((n, r) => n + (r[3] as number), 0)).toBe(500)
    console.log(JSON.stringify(engine.ledger('p')), engine.status())
    await engine.stop()
    expect(context).toBeDefined()
  })
})
