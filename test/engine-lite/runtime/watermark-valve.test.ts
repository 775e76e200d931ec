import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WATERMARK_MAX_MS, WATERMARK_MIN_MS } from '../../../src/engine-lite/contract/row.js'
import { WatermarkValve } from '../../../src/engine-lite/runtime/watermark-valve.js'

function valve(channels: number, resultMs = WATERMARK_MIN_MS, recovered?: readonly number[]) {
  const said: (number | string)[] = []
  const joined = new WatermarkValve(recovered ?? new Array<number>(channels).fill(WATERMARK_MIN_MS), resultMs, {
    advance: (watermarkMs) => said.push(watermarkMs),
    status: (status) => said.push(status),
  })
  return { joined, said }
}

describe('a union of inputs', () => {
  it('has the smallest watermark of all, once every input has one', () => {
    const { joined, said } = valve(2)
    joined.advance(0, 10)
    expect(said).toEqual([])
    joined.advance(1, 5)
    joined.advance(1, 20)
    joined.advance(0, 15)
    expect(said).toEqual([5, 10, 15])
  })

  it('does not wait for an idle input', () => {
    const { joined, said } = valve(2)
    joined.advance(0, 10)
    joined.status(1, 'idle')
    expect(said).toEqual([10])
    joined.advance(1, 12)
    expect(said).toEqual([10])
  })

  it('counts an input that comes back only when it has caught up', () => {
    const { joined, said } = valve(2)
    joined.status(1, 'idle')
    joined.advance(0, 10)
    joined.status(1, 'active')
    joined.advance(1, 5)
    joined.advance(0, 20)
    expect(said).toEqual([10, 20])
    joined.advance(1, 30)
    joined.advance(0, 40)
    expect(said).toEqual([10, 20, 30])
  })

  it('lets the largest watermark out when all are idle, and wakes with the first', () => {
    const { joined, said } = valve(2)
    joined.advance(0, 5)
    joined.advance(1, 9)
    joined.status(1, 'idle')
    joined.status(0, 'idle')
    expect(said).toEqual([5, 9, 'idle'])
    joined.status(0, 'active')
    expect(said).toEqual([5, 9, 'idle', 'active'])
  })

  it('ends when all inputs have ended, not when one has and the others are idle', () => {
    const { joined, said } = valve(2)
    joined.advance(0, 5)
    joined.advance(1, 5)
    joined.advance(0, WATERMARK_MAX_MS)
    joined.status(1, 'idle')
    expect(said).toEqual([5, 'idle'])
    joined.status(1, 'active')
    joined.advance(1, WATERMARK_MAX_MS)
    expect(said.at(-1)).toBe(WATERMARK_MAX_MS)
  })

  it('goes on after a restart from what was saved', () => {
    const { joined, said } = valve(2, 10, [10, 25])
    joined.advance(0, 20)
    joined.advance(0, 30)
    expect(said).toEqual([20, 25])
    expect([joined.watermarkOf(0), joined.watermarkOf(1)]).toEqual([30, 25])
  })

  it('never goes back, whatever the inputs do', () => {
    const step = fc.record({
      channel: fc.nat(2),
      watermarkMs: fc.integer({ min: 0, max: 100 }),
      status: fc.constantFrom(null, 'idle' as const, 'active' as const),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { joined, said } = valve(3)
        for (const { channel, watermarkMs, status } of steps) {
          if (status === null) joined.advance(channel, watermarkMs)
          else joined.status(channel, status)
        }
        const watermarks = said.filter((each) => typeof each === 'number')
        expect(watermarks).toEqual([...new Set(watermarks)].sort((a, b) => a - b))
      }),
    )
  })
})
