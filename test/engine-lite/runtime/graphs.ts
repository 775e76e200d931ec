import type { GraphNode, StreamGraph } from '../../../src/engine-lite/contract/graph.js'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import { calc } from '../../../src/engine-lite/operator/calc.js'
import { groupAggregate } from '../../../src/engine-lite/operator/group-aggregate.js'
import type { KeySelector } from '../../../src/engine-lite/operator/key-selector.js'
import { watermarkAssigner } from '../../../src/engine-lite/operator/watermark-assigner.js'
import type { WatermarkConfig } from '../../../src/engine-lite/operator/watermark-config.js'
import { statistics } from '../../../src/engine-lite/testing/aggregates.js'
import { outboxSink } from '../../../src/engine-lite/testing/outbox-sink.js'
import type { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { windowAggregate } from '../../../src/engine-lite/window/window-aggregate.js'

/** Rows of the sources are [device, time, value]. */
export const byDevice: KeySelector = { arity: 1, keyOf: (row) => row[0] as string, valuesOf: (row) => [row[0]] }

export function operator(
  id: string,
  inputs: readonly string[],
  create: Extract<GraphNode, { kind: 'operator' }>['create'],
  signature = id,
): GraphNode {
  return { kind: 'operator', id, name: id, inputs: inputs.map((from) => ({ from })), signature, create }
}

export function watermark(id: string, input: string, more: Partial<WatermarkConfig> = {}): GraphNode {
  return operator(id, [input], watermarkAssigner({ rowtime: 1, watermarkOf: (row) => (row[1] as number) - 2, ...more }))
}

export function tumble(id: string, inputs: readonly string[], sizeMs = 10): GraphNode {
  const window = { kind: 'tumble', sizeMs, offsetMs: 0 } as const
  return operator(
    id,
    inputs,
    windowAggregate({ keys: byDevice, rowtime: 1, window, program: statistics(2, true), windowColumns: ['start'] }),
  )
}

/** Source → watermark → filter of negative values → 10 ms windows (hopping by 5) and running totals → outbox. */
export function windowsAndTotals(source: TestSource): StreamGraph {
  const hop = { kind: 'hop', sizeMs: 10, slideMs: 5, offsetMs: 0 } as const
  return {
    pipeline: 'p',
    nodes: [
      source.node(),
      watermark('watermark', 'source'),
      operator(
        'filter',
        ['watermark'],
        calc((row) => ((row[2] as number) >= 0 ? row : null)),
        '',
      ),
      tumble('tumble', ['filter']),
      operator(
        'hop',
        ['filter'],
        windowAggregate({ keys: byDevice, rowtime: 1, window: hop, program: statistics(2), windowColumns: ['end'] }),
      ),
      operator('totals', ['filter'], groupAggregate({ keys: byDevice, program: statistics(2, true), countField: 0, updateBefore: true })),
      outboxSink([{ from: 'tumble' }], 2, 'tumble-out'),
      outboxSink([{ from: 'hop' }], 2, 'hop-out'),
      outboxSink([{ from: 'totals' }], 1, 'totals-out'),
    ],
  }
}

/** Source → watermark → windows → outbox. */
export function windows(source: TestSource, more: Partial<WatermarkConfig> = {}): StreamGraph {
  return {
    pipeline: 'p',
    nodes: [source.node(), watermark('watermark', 'source', more), tumble('tumble', ['watermark']), outboxSink([{ from: 'tumble' }], 2)],
  }
}

export function reading(device: string, atMs: number | null, value: unknown = 1): Row {
  return [device, atMs, value]
}
