/** What arrived in the stand-in uplink, by the reader's rule: the newest version of a key counts. */
import { existsSync, readFileSync } from 'node:fs'
import { keyOf, type WindowResult } from './expected.js'

interface Line {
  readonly key: string
  readonly value: string | null
  readonly version: readonly [number, number, number]
}

/** Complete lines only: the last one may still be on its way. */
function lines(file: string): Line[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}
