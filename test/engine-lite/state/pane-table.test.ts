import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field } from '../../../src/engine-lite/contract/state.js'
import { PaneStateTable } from '../../../src/engine-lite/state/pane-table.js'
import { load, sealed, TableHistory } from './tables.js'

const LAYOUT: readonly Field[] = [
  { name: 'count', storage: 'f64', initial: 0 },
  { name: 'last', storage: 'value', initial: null },
]
const make = () => new PaneStateTable(LAYOUT)
const starts = (table: PaneStateTable) => table.panes.map((pane) => pane.startMs)

describe('a pane table', () => {
  it('keeps open panes ascending by start, however they come', () => {
    const table = make()
    for (const startMs of [60_000, 0, 120_000, -60_000, 60_000]) table.open(startMs)
    expect(starts(table)).toEqual([-60_000, 0, 60_000, 120_000])
    expect(table.find(0)?.startMs).toBe(0)
    expect(table.find(1)).toBeUndefined()
    table.drop(60_000)
    table.drop(60_000)
    expect(starts(table)).toEqual([-60_000, 0, 120_000])
    expect(table.find(60_000)).toBeUndefined()
  })

  it('opens a pane empty, even in the arrays of a dropped one', () => {
    const table = make()
    const pane = table.open(0)
    for (let slot = 0; slot < 300; slot++) {
      pane.add(slot)
      ;(pane.columns[0] as Float64Array)[slot] = 5
      ;(pane.columns[1] as unknown[])[slot] = 'x'
    }
    table.drop(0)
    const next = table.open(60_000)
    expect([next.startMs, next.count, next.has(7)]).toEqual([60_000, 0, false])
    next.add(7)
    expect(next.columns.map((column) => column[7])).toEqual([0, null])
  })

  it('restores a pane without slots, and forgets one that was dropped', () => {
    const table = make()
    table.open(0)
    table.open(60_000)
    const first = sealed(table)
    table.drop(0)
    const second = sealed(table)
    const restored = make()
    load(restored, [first, second])
    expect(starts(restored)).toEqual([60_000])
    expect(sealed(restored)).toBeUndefined()
  })

  it('holds only the new slots of a pane that was dropped and opened again within one frame', () => {
    const table = make()
    table.open(0).add(1)
    const first = sealed(table)
    table.drop(0)
    table.open(0).add(2)
    const restored = make()
    load(restored, [first, sealed(table)])
    expect([restored.find(0)?.has(1), restored.find(0)?.has(2)]).toEqual([false, true])
  })

  it('finds every pane among a thousand', () => {
    const table = make()
    for (let i = 999; i >= 0; i--) table.open(i * 7)
    for (let i = 0; i < 1000; i++) expect(table.find(i * 7)?.startMs).toBe(i * 7)
    expect(table.find(3)).toBeUndefined()
  })

  it('equals a plain map of maps after any history of frames, snapshots and restarts', () => {
    const step = fc.record({
      do: fc.constantFrom('add', 'add', 'add', 'change', 'change', 'remove', 'open', 'drop', 'frame', 'begin', 'restart'),
      startMs: fc.integer({ min: -2, max: 4 }),
      slot: fc.integer({ min: 0, max: 100 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 100 }), (steps, bytesMax) => {
        const history = new TableHistory(make, bytesMax)
        let durable = new Map<number, Map<number, number>>()
        let model = new Map<number, Map<number, number>>()
        const copy = (panes: typeof model) => new Map([...panes].map(([startMs, pane]) => [startMs, new Map(pane)]))
        let n = 0
        for (const { do: action, startMs, slot } of steps) {
          const { table } = history
          n++
          if (action === 'open' || action === 'add') {
            const pane = table.open(startMs)
            if (!model.has(startMs)) model.set(startMs, new Map())
            if (action === 'add') {
              pane.add(slot)
              model.get(startMs)?.set(slot, 0)
            }
          } else if (action === 'change') {
            const pane = table.find(startMs)
            if (pane?.has(slot) !== true) continue
            ;(pane.columns[0] as Float64Array)[slot] = n
            pane.touch(slot)
            model.get(startMs)?.set(slot, n)
          } else if (action === 'remove') {
            table.find(startMs)?.remove(slot)
            model.get(startMs)?.delete(slot)
          } else if (action === 'drop') {
            table.drop(startMs)
            model.delete(startMs)
          } else if (action === 'restart') {
            history.restart()
            model = copy(durable)
          } else {
            history.frame(action === 'begin')
            durable = copy(model)
          }
          expect(starts(history.table)).toEqual([...model.keys()].sort((a, b) => a - b))
          for (const pane of history.table.panes) {
            const expected = model.get(pane.startMs) as Map<number, number>
            expect(pane.count).toBe(expected.size)
            for (const [held, value] of expected) expect([pane.has(held), pane.columns[0]?.[held]]).toEqual([true, value])
          }
        }
      }),
      { numRuns: 400 },
    )
  })
})
