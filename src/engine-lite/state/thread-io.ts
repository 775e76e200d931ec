/** What this thread has made the disk write, as Linux counts it: in whole pages of its cache, journal and wear of the card left out. */
import { readFileSync } from 'node:fs'

/** Bytes since the thread began; undefined where the kernel does not tell. */
export function threadBytesWritten(): number | undefined {
  try {
    const match = /^write_bytes: (\d+)/m.exec(readFileSync('/proc/thread-self/io', 'latin1'))
    return match === null ? undefined : Number(match[1])
  } catch {
    return undefined
  }
}
