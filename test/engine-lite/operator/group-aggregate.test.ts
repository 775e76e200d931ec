import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupAggregate } from '../../../src/engine-lite/operator/group-aggregate.js'
import type { GroupAggregateConfig } from '../../../src/engine-lite/operator/group-aggregate-config.js'
import { statistics } from '../../../src/engine-lite/testing/aggregates.js'
import { playTimeline, type Step } from '../../../src/engine-lite/testing/timeline.js'

const byDevice = { arity: 1, keyOf: (row: readonly unknown[]) => row[0] as string, valuesOf: (row: readonly unknown[]) => [row[0]] }
/** Rows are [device, value]; results [device, count, sum]. */
const config: GroupAggregateConfig = { keys: byDevice, program: statistics(1, true), countField: 0, updateBefore: true }
const play = (settings: Partial<GroupAggregateConfig>, steps: readonly Step[], options = {}) =>
  playTimeline(() => groupAggregate({ ...config, ...settings }), steps, options)
const INSERT = 0
const UPDATE_BEFORE = 1
const UPDATE_AFTER = 2
const DELETE = 3

describe('GROUP BY without a window', () => {
  it('says +I first, then −U and +U', () => {
    expect(play({}, [{ row: ['a', 1] }, { row: ['b', 5] }, { row: ['a', 2] }])).toEqual([
      "+I ['a', 1, 1]",
      "+I ['b', 1, 5]",
      "-U ['a', 1, 1]",
      "+U ['a', 2, 3]",
    ])
  })

  it('leaves −U out where nobody wants it', () => {
    expect(play({ updateBefore: false }, [{ row: ['a', 1] }, { row: ['a', 2] }])).toEqual(["+I ['a', 1, 1]", "+U ['a', 2, 3]"])
  })

  it('says nothing when the result is the same', () => {
    const equal = (before: readonly unknown[], after: readonly unknown[]) => before[2] === after[2]
    expect(play({ equal }, [{ row: ['a', 1] }, { row: ['a', 0] }])).toEqual(["+I ['a', 1, 1]"])
    const unchanged: Step[] = [{ row: ['a', 1] }, { row: ['a', 0], kind: UPDATE_AFTER }, { row: ['a', 0], kind: UPDATE_BEFORE }]
    expect(play({}, unchanged)).toEqual(["+I ['a', 1, 1]", "-U ['a', 1, 1]", "+U ['a', 2, 1]", "-U ['a', 2, 1]", "+U ['a', 1, 1]"])
  })

  it('deletes a group whose rows are all taken back, and forgets it', () => {
    const steps: Step[] = [
      { row: ['a', 4], kind: INSERT },
      { row: ['a', 4], kind: DELETE },
      { row: ['a', 7], kind: INSERT },
      { row: ['a', 7], kind: UPDATE_BEFORE },
    ]
    expect(play({}, steps, { empty: true })).toEqual(["+I ['a', 1, 4]", "-D ['a', 1, 4]", "+I ['a', 1, 7]", "-D ['a', 1, 7]"])
  })

  it('ignores a row taken back from a group that does not exist', () => {
    expect(play({}, [{ row: ['a', 4], kind: DELETE }], { empty: true })).toEqual([])
  })

  it('has one group without keys, and says nothing before the first row', () => {
    expect(play({ keys: null }, [{ watermark: 5 }, { row: ['a', 4] }, { row: ['b', 5] }])).toEqual([
      'watermark 5',
      '+I [1, 4]',
      '-U [1, 4]',
      '+U [2, 9]',
    ])
  })

  it('is not changed by a row that fails', () => {
    expect(
      play({}, [{ row: ['a', 'x'] }, { row: ['b', 1] }, { row: ['b', 'x'] }, { row: ['b', 1], kind: DELETE }], { empty: true }),
    ).toEqual(['failed x is not a number', "+I ['b', 1, 1]", 'failed x is not a number', "-D ['b', 1, 1]"])
  })

  it('refuses keys beyond the limit', () => {
    expect(play({}, [{ row: ['a', 1] }, { row: ['b', 1] }], { keysMax: 1 })).toEqual(["+I ['a', 1, 1]", 'dead key-limit'])
  })

  it('hands on a changelog that adds up to the groups there are (any input, any restart)', () => {
    const change = fc.record({ device: fc.constantFrom('a', 'b'), value: fc.integer({ min: 0, max: 3 }), add: fc.boolean() })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const held: [string, number][] = []
        const steps: Step[] = []
        for (const { device, value, add } of changes) {
          const at = held.findIndex(([name, number]) => name === device && number === value)
          if (add) held.push([device, value])
          else if (at < 0) continue
          else held.splice(at, 1)
          steps.push({ row: [device, value], kind: add ? INSERT : DELETE })
        }
        const table = new Map<string, string>()
        for (const line of play({}, steps)) {
          const device = line.slice(5, 6)
          if (line.startsWith('+')) table.set(device, line.slice(3))
          else expect(table.get(device)).toBe(line.slice(3))
          if (line.startsWith('-D')) table.delete(device)
        }
        const expected = ['a', 'b'].flatMap((device) => {
          const values = held.filter(([name]) => name === device).map(([, value]) => value)
          return values.length === 0 ? [] : [`['${device}', ${values.length}, ${values.reduce((sum, value) => sum + value, 0)}]`]
        })
        expect([...table.values()].sort()).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })
})
