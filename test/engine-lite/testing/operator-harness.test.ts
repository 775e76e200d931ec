import { describe, expect, it } from 'vitest'
import type { OperatorFactory } from '../../../src/engine-lite/contract/operator.js'
import { OperatorHarness } from '../../../src/engine-lite/testing/operator-harness.js'
import { playTimeline } from '../../../src/engine-lite/testing/timeline.js'

/** Counts rows, in state or, wrongly, in a field. */
const counter =
  (where: 'state' | 'field'): OperatorFactory =>
  (context, out) => {
    const cell = context.state.cell('count', 0)
    let field = 0
    return {
      process: (_row, kind) => {
        field++
        cell.set(cell.get() + 1)
        out.emit([where === 'state' ? cell.get() : field], kind)
      },
      advance: (watermarkMs) => out.advance(watermarkMs),
    }
  }

/** Never lets go of a key. */
const hoarder: OperatorFactory = (context) => {
  const keys = context.state.keys('keys')
  return { process: (row) => void keys.slotOf(row[0] as string, row), advance: () => {} }
}

describe('the operator harness', () => {
  it('finds an operator that keeps state where a restart forgets it', () => {
    const steps = [{ row: [1] }, { row: [2] }, { row: [3] }]
    expect(playTimeline(() => counter('state'), steps)).toEqual(['+I [1]', '+I [2]', '+I [3]'])
    expect(() => playTimeline(() => counter('field'), steps)).toThrow("played 'every step'")
  })

  it('finds an operator that holds on to keys', () => {
    expect(() => playTimeline(() => hoarder, [{ row: ['a'] }], { empty: true })).toThrow('still holds 1 entries')
  })

  it('forgets alarms with the process', () => {
    const alarmed: OperatorFactory = (context, out) => {
      context.wake(10, () => out.status('idle'))
      return { process: () => {}, advance: () => {} }
    }
    const harness = new OperatorHarness(alarmed)
    harness.restore()
    harness.pass(10)
    expect(harness.take()).toEqual(['idle'])
  })
})
