import type { Counter, MetricGroup } from '../../../src/engine-lite/contract/metric.js'

/** Instruments nobody reads. */
export function noMetrics(): MetricGroup {
  const group: MetricGroup = {
    group: () => group,
    counter: () => new PlainCounter(),
    gauge: () => {},
    histogram: () => ({ record: () => {} }),
  }
  return group
}

class PlainCounter implements Counter {
  value = 0

  add(n: number): void {
    this.value += n
  }
}
