import { describe } from 'vitest'
import { KAFKA_VERSIONS, whatIsMissing } from './jars.js'

/** Runs a suite once per Kafka version. Where the tools are missing it says so and skips; in CI that is a failure. */
export function describeKafka(name: string, suite: (version: string) => void): void {
  const missing = whatIsMissing()
  if (missing !== undefined) {
    const text = `skipped ${KAFKA_VERSIONS.length} runs of "${name}": ${missing} not installed`
    if (process.env.CI) throw new Error(text)
    console.warn(text)
  }
  for (const version of KAFKA_VERSIONS) {
    describe.skipIf(missing !== undefined)(`Kafka ${version}: ${name}`, () => suite(version))
  }
}
