import { describe, expect, it } from 'vitest'
import { MetricRegistry, nullMetrics, SERIES_MAX } from '../../../src/engine-lite/metrics/registry.js'

describe('the registry of instruments', () => {
  it('prints Prometheus text with labels of the groups', () => {
    const registry = new MetricRegistry()
    const group = registry.group({ gateway: 'g1' })
    const rows = group.group({ pipeline: 'p' }).counter('rows_total', 'Rows taken in.')
    rows.add(2)
    rows.add(3)
    group.gauge('queue_rows', 'Rows that wait.', () => 7)
    const histogram = registry.group().histogram('commit_ms', 'Duration.', [1, 10])
    for (const value of [0.5, 1, 5, 50]) histogram.record(value)
    expect(registry.text()).toBe(
      [
        '# HELP millrace_rows_total Rows taken in.',
        '# TYPE millrace_rows_total counter',
        'millrace_rows_total{gateway="g1",pipeline="p"} 5',
        '# HELP millrace_queue_rows Rows that wait.',
        '# TYPE millrace_queue_rows gauge',
        'millrace_queue_rows{gateway="g1"} 7',
        '# HELP millrace_commit_ms Duration.',
        '# TYPE millrace_commit_ms histogram',
        'millrace_commit_ms_bucket{le="1"} 2',
        'millrace_commit_ms_bucket{le="10"} 3',
        'millrace_commit_ms_bucket{le="+Inf"} 4',
        'millrace_commit_ms_sum 56.5',
        'millrace_commit_ms_count 4',
        '',
      ].join('\n'),
    )
  })

  it('escapes labels and helps', () => {
    const registry = new MetricRegistry()
    registry.group({ topic: 'a"b\\c\nd' }).counter('x', 'one\ntwo').add(1)
    expect(registry.text()).toContain('# HELP millrace_x one\\ntwo')
    expect(registry.text()).toContain('millrace_x{topic="a\\"b\\\\c\\nd"} 1')
  })

  it('gives the same counter to who asks again, and reads the newest gauge', () => {
    const group = new MetricRegistry().group()
    const first = group.counter('x', '')
    first.add(1)
    group.counter('x', '').add(1)
    expect(first.value).toBe(2)
    const registry = new MetricRegistry()
    registry.group().gauge('y', '', () => 1)
    registry.group().gauge('y', '', () => 2)
    expect(registry.text()).toContain('millrace_y 2')
  })

  it('prints what is no number as Prometheus wants it', () => {
    const registry = new MetricRegistry()
    registry.group({ n: '1' }).gauge('x', '', () => Number.NaN)
    registry.group({ n: '2' }).gauge('x', '', () => Number.POSITIVE_INFINITY)
    registry.group({ n: '3' }).gauge('x', '', () => Number.NEGATIVE_INFINITY)
    expect(registry.text().split('\n').slice(2, 5)).toEqual(['millrace_x{n="1"} NaN', 'millrace_x{n="2"} +Inf', 'millrace_x{n="3"} -Inf'])
  })

  it('forgets the instruments of a pipeline that is gone', () => {
    const registry = new MetricRegistry()
    for (const pipeline of ['p', 'q']) registry.group({ pipeline }).counter('x', '').add(1)
    registry.remove({ pipeline: 'p' })
    expect(registry.text()).not.toContain('pipeline="p"')
    expect(registry.text()).toContain('pipeline="q"')
  })

  it('shows no more series of a name than its limit, and counts on all the same', () => {
    const registry = new MetricRegistry()
    for (let i = 0; i < SERIES_MAX; i++) registry.group({ i: `${i}` }).counter('x', '')
    const beyond = registry.group({ i: 'beyond' }).counter('x', '')
    beyond.add(5)
    expect(beyond.value).toBe(5)
    expect(registry.text()).not.toContain('beyond')
  })

  it.each(['Rows', 'rows-total', '1x', ''])('refuses the name %o', (name) => {
    expect(() => new MetricRegistry().group().counter(name, '')).toThrow('not snake case')
  })

  it('refuses one name for two kinds', () => {
    const group = new MetricRegistry().group()
    group.counter('x', '')
    expect(() => group.gauge('x', '', () => 0)).toThrow('is a counter and a gauge')
  })
})

describe('instruments that nobody reads', () => {
  it('count all the same', () => {
    const counter = nullMetrics().group({ a: 'b' }).counter('x', '')
    counter.add(4)
    expect(counter.value).toBe(4)
  })
})
