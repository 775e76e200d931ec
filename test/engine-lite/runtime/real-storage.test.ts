import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { StoragePort } from '../../../src/engine-lite/contract/storage.js'
import { nullMetrics } from '../../../src/engine-lite/metrics/registry.js'
import { Engine } from '../../../src/engine-lite/runtime/engine.js'
import { inlineStorage } from '../../../src/engine-lite/state/inline-storage.js'
import { TEST_DESTINATION } from '../../../src/engine-lite/testing/outbox-sink.js'
import { TestSource } from '../../../src/engine-lite/testing/test-source.js'
import { systemClock } from '../../../src/engine-lite/time/system-clock.js'
import { reading, windows } from './graphs.js'

const QUIET = { debug() {}, info() {}, warn() {}, error() {} }
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function start(storage: StoragePort, source: TestSource): Promise<Engine> {
  const engine = new Engine({
    storage,
    clock: systemClock(),
    metrics: nullMetrics(),
    log: QUIET,
    commit: { waitingMs: 1 },
    onFatal: (error) => expect.unreachable(error.message),
  })
  await engine.deploy(windows(source), { restart: { kind: 'fixed-delay', attempts: 1, delayMs: 1 } })
  await engine.start()
  return engine
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => systemClock().schedule(1, resolve))
}

describe('an engine on SQLite', () => {
  it('goes on after a stop, and after a failure of its pipeline, where the last commit was', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'millrace-engine-'))
    folders.push(dir)
    const source = new TestSource('position')
    const first = await start(inlineStorage({ dir }, systemClock()), source)
    source.push([reading('a', 1)])
    await until(() => source.acknowledged.length === 1)
    await first.stop()

    const storage = inlineStorage({ dir }, systemClock())
    const second = await start(storage, source)
    source.push([reading('a', 2)])
    await until(() => source.acknowledged.length === 2)
    source.fail(new Error('the cable is out'))
    await until(() => second.status().pipelines[0]?.restarts === 1 && second.status().pipelines[0]?.state === 'running')
    source.push([reading('a', 3), reading('a', 20)])
    await until(() => source.acknowledged.length === 3)
    const rows = await storage.readOutbox({ destination: TEST_DESTINATION, afterSeq: 0, rowsMax: 10, bytesMax: 10_000 })
    expect(rows.map(({ value }) => new TextDecoder().decode(value ?? undefined))).toEqual(['["+I","a",0,3,3]'])
    await second.stop()
  })
})
