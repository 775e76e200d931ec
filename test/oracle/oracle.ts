/** What the runners of the Flink oracle share: where the data lie, and how a file is scored. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `../shared` beside the repository. */
export const SHARED = fileURLToPath(new URL('../../../shared', import.meta.url))

export interface Score {
  passed: number
  notSupported: number
  /** One line each: id and why. Must be empty. */
  wrong: string[]
}

export function emptyScore(): Score {
  return { passed: 0, notSupported: 0, wrong: [] }
}

/** A file of the oracle, or undefined where the data are absent. */
export function readOracle(file: string): unknown {
  const path = `${SHARED}/flink-oracle/${file}`
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
