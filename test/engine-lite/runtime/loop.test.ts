import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/engine-lite/contract/row.js'
import { Emissions } from '../../../src/engine-lite/runtime/emissions.js'
import type { SourceInlet } from '../../../src/engine-lite/runtime/host.js'
import { IngestQueue } from '../../../src/engine-lite/runtime/ingest-queue.js'
import { Loop } from '../../../src/engine-lite/runtime/loop.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'

/** A loop whose one source writes down what happens, with rows that cost time and rows that start an emission. */
function setUp(options: { readonly turnRowsMax?: number; readonly rowCostMs?: number } = {}) {
  const clock = new SimulatedClock()
  const log: string[] = []
  const emissions = new Emissions()
  const queue = new IngestQueue({ queueRowsMax: 1_000, queueBytesMax: 1e9 }, (paused) => log.push(paused ? 'pause' : 'resume'))
  const state = { mayFill: true, full: false, timerMs: Number.POSITIVE_INFINITY }
  const loop = new Loop(clock, { turnRowsMax: options.turnRowsMax ?? 100, turnMsMax: 2 }, queue, emissions, {
    mayFill: () => state.mayFill,
    isFull: () => state.full,
    applied: () => log.push('applied'),
    touched: () => {},
    nextTimerMs: () => state.timerMs,
    fireTimers: () => {
      state.timerMs = Number.POSITIVE_INFINITY
      log.push('timer')
    },
    sealIfDue: () => {
      log.push('seal?')
      return Number.POSITIVE_INFINITY
    },
    turned: () => {},
    fatal: (error) => {
      throw error
    },
  })
  const source: SourceInlet = {
    open: true,
    feed: (delivery, from, to) => {
      let at = from
      do {
        const row = delivery.rows[at] as Row
        log.push(`row ${row[0]}`)
        clock.advance(options.rowCostMs ?? 0)
        if (row[0] === 'close') {
          let slices = 3
          emissions.push(
            () => {
              log.push(`slice ${slices}`)
              return --slices === 0
            },
            () => {},
          )
        }
        at++
      } while (at < to && emissions.count === 0)
      return at
    },
    begin: () => {},
    applied: () => {},
    status: (status) => log.push(status),
    failed: () => {},
    pause: () => {},
    resume: () => {},
  }
  const push = (...names: string[]) => {
    queue.push({ source, delivery: { rows: names.map((name) => [name]), bytes: names.length }, status: null })
    loop.wake()
  }
  const turn = () => {
    log.length = 0
    clock.runSoon()
    return log.slice()
  }
  loop.start()
  clock.runSoon()
  return { clock, loop, emissions, queue, state, source, push, turn, log }
}

describe('a turn of the loop', () => {
  it('takes rows, then timers, then asks whether to seal', () => {
    const { push, turn, state } = setUp()
    push('a', 'b')
    state.timerMs = 0
    expect(turn()).toEqual(['row a', 'row b', 'applied', 'timer', 'seal?'])
  })

  it('takes at most so many rows, and never seals within a delivery', () => {
    const { push, turn } = setUp({ turnRowsMax: 2 })
    push('a', 'b', 'c')
    expect(turn()).toEqual(['row a', 'row b'])
    expect(turn()).toEqual(['row c', 'applied', 'seal?'])
  })

  it('ends after its time', () => {
    const { push, turn } = setUp({ rowCostMs: 1 })
    for (let i = 0; i < 5; i++) push(`${i}`)
    expect(turn()).toEqual(['row 0', 'applied', 'row 1', 'applied', 'seal?'])
    expect(turn()).toEqual(['row 2', 'applied', 'row 3', 'applied', 'seal?'])
  })

  it('runs one slice of an emission a turn and admits no row, wake or timer before it is done', () => {
    const { push, turn, loop, state, log } = setUp()
    push('a', 'close', 'b')
    expect(turn()).toEqual(['row a', 'row close', 'slice 3'])
    loop.post(() => log.push('wake'))
    state.timerMs = 0
    expect(turn()).toEqual(['slice 2'])
    expect(turn()).toEqual(['slice 1'])
    expect(turn()).toEqual(['wake', 'row b', 'applied', 'timer', 'seal?'])
  })

  it('may seal between two slices when the delivery is through', () => {
    const { push, turn } = setUp()
    push('close')
    push('b')
    expect(turn()).toEqual(['row close', 'applied', 'slice 3', 'seal?'])
    expect(turn()).toEqual(['slice 2', 'seal?'])
  })

  it('answers commit replies first, even during an emission', () => {
    const { push, turn, loop, log } = setUp()
    push('close')
    turn()
    loop.reply(() => log.push('reply'))
    expect(turn()).toEqual(['reply', 'slice 2', 'seal?'])
  })

  it('takes nothing while both frames are full, and no further delivery into a full one', () => {
    const { push, turn, state, loop } = setUp()
    state.mayFill = false
    push('a')
    expect(turn()).toEqual(['seal?'])
    state.mayFill = true
    state.full = true
    loop.wake()
    expect(turn()).toEqual(['seal?'])
    state.full = false
    loop.wake()
    expect(turn()).toEqual(['row a', 'applied', 'seal?'])
  })

  it('passes on what a source says in the order of its rows', () => {
    const { push, turn, queue, source } = setUp()
    push('a')
    queue.push({ source, delivery: null, status: 'disconnected' })
    push('b')
    queue.push({ source, delivery: null, status: 'ended' })
    expect(turn()).toEqual(['row a', 'applied', 'disconnected', 'row b', 'applied', 'ended', 'seal?'])
  })

  it('drops what came from a source that is closed', () => {
    const { push, turn, source } = setUp()
    Object.assign(source, { open: false })
    push('a')
    expect(turn()).toEqual(['seal?'])
  })

  it('sleeps until the next timer', () => {
    const { clock, state, loop, log } = setUp()
    state.timerMs = clock.nowMs() + 500
    loop.wake()
    clock.runSoon()
    log.length = 0
    clock.advance(499)
    expect(log).toEqual([])
    clock.advance(1)
    expect(log).toEqual(['timer', 'seal?'])
  })

  it('does nothing more once it is halted', () => {
    const { push, turn, loop } = setUp()
    push('a')
    loop.reply(() => {
      throw new Error('a reply after the end')
    })
    expect(loop.halt()).toHaveLength(1)
    expect(turn()).toEqual([])
  })
})

describe('the ingest queue', () => {
  it('pauses at its mark and resumes at half of it, by rows or bytes', () => {
    const said: boolean[] = []
    const queue = new IngestQueue({ queueRowsMax: 4, queueBytesMax: 100 }, (paused) => said.push(paused))
    const arrival = (rows: number, bytes: number) => ({
      source: {} as SourceInlet,
      delivery: { rows: new Array<Row>(rows).fill([]), bytes },
      status: null,
    })
    queue.push(arrival(3, 10))
    expect(said).toEqual([])
    queue.push(arrival(1, 10))
    expect(said).toEqual([true])
    queue.shift()
    expect(said).toEqual([true, false])
    queue.push(arrival(0, 90))
    expect(said).toEqual([true, false, true])
    queue.shift()
    expect(said).toEqual([true, false, true])
    queue.shift()
    expect([queue.rows, queue.bytes, queue.size, said.at(-1)]).toEqual([0, 0, 0, false])
  })
})
