/** One demo at a time among all test processes: each looks for a free port and takes it a moment later. */
import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LOCK = join(tmpdir(), 'millrace-demo-lock')
const STALE_MS = 120_000
const POLL_MS = 100

/** Waits without the event loop, so that synchronous tests can use it. @returns the release */
export function lockDemo(): () => void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    try {
      mkdirSync(LOCK)
      return () => rmdirSync(LOCK)
    } catch {
      if (isStale()) rmdirSync(LOCK)
      else Atomics.wait(sleeper, 0, 0, POLL_MS)
    }
  }
}

/** Left behind by a test run that was killed. */
function isStale(): boolean {
  const found = statSync(LOCK, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS
}
