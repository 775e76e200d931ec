import { describe, expect, it } from 'vitest'
import { type DeviceWindow, type ProofInput, prove } from '../../../src/edge/cli/demo/proof.js'
import type { AckEntry } from '../../../src/edge/simulator/ack-journal.js'

const ack = (device: string, seq: number, tsMs: number, form: AckEntry['form'] = 'reading'): AckEntry => ({ device, seq, tsMs, form })
const window = (device: string, windowStartMs: number, readings: number, seqSum: number): DeviceWindow => ({
  device,
  windowStartMs,
  readings,
  seqSum,
})

/** Two devices, windows of 5 s; reading 3 of pump-1 was sent twice; 4 was late; 6 is after the end; one payload was malformed. */
const GOOD: ProofInput = {
  acknowledged: [
    ack('pump-1', 1, 1_000),
    ack('pump-1', 2, 4_999),
    ack('pump-1', 3, 5_000),
    ack('pump-1', 3, 5_000),
    ack('pump-1', 4, 100),
    ack('pump-1', 5, 9_000, 'malformed'),
    ack('pump-1', 6, 10_000),
    ack('meter-2', 1, 2_000),
  ],
  arrived: [window('pump-1', 0, 2, 3), window('pump-1', 5_000, 1, 3), window('meter-2', 0, 1, 1), window('pump-1', 10_000, 9, 6)],
  late: 1,
  undecodable: 1,
  windowMs: 5_000,
  untilMs: 10_000,
}

const replaced = (at: number, by: DeviceWindow): DeviceWindow[] => GOOD.arrived.map((good, i) => (i === at ? by : good))

describe('the proof', () => {
  it('finds nothing lost and nothing doubled where everything is accounted for', () => {
    expect(prove(GOOD)).toEqual({ messages: 7, readings: 5, inWindows: 4, late: 1, malformed: 1, lost: 0, duplicated: 0 })
  })

  it.each<[string, Partial<ProofInput>, { lost: number; duplicated: number }]>([
    ['a reading missing in a window', { arrived: replaced(0, window('pump-1', 0, 1, 1)) }, { lost: 1, duplicated: 0 }],
    ['a whole window missing', { arrived: GOOD.arrived.slice(1) }, { lost: 2, duplicated: 0 }],
    ['a reading counted twice', { arrived: replaced(1, window('pump-1', 5_000, 2, 6)) }, { lost: 0, duplicated: 1 }],
    ['a loss and a repeat in one window', { arrived: replaced(1, window('pump-1', 5_000, 1, 2)) }, { lost: 1, duplicated: 1 }],
    ['a window of a device that never spoke', { arrived: [...GOOD.arrived, window('ghost', 0, 1, 1)] }, { lost: 0, duplicated: 1 }],
    ['a malformed payload that left no trace', { undecodable: 0 }, { lost: 1, duplicated: 0 }],
    ['a late reading that left no trace', { late: 0 }, { lost: 1, duplicated: 0 }],
    ['a late reading set aside twice', { late: 2 }, { lost: 0, duplicated: 1 }],
  ])('sees %s', (_, change, expected) => {
    expect(prove({ ...GOOD, ...change })).toMatchObject(expected)
  })
})
