import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StateTable } from '../../../src/engine-lite/contract/state.js'
import { StateCell } from '../../../src/engine-lite/state/cell.js'
import { FrameSealer } from '../../../src/engine-lite/state/frame-sealer.js'
import { KeyStateTable } from '../../../src/engine-lite/state/key-table.js'
import { loadTable } from '../../../src/engine-lite/state/operator-state.js'
import { type RestoredState, restoreState } from '../../../src/engine-lite/state/restore.js'
import { RetainedTable } from '../../../src/engine-lite/state/retained-table.js'
import { SlotStateTable } from '../../../src/engine-lite/state/slot-table.js'
import { type NamedTable, SnapshotSchedule } from '../../../src/engine-lite/state/snapshots.js'

const OPTIONS = { sliceBytesMax: 200, changelogBytesMin: 500 }

/** Two tables, sealed into frames that are stored as a database would, dropping what is not needed. */
class Run {
  readonly keys = new KeyStateTable(10_000)
  readonly sums = new SlotStateTable([{ name: 'sum', storage: 'f64', initial: 0 }])
  readonly schedule: SnapshotSchedule
  readonly sealer: FrameSealer
  frames: { id: number; body: Uint8Array }[]
  lastId: number
  positionOf: (id: number) => unknown = (id) => ({ offset: id })

  constructor(frames: { id: number; body: Uint8Array }[] = [], lastId = 0) {
    const restored = restoreState({ frames })
    for (const [name, sections] of restored.nodes.get('p/n') ?? []) loadTable(this.tables.get(name) as StateTable, sections)
    this.schedule = new SnapshotSchedule(OPTIONS, restored.history)
    this.sealer = new FrameSealer(this.schedule)
    this.frames = frames
    this.lastId = lastId
  }

  get tables(): Map<string, StateTable> {
    return new Map<string, StateTable>([
      ['keys', this.keys],
      ['sums', this.sums],
    ])
  }

  change(key: string, sum: number): void {
    const slot = this.keys.slotOf(key, [key])
    if (!this.sums.has(slot)) this.sums.add(slot)
    ;(this.sums.columns[0] as Float64Array)[slot] = sum
    this.sums.touch(slot)
  }

  commit(extra: readonly NamedTable[] = []): void {
    const id = ++this.lastId
    const tables: NamedTable[] = [...this.tables].map(([name, table]) => [`p/n/${name}`, table])
    const { body, keepFromId } = this.sealer.seal({
      id,
      sealedAtMs: id,
      tables: [...tables, ...extra],
      positions: new Map([['source', this.positionOf(id)]]),
      watermarks: new Map([['p/w', id - (id % 10)]]),
      signatures: new Map([['p/n', 'sum']]),
    })
    this.frames.push({ id, body })
    this.frames = this.frames.filter((frame) => frame.id >= keepFromId)
    this.keys.committed()
  }

  get content(): Map<unknown, unknown> {
    const content = new Map<unknown, unknown>()
    for (let slot = 0; slot < this.keys.slotLimit; slot++) {
      if (this.sums.has(slot)) content.set(this.keys.valuesOf(slot)[0], this.sums.columns[0]?.[slot])
    }
    return content
  }
}

function expectRestored(run: Run, from = run.frames): RestoredState {
  const again = new Run(from, run.lastId)
  expect(again.content).toEqual(run.content)
  return restoreState({ frames: from })
}

describe('snapshots', () => {
  it('begin once the changelog outweighs the last one, and end with a marker', () => {
    const run = new Run()
    let began = 0
    for (let n = 1; n <= 200; n++) {
      run.change(`key-${n % 50}`, n)
      const before = run.schedule.running
      run.commit()
      if (!before && run.schedule.running) began++
      expectRestored(run)
    }
    expect(began).toBeGreaterThan(2)
    expect(run.schedule.snapshotBytes).toBeGreaterThan(0)
    expect(run.schedule.changelogBytes).toBeLessThan(run.schedule.snapshotBytes + OPTIONS.changelogBytesMin + 2000)
  })

  it('keep the frames of two generations, so that a restore without the newest snapshot succeeds as well', () => {
    const run = new Run()
    for (let n = 1; n <= 300; n++) {
      run.change(`key-${n % 50}`, n)
      run.commit()
    }
    const newest = restoreState({ frames: run.frames }).history.firstId
    expect(run.frames[0]?.id).toBeLessThan(newest)
    expect(run.frames[0]?.id).toBeGreaterThan(1)
    // Everything up to the frame before the newest snapshot was complete is a state of its own.
    const completed = run.frames.filter((frame) => frame.id < newest + 1)
    const older = restoreState({ frames: completed })
    expect(older.history.firstId).toBe(run.frames[0]?.id)
    expect(older.positions.get('source')).toEqual({ offset: completed.at(-1)?.id })
  })

  it('keep the older generation over a restart as well', () => {
    const run = new Run()
    for (let n = 1; n <= 300; n++) {
      run.change(`key-${n % 50}`, n)
      run.commit()
    }
    const again = new Run(run.frames, run.lastId)
    again.change('key-1', 0)
    again.commit()
    expect(again.frames[0]?.id).toBe(run.frames[0]?.id)
    expectRestored(again)
  })

  it('hold all positions, watermarks and signatures, although most frames leave out what did not change', () => {
    const run = new Run()
    run.positionOf = () => ({ offset: 'unchanged' })
    for (let n = 1; n <= 300; n++) {
      run.change(`key-${n % 50}`, n)
      run.commit()
      const restored = expectRestored(run)
      expect(restored.positions.get('source')).toEqual({ offset: 'unchanged' })
      expect(restored.watermarks.get('p/w')).toBe(n - (n % 10))
      expect(restored.signatures.get('p/n')).toBe('sum')
    }
    expect(restoreState({ frames: run.frames }).history.firstId).toBeGreaterThan(1)
  })

  it('notice a position that was changed in place', () => {
    const run = new Run()
    const position = { offset: 1 }
    run.positionOf = () => position
    run.commit()
    position.offset = 2
    run.commit()
    expect(restoreState({ frames: run.frames }).positions.get('source')).toEqual({ offset: 2 })
  })

  it('go on after a restart from where the schedule was', () => {
    let run = new Run()
    for (let n = 1; n <= 300; n++) {
      run.change(`key-${n % 50}`, n)
      run.commit()
      if (n % 7 === 0) run = new Run(run.frames, run.lastId)
    }
    expectRestored(run)
    expect(run.frames.length).toBeLessThan(250)
  })

  it('carry the state of a stopped pipeline on', () => {
    const stopped = new StateCell<unknown>(null)
    stopped.set({ precious: true })
    const first = new Run()
    first.commit([['stopped/n/cell', stopped]])
    const sections = restoreState({ frames: first.frames }).nodes.get('stopped/n')?.get('cell') as Uint8Array[]
    const run = new Run(first.frames, first.lastId)
    const retained: NamedTable = ['stopped/n/cell', new RetainedTable(sections)]
    for (let n = 1; n <= 300; n++) {
      run.change(`key-${n % 50}`, n)
      run.commit([retained])
    }
    expect(run.frames[0]?.id).toBeGreaterThan(1)
    const again = new StateCell<unknown>(null)
    loadTable(again, restoreState({ frames: run.frames }).nodes.get('stopped/n')?.get('cell') ?? [])
    expect(again.get()).toEqual({ precious: true })
  })

  it('leave out a pipeline that was removed while they ran', () => {
    const run = new Run()
    const cells = Array.from({ length: 50 }, (_, n): NamedTable => [`gone/n/${n}`, new StateCell('x'.repeat(100))])
    for (let n = 1; n <= 20; n++) {
      run.change(`key-${n}`, n)
      run.commit(n < 10 ? cells : [])
    }
    for (let n = 1; n <= 100; n++) {
      run.change(`key-${n % 50}`, n)
      run.commit()
    }
    expectRestored(run)
    expect(run.schedule.snapshotBytes).toBeLessThan(50 * 100)
  })

  it('restore the same state after a kill at any commit, whatever was changed', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer(), fc.constantFrom('change', 'change', 'free', 'commit', 'kill'))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        let run = new Run()
        let durable = new Map<unknown, unknown>()
        for (const [key, sum, action] of steps) {
          if (action === 'change') run.change(`key-${key}`, sum)
          if (action === 'free') {
            const slot = run.keys.find(`key-${key}`)
            if (slot >= 0) {
              run.sums.remove(slot)
              run.keys.free(slot)
            }
          }
          if (action === 'commit') {
            run.commit()
            durable = run.content
          }
          if (action === 'kill') {
            run = new Run(run.frames, run.lastId)
            expect(run.content).toEqual(durable)
          }
        }
        run.commit()
        expectRestored(run)
      }),
      { numRuns: 200 },
    )
  })
})
