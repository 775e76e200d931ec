import { describe, expect, it } from 'vitest'
import { playTimeline } from '../../../src/engine-lite/testing/timeline.js'
import { windowTvf } from '../../../src/engine-lite/window/window-tvf.js'

describe('a window table function without aggregation', () => {
  it('adds the bounds of the window to every row and keeps its kind', () => {
    const create = () =>
      windowTvf({ rowtime: 1, window: { kind: 'tumble', sizeMs: 10, offsetMs: 0 }, windowColumns: ['start', 'end', 'time'] })
    expect(playTimeline(create, [{ row: ['a', 13] }, { row: ['b', -1], kind: 2 }])).toEqual([
      "+I ['a', 13, 10, 20, 19]",
      "+U ['b', -1, -10, 0, -1]",
    ])
  })

  it('repeats a row for every hop window it lies in, the latest first', () => {
    const create = () => windowTvf({ rowtime: 1, window: { kind: 'hop', sizeMs: 10, slideMs: 5, offsetMs: 0 }, windowColumns: ['start'] })
    expect(playTimeline(create, [{ row: ['a', 12] }])).toEqual(["+I ['a', 12, 10]", "+I ['a', 12, 5]"])
  })

  it('lets late rows pass, and sets those without event time aside', () => {
    const create = () => windowTvf({ rowtime: 1, window: { kind: 'tumble', sizeMs: 10, offsetMs: 0 }, windowColumns: ['start'] })
    expect(playTimeline(create, [{ watermark: 100 }, { row: ['a', 3] }, { row: ['a', null] }])).toEqual([
      'watermark 100',
      "+I ['a', 3, 0]",
      'dead null-rowtime',
    ])
  })
})
