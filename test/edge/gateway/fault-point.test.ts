import { afterEach, describe, expect, it, vi } from 'vitest'
import { deathAt } from '../../../src/edge/gateway/fault-point.js'
import { FaultPlan } from '../../../src/engine-lite/state/storage-faults.js'

const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
afterEach(() => kill.mockClear())

describe('the moment at which a process is to die', () => {
  it('is nowhere unless it is asked for', () => {
    expect(deathAt(undefined)).toEqual({})
  })

  it('is a step of a commit in the engine, counted', () => {
    const { faultPoint, storageDeath } = deathAt('durable:2')
    expect(storageDeath).toBeUndefined()
    for (const name of ['seal', 'sealed', 'durable', 'committed', 'durable'] as const) {
      expect(kill).not.toHaveBeenCalled()
      faultPoint?.(name)
    }
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL')
  })

  it('is a step of a transaction in the storage, counted', () => {
    const { faultPoint, storageDeath } = deathAt('commit:2')
    expect(faultPoint).toBeUndefined()
    const plan = new FaultPlan([], storageDeath)
    for (const point of ['begin', 'commit', 'reply', 'begin', 'commit'] as const) {
      expect(kill).not.toHaveBeenCalled()
      plan.pass(point)
    }
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL')
  })

  it.each(['durable', 'nowhere:1', 'durable:x', ''])('is refused as `%s`, with what there is', (text) => {
    expect(() => deathAt(text)).toThrow(expect.objectContaining({ code: 'C0011', detail: [expect.stringContaining('durable')] }))
  })
})
