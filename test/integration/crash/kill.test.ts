/**
 * kill −9 at any moment changes nothing: devices publish over real MQTT QoS 1 while the gateway is killed and started again, and at the
 * end the newest version of every key in the uplink equals what an offline program computes from the acknowledged readings.
 */
import { describe, expect, it } from 'vitest'
import { FAULT_POINTS } from '../../../src/engine-lite/runtime/engine-options.js'
import { STORAGE_FAULT_POINTS } from '../../../src/engine-lite/state/storage-faults.js'
import { DOORS } from './doors.js'
import { killAtFaultPoints, killAtRandomMoments } from './kills.js'
import { Random, SEED } from './random.js'
import { survive } from './survive.js'

const KILLS = Number(process.env.MILLRACE_KILLS ?? 200)
/** Which passing of a fault point is the last of its life. */
const PASSINGS = [1, 2, 7]

describe.each(DOORS)('kill −9 under QoS 1 load, $name', (door) => {
  it.skipIf(!door.present).each([...FAULT_POINTS, ...STORAGE_FAULT_POINTS])('at fault point %s', async (point) => {
    const begun = performance.now()
    const { differences, readings, records } = await survive({
      door,
      seed: SEED,
      trouble: (crash) =>
        killAtFaultPoints(
          crash,
          PASSINGS.map((nth) => `${point}:${nth}`),
        ),
    })
    console.log(
      `  ${door.name}, ${point}, seed ${SEED}, ${since(begun)}: ${PASSINGS.length} kills, ${readings} readings, ${records} records`,
    )
    expect(differences).toEqual([])
  })

  it.skipIf(!door.present)(`at ${KILLS} random moments`, { timeout: 1_200_000 }, async () => {
    const begun = performance.now()
    let figures = ''
    const { differences, readings, records, repeats } = await survive({
      door,
      seed: SEED,
      async trouble(crash) {
        const { kills, underLoad, repeatsRecognised } = await killAtRandomMoments(crash, new Random(SEED), KILLS)
        const { startsMs } = crash.gateway
        const medianMs = [...startsMs].sort((a, b) => a - b)[startsMs.length >> 1]!
        figures = `${kills} kills, ${underLoad} of them under load, start ${Math.round(medianMs)} ms (median of ${startsMs.length}), ${crash.workload.redelivered} sent again by devices, ${repeatsRecognised} repeats recognised in a tenth of the lives`
        if (!door.brokerBetween) expect(underLoad).toBeGreaterThan(kills * 0.9)
      },
    })
    console.log(
      `  ${door.name}, seed ${SEED}, ${since(begun)}: ${figures}, ${readings} readings, ${records} records, ${repeats} sent twice`,
    )
    expect(differences).toEqual([])
  })
})

const since = (begunMs: number): string => `${((performance.now() - begunMs) / 1_000).toFixed(1)} s`
