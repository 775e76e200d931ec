/** A full disk under the running gateway: it acknowledges nothing that it cannot keep, and goes on by itself when there is space again. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EMBEDDED } from './doors.js'
import { newDirectory, removeDirectory } from './gateway-files.js'
import { SEED } from './random.js'
import { type Crash, sleep, survive, until } from './survive.js'

const isRoot = process.getuid?.() === 0
if (!isRoot) {
  if (process.env.CI !== undefined) throw new Error('root is needed here, to mount a small file system')
  console.warn('SKIPPED: 1 test of a full disk needs root')
}

/** Room for the ballast of 16 MB, which comes only with twice as much, and little more. */
const DISK_MB = 40
const FULL_MS = 3_000

function mountSmallDisk(at: string): void {
  mkdirSync(at)
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'none', at], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** Takes every byte there is. */
function fill(path: string): void {
  const fd = openSync(path, 'w')
  try {
    for (const size of [1 << 20, 1 << 12]) {
      const chunk = Buffer.alloc(size, 1)
      while (writeSync(fd, chunk) === size);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(fd)
  }
}

/** Fills the disk until commits are refused, watches that nothing is acknowledged meanwhile, and makes space. */
async function fullForAWhile({ gateway, workload }: Crash, filler: string): Promise<number> {
  await sleep(300)
  fill(filler)
  const refused = async () => (await gateway.metrics()).get('commit_degraded') === 1
  await until(refused, () => `commits go on on a full disk:\n${gateway.stderr}`)
  let unacknowledgedMs = 0
  for (let before = performance.now(); unacknowledgedMs < FULL_MS; before = performance.now()) {
    const acknowledged = workload.acknowledged.length
    const wasRefused = await refused()
    await sleep(50)
    if (!wasRefused || !(await refused())) continue
    expect(workload.acknowledged.length).toBe(acknowledged)
    unacknowledgedMs += performance.now() - before
  }
  expect(gateway.stderr).toContain('S0105')
  rmSync(filler)
  await until(
    async () => !(await refused()),
    () => `commits are not taken again:\n${gateway.stderr}`,
  )
  await sleep(500)
  return unacknowledgedMs
}

it.skipIf(!isRoot)('a full disk stops acknowledgements, and nothing else: all goes on when there is space again', async () => {
  const dir = newDirectory()
  const mount = join(dir, 'disk')
  mountSmallDisk(mount)
  try {
    let fullMs = 0
    const { differences, readings, records } = await survive({
      door: EMBEDDED,
      seed: SEED,
      dataDir: join(mount, 'data'),
      async trouble(crash) {
        fullMs = await fullForAWhile(crash, join(mount, 'filler'))
      },
    })
    console.log(
      `  seed ${SEED}: ${Math.round(fullMs)} ms without space and without an acknowledgement, ${readings} readings, ${records} records`,
    )
    expect(differences).toEqual([])
  } finally {
    spawnSync('umount', ['-l', mount])
    removeDirectory(dir)
  }
})
