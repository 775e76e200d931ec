/** The proof that all crash tests share: devices publish, trouble comes, and in the end the uplink holds what an offline program computes. */
import { expect } from 'vitest'
import { conflictsOf, repeatsOf, type SentRecord, windowsOf } from './arrived.js'
import type { DoorUnderTest } from './doors.js'
import { compare, expectedWindows } from './expected.js'
import { newDirectory, removeDirectory, writeGateway } from './gateway-files.js'
import { GatewayProcess, within } from './gateway-process.js'
import { PIPELINE_SQL, TABLES_SQL, WINDOW_MS } from './pipeline.js'
import { type CrashUplink, fileUplink } from './uplinks.js'
import { Workload } from './workload.js'

export interface Crash {
  readonly gateway: GatewayProcess
  readonly workload: Workload
}

export interface SurviveOptions {
  readonly door: DoorUnderTest
  readonly seed: number
  readonly uplink?: (dir: string) => CrashUplink
  /** Beginnings of files in dist/ that a process needs besides its door. */
  readonly chunks?: readonly string[]
  readonly dataDir?: string
  /** Runs under load. */
  readonly trouble: (crash: Crash) => Promise<void>
}

export interface Survived {
  /** Sentences on what is missing, wrong or sent with different contents; none after a proof. */
  readonly differences: readonly string[]
  readonly readings: number
  readonly records: number
  /** Records sent again with the same id. */
  readonly repeats: number
  readonly stderr: string
}

const DEVICES = 8
/** Rounds lie 1 s of event time apart and a window waits 2 min for its rows: nobody is late by accident. */
const ROUNDS_AHEAD = 100
const SETTLE_MS_MAX = 60_000
const FLUSH_AHEAD_MS = 600_000
/** Differences that are listed. */
const SHOWN_MAX = 12

export async function survive(options: SurviveOptions): Promise<Survived> {
  const { seed, trouble, uplink: openUplink = fileUplink } = options
  const dir = newDirectory()
  const uplink = openUplink(dir)
  const door = await options.door.open()
  const { dataDir } = options
  const files = await writeGateway({
    dir,
    mqtt: door.config,
    uplink: uplink.config,
    tables: TABLES_SQL,
    pipeline: PIPELINE_SQL,
    ...(dataDir !== undefined && { dataDir }),
  })
  const gateway = new GatewayProcess(files, ['cli.', 'run-', options.door.chunk, ...(options.chunks ?? [])])
  const { port, roundsPerSecondMax } = door
  const workload = new Workload({
    port,
    devices: DEVICES,
    roundsAhead: ROUNDS_AHEAD,
    stepMs: 1_000,
    seed,
    topic: (device) => `crash/${device}/readings`,
    ...(roundsPerSecondMax !== undefined && { roundsPerSecondMax }),
  })
  try {
    await gateway.start()
    await until(
      () => gateway.healthy(),
      () => `the gateway is not healthy:\n${gateway.stderr}`,
    )
    workload.connect()
    const published = workload.run()
    await trouble({ gateway, workload })
    workload.stop()
    await within(SETTLE_MS_MAX, published, () => `${workload.inFlight} readings are not acknowledged:\n${gateway.stderr}`)
    const expected = expectedWindows(workload.acknowledged, WINDOW_MS)
    await within(SETTLE_MS_MAX, workload.flush(FLUSH_AHEAD_MS), () => `the last round is not acknowledged:\n${gateway.stderr}`)
    await settled(uplink, expected.size)
    expect(await gateway.stop(), gateway.stderr).toBe(0)
    const records = await uplink.read()
    return { ...judge(records, expected), readings: workload.acknowledged.length, stderr: gateway.stderr }
  } finally {
    workload.close()
    await gateway.close()
    await door.close()
    removeDirectory(dir)
  }
}

function judge(records: readonly SentRecord[], expected: ReturnType<typeof expectedWindows>) {
  const all = [...compare(expected, windowsOf(records)), ...conflictsOf(records)]
  const differences = all.length > SHOWN_MAX ? [`${all.length} differences, of which:`, ...all.slice(0, SHOWN_MAX)] : all
  return { differences, records: records.length, repeats: repeatsOf(records) }
}

/** Waits until the uplink holds as many windows as expected, or nothing new comes for a while. */
async function settled(uplink: CrashUplink, windows: number): Promise<void> {
  for (let quiet = 0, before = -1; quiet < 100; ) {
    const { size } = windowsOf(await uplink.read())
    if (size >= windows) return
    quiet = size === before ? quiet + 1 : 0
    before = size
    await sleep(100)
  }
}

/** @throws Error after a while, saying `what` */
export async function until(holds: () => Promise<boolean> | boolean, what: () => string, msMax = SETTLE_MS_MAX): Promise<void> {
  const endMs = performance.now() + msMax
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${msMax} ms: ${what()}`)
    await sleep(20)
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
