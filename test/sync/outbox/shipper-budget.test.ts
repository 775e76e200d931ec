import { afterEach, describe, expect, it } from 'vitest'
import { UplinkFailure } from '../../../src/sync/kafka/port.js'
import type { ShipperOptions } from '../../../src/sync/outbox/shipper-options.js'
import { type ShipperSetup, startedShipper } from '../support/shipper-setup.js'

let setup: ShipperSetup
afterEach(async () => {
  await setup.shipper.stop()
})

async function started(options: Partial<ShipperOptions> = {}, autoSeal = true): Promise<ShipperSetup> {
  setup = await startedShipper(options, autoSeal)
  return setup
}

describe('the budget', () => {
  const offline = new UplinkFailure('no route', { class: 'retry', scope: 'link', kafkaCode: null, outcomeUnknown: false })
  const row = 100

  async function overflow(options: Partial<ShipperOptions>): Promise<ShipperSetup> {
    const made = await started(options)
    made.port.otherwise = () => ({ failure: offline, stored: false })
    for (let i = 0; i < 50; i += 1) made.put(`k${String(i).padStart(2, '0')}`, 'x'.repeat(row - 64 - 3))
    made.engine.commit()
    await made.pass(3_000)
    return made
  }

  it('drop-oldest keeps the newest rows, counts the others and says so', async () => {
    const { storage, shipper, engine, port } = await overflow({
      budget: { bytesMax: 20 * row, onFull: 'drop-oldest' },
      gapDestination: 'kafka:gaps',
    })
    const kept = storage.rows.filter(({ destination }) => destination === 'kafka:t').map(({ key }) => Buffer.from(key!).toString())
    expect(kept.at(0)).toBe('k31')
    expect(kept.at(-1)).toBe('k49')
    expect(shipper.status()).toMatchObject({ exits: { dropped: 31 } })
    engine.commit()
    expect(engine.letters).toMatchObject([{ reason: 'overflow', origin: 'kafka:t', text: expect.stringContaining('31 rows') }])
    port.otherwise = () => undefined
    await setup.pass(120_000)
    const gap = port.log.find(({ topic }) => topic === 'gaps')
    expect(JSON.parse(gap?.value ?? '')).toMatchObject({ type: 'gap', gateway: 'gw', destination: 'kafka:t', rows: 31 })
  })

  it('a growing gap replaces its waiting record, and its last word goes out when rows flow again', async () => {
    const { storage, engine, port } = await overflow({
      budget: { bytesMax: 20 * row, onFull: 'drop-oldest' },
      gapDestination: 'kafka:gaps',
    })
    for (let round = 0; round < 30; round += 1) {
      for (let i = 0; i < 10; i += 1) setup.put(`r${round}-${i}`, 'x'.repeat(30))
      engine.commit()
      await setup.pass(10_000)
    }
    expect(storage.rows.filter(({ destination }) => destination === 'kafka:gaps')).toHaveLength(1)
    port.otherwise = () => undefined
    await setup.pass(180_000)
    const last = port.log.filter(({ topic }) => topic === 'gaps').at(-1)
    expect(JSON.parse(last?.value ?? '').rows).toBe(storage.dropped)
  })

  it('drop-newest keeps the oldest rows', async () => {
    const { storage, shipper } = await overflow({ budget: { bytesMax: 20 * row, onFull: 'drop-newest' } })
    expect(storage.rows.map(({ key }) => Buffer.from(key!).toString()).at(-1)).toBe('k18')
    expect(shipper.status().exits.dropped).toBe(31)
  })

  it('block drops nothing, stops intake and lets it go on below nine tenths', async () => {
    const { storage, port, blocked, shipper } = await overflow({ budget: { bytesMax: 20 * row, onFull: 'block' } })
    expect(blocked).toEqual([true])
    expect(shipper.status().blocked).toBe(true)
    expect(storage.rows).toHaveLength(50)
    port.otherwise = () => undefined
    await setup.pass(120_000)
    expect(blocked).toEqual([true, false])
    expect(port.log).toHaveLength(50)
  })

  it('never counts rows as dropped that were delivered and wait for their removal', async () => {
    const { engine, storage, port, shipper } = await started({ budget: { bytesMax: 20 * row, onFull: 'drop-oldest' } }, false)
    for (let i = 0; i < 15; i += 1) setup.put(`a${i}`, 'x'.repeat(30))
    engine.commit()
    await setup.pass()
    expect(port.log).toHaveLength(15)
    port.otherwise = () => ({ failure: offline, stored: false })
    for (let i = 0; i < 10; i += 1) setup.put(`b${i}`, 'x'.repeat(30))
    engine.commit()
    await setup.pass(5_000)
    expect(storage.dropped).toBe(0)
    expect(shipper.status().exits).toMatchObject({ acknowledged: 15, dropped: 0 })
  })
})
