import { describe, expect, it } from 'vitest'
import { calc } from '../../../src/engine-lite/operator/calc.js'
import { playTimeline } from '../../../src/engine-lite/testing/timeline.js'

describe('filter and projection', () => {
  const create = () => calc((row) => ((row[0] as number) > 1 ? [row[1]] : null))

  it('drops what the filter refuses and projects the rest, keeping kinds', () => {
    expect(playTimeline(create, [{ row: [1, 'a'] }, { row: [2, 'b'], kind: 1 }, { row: [3, 'c'], kind: 2 }])).toEqual([
      "-U ['b']",
      "+U ['c']",
    ])
  })

  it('hands watermarks and statuses on', () => {
    expect(playTimeline(create, [{ watermark: 5 }, { status: 'idle' }, { status: 'active' }])).toEqual(['watermark 5', 'idle', 'active'])
  })

  it('lets a failing row be told by the exception', () => {
    const failing = () =>
      calc(() => {
        throw new RangeError('division by zero')
      })
    expect(playTimeline(failing, [{ row: [1] }])).toEqual(['failed division by zero'])
  })
})
