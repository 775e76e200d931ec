import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Versions the contract holds for. `KAFKA_VERSIONS=4.4.0` runs only some of them. */
export const KAFKA_VERSIONS = (process.env.KAFKA_VERSIONS ?? '3.9.2,4.4.0').split(',')

/** What is missing to run a broker, or undefined. */
export function whatIsMissing(): string | undefined {
  const missing = ['java', 'mvn', 'kcat'].filter((tool) => spawnSync('which', [tool]).status !== 0)
  return missing.length === 0 ? undefined : missing.join(', ')
}

/** The folder with the broker's jars; resolves them on first use (5–12 s, 45 MB). */
export function jarsOf(version: string): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'millrace', `kafka-${version}`)
  if (!existsSync(join(cache, 'complete'))) {
    const run = spawnSync('sh', ['scripts/ci/kafka-jars.sh', version], { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`the jars of Kafka ${version} could not be resolved:\n${run.stderr}`)
  }
  return join(cache, 'jars')
}
