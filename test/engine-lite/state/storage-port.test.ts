import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../../src/engine-lite/contract/clock.js'
import type { StoragePort } from '../../../src/engine-lite/contract/storage.js'
import { inlineStorage } from '../../../src/engine-lite/state/inline-storage.js'
import type { StoreOptions } from '../../../src/engine-lite/state/store-options.js'
import { workerStorage } from '../../../src/engine-lite/state/worker-storage.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'
import { SimulatedStorage } from '../../../src/engine-lite/testing/simulated-storage.js'
import { type StorageUnderTest, storagePortSuite } from '../../contract/storage-port.suite.js'

type Make = (options: StoreOptions, clock: Clock) => StoragePort

function onDisk(make: Make): StorageUnderTest {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-storage-'))
  const made: StoragePort[] = []
  return {
    create(faults = []) {
      const storage = make({ dir, ballastBytes: 0, faults }, new SimulatedClock())
      made.push(storage)
      return storage
    },
    async dispose() {
      for (const storage of made) await storage.close()
      rmSync(dir, { recursive: true })
    },
  }
}

storagePortSuite('in the same thread', () => onDisk(inlineStorage))
storagePortSuite('behind a worker', () => onDisk(workerStorage))
storagePortSuite('simulated', () => {
  let storage: SimulatedStorage | undefined
  return {
    create(faults = []) {
      storage = storage === undefined ? new SimulatedStorage(new SimulatedClock(), { faults }) : storage.reopen({ faults })
      return storage
    },
    dispose: async () => undefined,
  }
})
