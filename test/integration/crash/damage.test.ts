/**
 * The database file goes bad while the gateway is off: it starts again, says in numbers what was lost, keeps the damaged file, and goes on.
 * Windows of later readings are exact; no window is sent again from poorer state, and nothing is counted twice.
 */
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { conflictsOf, windowsOf } from './arrived.js'
import { EMBEDDED } from './doors.js'
import { keyOf } from './expected.js'
import { GatewayProcess } from './gateway-process.js'
import { WINDOW_MS } from './pipeline.js'
import { Random, SEED } from './random.js'
import { type Crash, finish, underLoad, until, withCrash } from './survive.js'

const random = new Random(SEED)
const FLIPS = 8

interface Damage {
  readonly name: string
  /** Ends the gateway before; a clean stop leaves everything in one file, a kill leaves it in the log. */
  readonly ending: 'SIGTERM' | 'SIGKILL'
  readonly harm: (database: string) => void
  /** What becomes of it: the file is kept aside, it is gone, or the log has all that was hit. */
  readonly outcome: 'set aside' | 'gone' | 'nothing lost'
}

const DAMAGES: readonly Damage[] = [
  { name: 'cut in half', ending: 'SIGTERM', harm: (file) => truncateSync(file, sizeOf(file) >> 1), outcome: 'set aside' },
  { name: 'cut to nothing', ending: 'SIGTERM', harm: (file) => truncateSync(file, 0), outcome: 'gone' },
  { name: 'deleted', ending: 'SIGTERM', harm: (file) => rmSync(file), outcome: 'gone' },
  { name: 'without its header', ending: 'SIGTERM', harm: zeroHeader, outcome: 'set aside' },
  { name: 'without its header, which the log has', ending: 'SIGKILL', harm: zeroHeader, outcome: 'nothing lost' },
  { name: 'with a bit flipped in the newest commit', ending: 'SIGTERM', harm: flipInNewestFrame, outcome: 'set aside' },
  { name: 'with its log gone', ending: 'SIGKILL', harm: (file) => rmSync(`${file}-wal`), outcome: 'set aside' },
]

const sizeOf = (file: string): number => readFileSync(file).length

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const content = readFileSync(file)
  content.set(bytes, at)
  writeFileSync(file, content)
}

function zeroHeader(file: string): void {
  overwrite(file, 0, Buffer.alloc(100))
}

function flipBit(file: string, at: number): void {
  overwrite(file, at, Buffer.of(readFileSync(file)[at]! ^ (1 << random.below(8))))
}

function flipInNewestFrame(file: string): void {
  const database = new Database(file, { readonly: true })
  const body = database.prepare('SELECT body FROM frame WHERE length(body) > 0 ORDER BY id DESC LIMIT 1').pluck().get() as Buffer
  database.close()
  const start = body.subarray(0, Math.min(64, body.length))
  flipBit(file, readFileSync(file).indexOf(start) + random.below(start.length))
}

/** @param forMs of event time: windows close two minutes behind it */
async function publishFor(crash: Crash, forMs: number): Promise<void> {
  const untilMs = crash.workload.nextMs + forMs
  await underLoad(crash, () =>
    until(
      () => crash.workload.nextMs >= untilMs,
      () => 'readings are not taken',
    ),
  )
}

/** Readings before and after the damage; what is said about it. */
async function goOnAfter(crash: Crash, ending: 'SIGTERM' | 'SIGKILL', harm: (database: string) => void): Promise<string> {
  const { gateway } = crash
  await publishFor(crash, 300_000)
  await until(
    async () => (await crash.uplink.read()).length > 0,
    () => `no window is sent:\n${gateway.stderr}`,
  )
  if (ending === 'SIGTERM') expect(await gateway.stop()).toBe(0)
  else await gateway.kill()
  harm(join(gateway.files.dataDir, 'millrace.db'))
  gateway.stderr = ''
  await gateway.start()
  const said = gateway.stderr
  expect(await gateway.ready(), said).toBe(true)
  return said
}

/** What is said of it, as sentences. */
function lossesIn(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => line !== '')
  return lines.map((line) => String(JSON.parse(line).msg)).filter((text) => /\blost\b|set aside|not known/.test(text))
}

/** Later windows are exact, earlier ones hold no reading twice, and no window was sent with two contents. */
async function expectNothingDoubled(crash: Crash, damagedAtMs: number): Promise<void> {
  const expected = await finish(crash, damagedAtMs)
  const records = await crash.uplink.read()
  const arrived = windowsOf(records)
  expect(conflictsOf(records)).toEqual([])
  for (const window of arrived.values()) expect(window.n).toBeLessThanOrEqual(expected.get(keyOf(window))?.n ?? 0)
  const later = [...expected.values()].filter(({ startMs }) => startMs >= damagedAtMs)
  expect(later.length).toBeGreaterThan(0)
  for (const window of later) expect(arrived.get(keyOf(window))).toEqual(window)
}

describe('a database file', () => {
  it.each(DAMAGES)('$name: the loss is said in numbers, and the gateway goes on', async ({ name, ending, harm, outcome }) => {
    await withCrash({ door: EMBEDDED, seed: SEED }, async (crash) => {
      const losses = lossesIn(await goOnAfter(crash, ending, harm))
      const aside = readdirSync(crash.gateway.files.dataDir).filter((file) => /^millrace\.db\.corrupt-\d+$/.test(file))
      expect(aside).toHaveLength(outcome === 'set aside' ? 1 : 0)
      for (const file of aside) expect(losses).toContainEqual(expect.stringContaining(file))
      if (outcome === 'nothing lost') expect(losses).toEqual([])
      else expect(losses).toContainEqual(expect.stringMatching(/state of [1-9]\d* commits is lost|commits up to at least [1-9]\d*/))
      const damagedAtMs = crash.workload.nextMs + WINDOW_MS
      await publishFor(crash, 300_000)
      await expectNothingDoubled(crash, damagedAtMs)
      console.log(`  ${name}, seed ${SEED}: ${losses.join(' | ')}`)
    })
  })

  it(`with a bit flipped anywhere, ${FLIPS} times over: nothing is sent from poorer state, and what comes later is exact`, async () => {
    await withCrash({ door: EMBEDDED, seed: SEED }, async (crash) => {
      let noticed = 0
      for (let i = 0; i < FLIPS; i++) {
        const losses = lossesIn(await goOnAfter(crash, 'SIGTERM', (file) => flipBit(file, random.below(sizeOf(file)))))
        if (losses.length > 0) noticed++
      }
      const damagedAtMs = crash.workload.nextMs + WINDOW_MS
      await publishFor(crash, 100_000)
      await expectNothingDoubled(crash, damagedAtMs)
      console.log(`  seed ${SEED}: ${noticed} of ${FLIPS} flipped bits lay in something that is used`)
    })
  })
})

describe('a data directory', () => {
  it('in use refuses a second process, which ends with 1 and names the owner', async () => {
    await withCrash({ door: EMBEDDED, seed: SEED }, async ({ gateway }) => {
      const second = new GatewayProcess(gateway.files, [])
      second.launch()
      expect(await second.exited()).toBe(1)
      expect(second.stderr).toContain('S0101')
      expect(second.stderr).toContain(`process ${gateway.pid}`)
      expect(second.stderr).toContain(gateway.files.dataDir)
      expect(await gateway.healthy()).toBe(true)
      await gateway.kill()
      // What a dead owner left behind keeps nobody out.
      expect(existsSync(join(gateway.files.dataDir, 'pid'))).toBe(true)
      await gateway.start()
      expect(await gateway.healthy()).toBe(true)
    })
  })
})
