/** Kills without warning: at chosen steps of a commit, and at moments that a seed decides. */
import { expect } from 'vitest'
import type { Random } from './random.js'
import { type Crash, sleep } from './survive.js'

/** One life per fault point, each of which ends there, and one that goes on. */
export async function killAtFaultPoints({ gateway }: Crash, points: readonly string[]): Promise<void> {
  gateway.prepare(points[0])
  await gateway.kill()
  for (const [i, point] of points.entries()) {
    gateway.launch(point)
    gateway.prepare(points[i + 1])
    expect(await gateway.exited(), gateway.stderr).toBeNull()
  }
  await gateway.start()
}

export interface KillFigures {
  readonly kills: number
  /** Kills that met readings published and not acknowledged. */
  readonly underLoad: number
  /** Readings redelivered that had no second effect, as the gateway counted shortly before its deaths. */
  readonly repeatsRecognised: number
}

/** Where in its life a process is killed; they take turns. */
const MOMENTS = ['starting', 'first-readings', 'working', 'working', 'working'] as const
const MOMENT_MS: Readonly<Record<(typeof MOMENTS)[number], number>> = { starting: 200, 'first-readings': 40, working: 150 }
/** Asking costs time of the life that is asked: not always. */
const ASKED_EVERY = 10
const FIRST_READING_MS_MAX = 5_000

/** Each process dies after a random time: from its start, from when it is ready, or from its first acknowledgement. */
export async function killAtRandomMoments(crash: Crash, random: Random, kills: number): Promise<KillFigures> {
  const { gateway, workload } = crash
  let underLoad = 0
  let repeatsRecognised = 0
  for (let i = 0; i < kills; i++) {
    const moment = MOMENTS[i % MOMENTS.length]!
    if (moment !== 'starting') {
      await gateway.ready()
      gateway.prepare()
      if (moment === 'working') await firstAcknowledgement(crash)
    }
    await sleep(random.below(MOMENT_MS[moment]))
    if (i % ASKED_EVERY === 2) repeatsRecognised += (await gateway.metrics()).get('repeats_recognised_total') ?? 0
    if (workload.inFlight > 0) underLoad++
    await gateway.kill()
    gateway.launch()
  }
  await gateway.ready()
  return { kills, underLoad, repeatsRecognised }
}

async function firstAcknowledgement({ workload }: Crash): Promise<void> {
  const before = workload.acknowledged.length
  const endMs = performance.now() + FIRST_READING_MS_MAX
  while (workload.acknowledged.length === before && performance.now() < endMs) await sleep(5)
}
