/** The proof that all crash tests share: devices publish, trouble comes, and in the end the uplink holds what an offline program computes. */
import { expect } from 'vitest'
import { conflictsOf, repeatsOf, windowsOf } from './arrived.js'
import type { DoorUnderTest } from './doors.js'
import { compare, expectedWindows, type WindowResult } from './expected.js'
import { newDirectory, removeDirectory, writeGateway } from './gateway-files.js'
import { GatewayProcess, within } from './gateway-process.js'
import { PIPELINE_SQL, TABLES_SQL, WINDOW_MS } from './pipeline.js'
import { type CrashUplink, fileUplink } from './uplinks.js'
import { Workload } from './workload.js'

/** A gateway that runs, devices that are connected and publish nothing yet, and what was sent. */
export interface Crash {
  readonly gateway: GatewayProcess
  readonly workload: Workload
  readonly uplink: CrashUplink
}

export interface CrashOptions {
  readonly door: DoorUnderTest
  readonly seed: number
  readonly uplink?: (dir: string) => CrashUplink
  /** Beginnings of files in dist/ that a process needs besides its door. */
  readonly chunks?: readonly string[]
  readonly dataDir?: string
}

export interface SurviveOptions extends CrashOptions {
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
}

const DEVICES = 8
/**
 * Rounds lie 1 s of event time apart and a window waits 2 min for its rows: nobody is late by accident. And no device has more
 * unacknowledged than the 128 that are remembered of it.
 */
const ROUNDS_AHEAD = 100
const SETTLE_MS_MAX = 60_000
const FLUSH_AHEAD_MS = 600_000
/** Differences that are listed. */
const SHOWN_MAX = 12

export async function survive(options: SurviveOptions): Promise<Survived> {
  return withCrash(options, async (crash) => {
    await underLoad(crash, () => options.trouble(crash))
    const expected = await finish(crash)
    expect(await crash.gateway.stop(), crash.gateway.stderr).toBe(0)
    const records = await crash.uplink.read()
    const all = [...compare(expected, windowsOf(records)), ...conflictsOf(records)]
    return {
      differences: all.length > SHOWN_MAX ? [`${all.length} differences, of which:`, ...all.slice(0, SHOWN_MAX)] : all,
      readings: crash.workload.acknowledged.length,
      records: records.length,
      repeats: repeatsOf(records),
    }
  })
}

/** Gives `body` everything running, and leaves nothing behind. */
export async function withCrash<T>(options: CrashOptions, body: (crash: Crash) => Promise<T>): Promise<T> {
  const { seed, dataDir, chunks = [], uplink: openUplink = fileUplink } = options
  const dir = newDirectory()
  const uplink = openUplink(dir)
  const door = await options.door.open()
  const files = await writeGateway({
    dir,
    mqtt: door.config,
    uplink: uplink.config,
    tables: TABLES_SQL,
    pipeline: PIPELINE_SQL,
    ...(dataDir !== undefined && { dataDir }),
  })
  const gateway = new GatewayProcess(files, ['cli.', 'run-', options.door.chunk, ...chunks])
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
    return await body({ gateway, workload, uplink })
  } finally {
    workload.close()
    await gateway.close()
    await door.close()
    removeDirectory(dir)
  }
}

/** Devices publish while `during` runs; then everything they published is acknowledged. */
export async function underLoad({ gateway, workload }: Crash, during: () => Promise<void>): Promise<void> {
  const published = workload.run()
  await during()
  workload.stop()
  await within(SETTLE_MS_MAX, published, () => `${workload.inFlight} readings are not acknowledged:\n${gateway.stderr}`)
}

/**
 * Lets all windows close and waits until they were sent, those that begin at `fromMs` or later, or until nothing new comes for a while.
 *
 * @returns what there must be
 */
export async function finish({ gateway, workload, uplink }: Crash, fromMs = 0): Promise<Map<string, WindowResult>> {
  const expected = expectedWindows(workload.acknowledged, WINDOW_MS)
  await within(SETTLE_MS_MAX, workload.flush(FLUSH_AHEAD_MS), () => `the last round is not acknowledged:\n${gateway.stderr}`)
  const awaited = [...expected].filter(([, { startMs }]) => startMs >= fromMs).map(([key]) => key)
  for (let quiet = 0, before = -1; quiet < 100; ) {
    const arrived = windowsOf(await uplink.read())
    if (awaited.every((key) => arrived.has(key))) break
    quiet = arrived.size === before ? quiet + 1 : 0
    before = arrived.size
    await sleep(100)
  }
  return expected
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
