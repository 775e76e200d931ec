import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { workerStorage } from '../../../src/engine-lite/state/worker-storage.js'
import { storageWorkerUrl } from '../../../src/engine-lite/state/worker-url.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { frame } from '../../contract/storage-port.suite.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-worker-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const inline = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`)

describe('a storage worker', () => {
  it('that dies refuses what waits and all that comes', async () => {
    const dying = inline(`import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(7))`)
    const storage = workerStorage({ dir, ballastBytes: 0 }, new SimulatedClock(), dying)
    const waiting = [storage.open(), storage.readOutbox({ destination: 'd', afterSeq: 0, rowsMax: 1, bytesMax: 1 })]
    for (const call of waiting) await expect(call).rejects.toMatchObject({ code: 'S0109', message: 'the storage worker ended with code 7' })
    await expect(storage.commit(frame(1))).rejects.toMatchObject({ code: 'S0109' })
    await storage.close()
  })

  it('that throws outside a call is named with its reason', async () => {
    const storage = workerStorage({ dir, ballastBytes: 0 }, new SimulatedClock(), inline(`throw new Error('no such module')`))
    await expect(storage.open()).rejects.toMatchObject({ code: 'S0109', message: 'the storage worker failed: no such module' })
  })

  it('takes a frame of another body after one that failed', async () => {
    const faults = [{ call: 'commit' as const, nth: 1, error: 'ENOSPC' as const }]
    const storage = workerStorage({ dir, ballastBytes: 0, faults }, new SimulatedClock())
    await storage.open()
    await expect(storage.commit(frame(1))).rejects.toMatchObject({ code: 'S0105' })
    await storage.commit(frame(1, { body: new Uint8Array(0) }))
    await storage.close()
    const again = workerStorage({ dir, ballastBytes: 0 }, new SimulatedClock())
    expect((await again.open()).frames.map(({ body }) => body.length)).toEqual([0])
    await again.close()
  })

  it('lies beside the bundle, and runs from there', async () => {
    const root = new URL('../../../', import.meta.url)
    mkdirSync(join(dir, 'dist'))
    symlinkSync(new URL('node_modules', root).pathname, join(dir, 'node_modules'))
    await build({
      entryPoints: [new URL('src/engine-lite/state/storage-worker.ts', root).pathname],
      outfile: join(dir, 'dist', 'storage-worker.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['better-sqlite3'],
    })
    const url = storageWorkerUrl(pathToFileURL(join(dir, 'dist', 'cli.mjs')).href)
    expect(url.pathname).toBe(join(dir, 'dist', 'storage-worker.mjs'))
    const storage = workerStorage({ dir: join(dir, 'data'), ballastBytes: 0 }, new SimulatedClock(), url)
    expect(await storage.open()).toMatchObject({ lastId: 0 })
    expect(await storage.commit(frame(1))).toMatchObject({ id: 1 })
    await storage.close()
  })
})
