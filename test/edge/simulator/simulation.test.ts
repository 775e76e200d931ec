import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { AckJournal, readAckJournal } from '../../../src/edge/simulator/ack-journal.js'
import { DAY_MS, plantOf } from '../../../src/edge/simulator/device.js'
import { drawFault, encodeMalformed, encodeReading } from '../../../src/edge/simulator/fault.js'
import { Simulation } from '../../../src/edge/simulator/simulation.js'
import { seededRandom } from '../../../src/engine-lite/base/prng.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'
import { FakeBroker } from './fake-broker.js'

describe('simulated devices', () => {
  it('measure the same for the same seed, and other things for another', () => {
    const run = (seed: number) => plantOf(seed).map((device) => [1_000, 2_000, 3_000].map((ts) => device.measure(ts)))
    expect(run(42)).toEqual(run(42))
    expect(run(42)).not.toEqual(run(43))
  })

  it('are of several kinds and follow a day', () => {
    const devices = plantOf(42)
    expect(new Set(devices.map(({ kind }) => kind))).toEqual(new Set(['pump', 'meter', 'climate']))
    expect(new Set(devices.map(({ topic }) => topic)).size).toBe(devices.length)
    const climate = devices.find(({ kind }) => kind === 'climate')!
    const mean = (ts: number) => Array.from({ length: 50 }, () => climate.measure(ts).values.temp!).reduce((a, b) => a + b) / 50
    expect(mean(DAY_MS / 2) - mean(0)).toBeGreaterThan(6)
  })

  it('fail in every way, and none of their malformed payloads makes a row', () => {
    const random = seededRandom(7)
    const faults = new Set(Array.from({ length: 2_000 }, () => drawFault(random)))
    expect([...faults].sort()).toEqual(['delayed', 'late', 'malformed', 'none', 'repeated-message', 'repeated-packet'])
    const device = plantOf(1)[0]!
    for (let i = 0; i < 100; i++) {
      const text = Buffer.from(encodeMalformed(device.measure(0), random)).toString()
      expect(() => new Date(JSON.parse(text).ts).toISOString()).toThrow()
    }
    expect(JSON.parse(Buffer.from(encodeReading({ seq: 3, tsMs: 5, values: { temp: 1.5 } }, 'pump')).toString())).toEqual({
      seq: 3,
      ts: '1970-01-01T00:00:00.005Z',
      kind: 'pump',
      temp: 1.5,
    })
  })
})

describe('a simulation', () => {
  it('journals exactly what was acknowledged, through a lost connection, and drains when it stops', async () => {
    const broker = await FakeBroker.start()
    const path = join(mkdtempSync(join(tmpdir(), 'millrace-sim-')), 'acks.jsonl')
    const journal = new AckJournal(path)
    const devices = plantOf(42)
    const simulation = new Simulation({
      host: '127.0.0.1',
      port: broker.port,
      devices,
      rate: 200,
      clock: systemClock(),
      onAcknowledged: (entry) => journal.append(entry),
    })
    await vi.waitFor(() => expect(broker.seen.length).toBeGreaterThan(300))
    broker.dropConnections()
    await vi.waitFor(() => expect(simulation.stats.connections).toBe(2 * devices.length))
    const stats = await simulation.stop(5_000)
    journal.close()
    expect(stats.pending).toBe(0)
    expect(stats.acknowledged).toBe(stats.published)
    const entries = readAckJournal(path)
    expect(entries).toHaveLength(stats.acknowledged)
    expect(entries.some(({ form }) => form === 'malformed')).toBe(true)
    const arrived = new Set(broker.seen.map(({ payload }) => payload))
    const readings = entries.filter(({ form }) => form === 'reading')
    for (const { seq, tsMs } of readings) {
      const start = `{"seq":${seq},"ts":"${new Date(tsMs).toISOString()}"`
      expect([...arrived].some((payload) => payload.startsWith(start))).toBe(true)
    }
    await broker.close()
  })
})
