/**
 * Loaded before the gateway (`node --import`): brings in the code that it is about to need, then waits for a line on stdin. A test that
 * kills hundreds of times has the next process waiting, so that a start costs what the gateway does and not what loading its code does.
 * `STANDBY_CHUNKS` names the beginnings of the files in dist/ that are wanted.
 */
import { readdirSync, readSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

// Worker threads inherit `--import`.
if (isMainThread) {
  const dist = new URL('../../../dist/', import.meta.url)
  const wanted = (process.env.STANDBY_CHUNKS ?? '').split(',')
  for (const name of readdirSync(dist)) {
    if (name.endsWith('.mjs') && wanted.some((chunk) => name.startsWith(chunk))) await import(new URL(name, dist).href)
  }
  const nobodyWaits = readSync(0, Buffer.alloc(1)) === 0
  if (nobodyWaits) process.exit(0)
}
