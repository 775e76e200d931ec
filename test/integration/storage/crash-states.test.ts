import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/engine-lite/base/prng.js'
import { checkDirectory } from '../../simulation/crash-states/check.js'
import { type CrashState, crashStates, type DiskContent } from '../../simulation/crash-states/crash-states.js'
import { type DiskOperation, hasStrace, record } from '../../simulation/crash-states/recording.js'

if (!hasStrace) {
  if (process.env.CI !== undefined) throw new Error('strace is needed here')
  console.warn('SKIPPED: 2 tests of crash states need strace')
}

const WRITER = new URL('../../simulation/crash-states/writer.ts', import.meta.url).pathname
const COMMITS = 40
const SEED = 20_260_701
/** In memory where there is such a place: thousands of directories are written. */
const ROOM = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(ROOM, 'millrace-crash-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

function run(at: string, commits: number): DiskOperation[] {
  return record(at, [process.execPath, '--import', 'tsx', WRITER, at, String(commits)])
}

function contentOf(at: string): DiskContent {
  return new Map(readdirSync(at).map((name) => [name, readFileSync(join(at, name))]))
}

function materialise(at: string, files: DiskContent): void {
  rmSync(at, { recursive: true, force: true })
  mkdirSync(at, { mode: 0o700 })
  for (const [name, bytes] of files) writeFileSync(join(at, name), bytes, { mode: 0o600 })
}

function digest({ acked, files }: CrashState): string {
  const hash = createHash('sha1').update(String(acked))
  for (const [name, bytes] of [...files].sort()) hash.update(name).update(bytes)
  return hash.digest('hex')
}

/** Checks every distinct state; returns how many there were, and some to go on from. */
function checkAll(
  operations: readonly DiskOperation[],
  start: DiskContent,
  ackedBefore: number,
  seed: number,
): { count: number; kept: CrashState[] } {
  const random = seededRandom(seed)
  const seen = new Set<string>()
  const kept: CrashState[] = []
  const at = join(dir, 'state')
  for (const state of crashStates(operations, start, random)) {
    const name = digest(state)
    if (seen.has(name)) continue
    seen.add(name)
    materialise(at, state.files)
    const wrong = checkDirectory(at, Math.max(ackedBefore, state.acked))
    if (wrong !== undefined) throw new Error(`seed ${seed}, step ${state.step} of ${operations.length}, ${state.variant}: ${wrong}`)
    if (state.variant.startsWith('random')) kept.push(state)
  }
  return { count: seen.size, kept }
}

describe.skipIf(!hasStrace)('every state that a power cut may leave', () => {
  let kept: CrashState[] = []

  it('holds all acknowledged commits, consistent state, and a row for every commit', () => {
    const at = join(dir, 'recorded')
    mkdirSync(at, { mode: 0o700 })
    const operations = run(at, COMMITS)
    expect(operations.filter(({ kind }) => kind === 'ack').length).toBe(COMMITS)
    expect(operations.filter(({ kind }) => kind === 'sync').length).toBeGreaterThan(COMMITS)
    const checked = checkAll(operations, new Map(), 0, SEED)
    kept = checked.kept
    console.log(`crash states: ${checked.count} distinct, seed ${SEED}`)
    expect(checked.count).toBeGreaterThan(2000)
  })

  it('does so after a second cut during the recovery from the first', () => {
    const random = seededRandom(SEED + 1)
    let count = 0
    for (let n = 0; n < 4; n++) {
      const first = kept[Math.floor(random() * kept.length)] as CrashState
      const at = join(dir, 'second')
      materialise(at, first.files)
      const start = contentOf(at)
      const operations = run(at, 3)
      count += checkAll(operations, start, first.acked, SEED + 2 + n).count
    }
    console.log(`crash states of a second cut: ${count} distinct`)
    expect(count).toBeGreaterThan(300)
  })
})
