import { describe, expect, it } from 'vitest'
import { MetricRegistry } from '../../../src/engine-lite/metrics/registry.js'
import { EmittedGuard } from '../../../src/engine-lite/runtime/emitted-guard.js'

const said: string[] = []
const log = { debug() {}, info() {}, warn: (_: object, message: string) => said.push(message), error() {} }
const put = (eventTimeMs: number | null, query = 'q', destination = 'kafka:t') => ({
  destination,
  mode: 'upsert' as const,
  key: null,
  value: null,
  query,
  eventTimeMs,
})

describe('results after state was lost', () => {
  it('are held back up to the mark of what was sent, counted and said', () => {
    const registry = new MetricRegistry()
    const guard = new EmittedGuard(registry.group(), log)
    guard.learn([{ destination: 'kafka:t', query: 'q', eventTimeMs: 60_000 }])
    expect(guard.holdsBack(put(59_000))).toBe(true)
    expect(guard.holdsBack(put(60_000))).toBe(true)
    expect(guard.holdsBack(put(60_001))).toBe(false)
    expect(registry.text()).toContain('millrace_results_held_back_total 2')
    expect(said).toHaveLength(1)
  })

  it('go out for another query, another destination, or without a time', () => {
    const guard = new EmittedGuard(new MetricRegistry().group(), log)
    guard.learn([{ destination: 'kafka:t', query: 'q', eventTimeMs: 60_000 }])
    expect(guard.holdsBack(put(1, 'other'))).toBe(false)
    expect(guard.holdsBack(put(1, 'q', 'kafka:u'))).toBe(false)
    expect(guard.holdsBack(put(null))).toBe(false)
  })

  it('all go out where nothing was lost', () => {
    const guard = new EmittedGuard(new MetricRegistry().group(), log)
    guard.learn([])
    expect(guard.holdsBack(put(1))).toBe(false)
  })
})
