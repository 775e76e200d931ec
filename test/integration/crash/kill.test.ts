/**
 * kill −9 at any moment changes nothing: devices publish over real MQTT QoS 1 while the gateway is killed and started again, and at the
 * end the newest version of every key in the uplink equals what an offline program computes from the acknowledged readings.
 */
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { arrivedWindows, conflictingVersions } from './arrived.js'
import { compare, expectedWindows } from './expected.js'
import { freePort, GatewayProcess, writeGateway } from './gateway-process.js'
import { PIPELINE_SQL, tablesSql, WINDOW_MS } from './pipeline.js'
import { Workload } from './workload.js'

const UNIQUE = `,\n  'dedup.unique-payloads' = 'true'`
const KILLS = Number(process.env.MILLRACE_KILLS ?? 200)
const FAULT_POINTS = ['seal', 'sealed', 'durable', 'committed', 'acknowledged']

let gateway: GatewayProcess | undefined
let workload: Workload | undefined

afterEach(async () => {
  workload?.close()
  await gateway?.kill()
  if (gateway !== undefined) rmSync(gateway.files.dir, { recursive: true, force: true })
  gateway = undefined
  workload = undefined
})

/** Starts gateway and devices, runs `trouble` under load, lets everything settle and returns what differs. */
async function survive(seed: number, trouble: (gateway: GatewayProcess) => Promise<void>): Promise<string[]> {
  const port = await freePort()
  gateway = new GatewayProcess(await writeGateway(`  embedded: { listen: 127.0.0.1:${port} }`, tablesSql(UNIQUE), PIPELINE_SQL))
  await gateway.start()
  workload = new Workload({ port, devices: 8, roundsAhead: 20, stepMs: 1_000, seed, topic: (device) => `crash/${device}/readings` })
  workload.connect()
  const published = workload.run()
  await trouble(gateway)
  workload.stop()
  await published
  const expected = expectedWindows(workload.acknowledged, WINDOW_MS)
  await workload.flush(600_000)
  const arrived = await settled(gateway.files.uplinkDir, expected.size)
  expect(await gateway.stop(), gateway.stderr).toBe(0)
  expect(workload.acknowledged.length).toBeGreaterThan(0)
  console.log(`  ${workload.acknowledged.length} acknowledged readings, ${workload.redelivered} sent again, ${expected.size} windows`)
  return [...compare(expected, arrived), ...conflictingVersions(gateway.files.uplinkDir)]
}

/** Waits until the uplink holds as many windows as expected, or nothing new comes for a while. */
async function settled(uplinkDir: string, windows: number) {
  for (let quiet = 0, before = -1; quiet < 100; ) {
    const arrived = arrivedWindows(uplinkDir)
    if (arrived.size >= windows) return arrived
    quiet = arrived.size === before ? quiet + 1 : 0
    before = arrived.size
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return arrivedWindows(uplinkDir)
}

describe('kill −9 under QoS 1 load, embedded door', () => {
  it.each(FAULT_POINTS)('at fault point %s', async (point) => {
    const differences = await survive(1, async (running) => {
      for (const nth of [1, 2, 7]) {
        await running.kill()
        await running.start(`${point}:${nth}`)
        await running.exited()
        await running.start()
      }
    })
    expect(differences).toEqual([])
  })

  it(`at ${KILLS} random moments`, { timeout: 1_200_000 }, async () => {
    const seed = Number(process.env.MILLRACE_SEED ?? 20_260_101)
    console.log(`  seed ${seed}`)
    let random = seed
    const differences = await survive(seed, async (running) => {
      for (let i = 0; i < KILLS; i++) {
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
        await new Promise((resolve) => setTimeout(resolve, random % 250))
        await running.kill()
        await running.start()
      }
    })
    expect(differences).toEqual([])
  })
})
